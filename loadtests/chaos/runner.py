"""One fault after the other while people watch, command and buy; and what each of them cost."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx

from loadtests.chaos.buyers import OURS, Buyers
from loadtests.chaos.cluster import Cluster
from loadtests.chaos.faults import Fault
from loadtests.chaos.traffic import Traffic
from loadtests.chaos.viewer import ClusterViewer

EVERY_S: Final = 0.1
BEFORE_S: Final = 1.0
HEALED_WITHIN_S: Final = 60.0
POLL_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Row:
    """What a fault cost. `healed_s`: from its end until all are well and know everything; None:
    not within a minute."""

    fault: str
    viewers: int
    events: int
    came_back: int
    lost: int
    doubled: int
    latest_s: float
    healed_s: float | None

    @property
    def kept(self) -> bool:
        """Whether nothing was lost, nothing came twice, and it healed."""
        return not self.lost and not self.doubled and self.healed_s is not None


class ChaosRun:
    """Injects faults into a cluster, and counts."""

    def __init__(
        self,
        cluster: Cluster,
        viewers: Sequence[ClusterViewer],
        traffic: Traffic,
        buyers: Buyers,
    ) -> None:
        self._cluster = cluster
        self._buyers = buyers
        self._viewers = viewers
        self._traffic = traffic
        self._logged = 0
        self._checked = (0, 0, 0)

    async def inject(self, fault: Fault) -> Row:
        """One fault, from before it until everything is well again."""
        before = self._sums()
        for viewer in self._viewers:
            viewer.latest_s = 0.0
        async with self._traffic.running(EVERY_S), self._buyers.running():
            await asyncio.sleep(BEFORE_S)
            async with fault.inject(self._cluster):
                await asyncio.sleep(fault.lasts_s)
            healed_s = await self._healed()
        await self._all_told()
        lost, doubled = await self._compared()
        lost += (await self._buyers.money()).wrong
        after = self._sums()
        return Row(
            fault=fault.name,
            viewers=len(self._viewers),
            events=after["events"] - before["events"],
            came_back=after["returns"] - before["returns"],
            lost=lost + after["lost"] - before["lost"],
            doubled=doubled + after["doubled"] - before["doubled"],
            latest_s=max(viewer.latest_s for viewer in self._viewers),
            healed_s=healed_s,
        )

    def _sums(self) -> Counter[str]:
        return Counter(
            {
                name: sum(getattr(viewer, name) for viewer in self._viewers)
                for name in ("events", "returns", "lost", "doubled")
            }
        )

    def _all_at(self, seq: int) -> bool:
        return all(one.position is not None and one.position[1] >= seq for one in self._viewers)

    async def _healed(self) -> float | None:
        """Seconds until every process is ready and every viewer knows what was said until now."""
        began, head = time.monotonic(), self._traffic.head
        async with httpx.AsyncClient() as http:
            while time.monotonic() - began < HEALED_WITHIN_S:
                if self._all_at(head) and await self._cluster.ready(http):
                    return time.monotonic() - began
                await asyncio.sleep(POLL_S)
        return None

    async def _compared(self) -> tuple[int, int]:
        """What of the acknowledged is missing in the log or for a viewer, and what is twice."""
        new = await self._traffic.log(after=self._logged)
        lost, doubled = self._against_answers(new)
        if new:
            gaps = new[-1]["seq"] - self._logged - len(new)
            self._logged = new[-1]["seq"]
            lost += max(0, gaps)
        await self._caught_up()
        told = {event["seq"]: event["text"] for event in new if event["type"] == "announced"}
        for one in self._viewers:
            behind = self._logged - (one.position[1] if one.position else 0)
            wrong = sum(text != told.get(seq, text) for seq, text in one.texts.items())
            lost += max(0, behind) + wrong
            one.texts.clear()
        return lost, doubled

    async def _all_told(self) -> None:
        """Wait, within bounds, until the log has every order that a buyer was told is paid: it is
        told a moment later."""
        paid = len(self._buyers.paid) - self._checked[2]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(HEALED_WITHIN_S):
                while paid > await self._ours():  # noqa: ASYNC110  (the log tells)
                    await asyncio.sleep(POLL_S)

    async def _ours(self) -> int:
        new = await self._traffic.log(after=self._logged)
        return sum(str(event.get("purchase", "")).startswith(OURS) for event in new)

    async def _caught_up(self) -> None:
        """Wait for the last viewer, within bounds: who is behind then has lost something."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(HEALED_WITHIN_S):
                while not self._all_at(self._logged):  # noqa: ASYNC110  (sockets tell)
                    await asyncio.sleep(POLL_S)

    def _against_answers(self, new: Sequence[dict[str, Any]]) -> tuple[int, int]:
        texts, orders, paid = self._checked
        self._checked = (
            len(self._traffic.texts),
            len(self._traffic.orders),
            len(self._buyers.paid),
        )
        answered = Counter(self._traffic.texts[texts:])
        logged = Counter(event["text"] for event in new if event["type"] == "announced")
        bought = sum(event["type"] == "purchase_confirmed" for event in new)
        sold = len(self._traffic.orders) - orders + len(self._buyers.paid) - paid
        lost = (answered - logged).total() + max(0, sold - bought)
        return lost, (logged - answered).total() + max(0, bought - sold)
