"""Cluster viewer: knows several processes, goes to the next whenever it connects, and counts.

How it resumes, when it gives a silent process up and when it comes back is `protocol/client`, as in
a browser. Only what it counts is its own: it looks at every frame before the session repairs a gap.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from websockets.asyncio.client import connect

from loadtests.session_client import SessionClient
from vetrina.protocol.messages import Hello

OPEN_WITHIN_S: Final = 3.0


class ClusterViewer:
    """Follows one show. What it believes to have missed or seen twice is counted, not forgiven."""

    def __init__(self, show: str, ports: Sequence[int], first: int) -> None:
        self._ports = itertools.islice(itertools.cycle(ports), first % len(ports), None)
        self._client = SessionClient(Hello(role="viewer", show=show), self._dial, self._take)
        self.position: tuple[str, int] | None = None
        self.events = 0
        self.texts: dict[int, str] = {}
        self.snapshots = 0
        self.returns = -1
        self.lost = 0
        self.doubled = 0
        self.latest_s = 0.0
        """How late the latest announcement came."""

    async def run(self) -> None:
        """Until cancelled."""
        await self._client.run()
        raise RuntimeError("the server sent a viewer away for good")

    def _dial(self) -> connect:
        return connect(
            f"ws://127.0.0.1:{next(self._ports)}/ws",
            open_timeout=OPEN_WITHIN_S, close_timeout=0.1, ping_interval=None, compression=None,
        )  # fmt: skip

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "welcome":
            self._begin(frame)
        elif frame["type"] == "events":
            self._go_on(frame)

    def _begin(self, frame: dict[str, Any]) -> None:
        """A snapshot may leave events out; it never leads back to what was seen before."""
        self.returns += 1
        if "state" not in frame:
            return
        position = (frame["epoch"], frame["seq"])
        if self.position is not None and self.position[0] == position[0]:
            self.doubled += max(0, self.position[1] - position[1])
        self.snapshots += 1
        self.position = position

    def _go_on(self, frame: dict[str, Any]) -> None:
        """Purchases that come together count for as many as they stand for."""
        if self.position is None:
            self.lost += 1
            return
        epoch, seq = self.position
        came = sum(event.get("count", 1) for event in frame["events"])
        missing = frame["seq"] - seq - came
        self.lost += max(0, missing)
        self.doubled += max(0, -missing)
        self.events += came
        self.position = (epoch, frame["seq"])
        for event in frame["events"]:
            if event["type"] == "announced":
                self.texts[event["seq"]] = event["text"]
                sent_at = int(event["text"].rpartition(" ")[2]) / 1e9
                self.latest_s = max(self.latest_s, time.time() - sent_at)


@asynccontextmanager
async def connected_viewers(
    show: str, ports: Sequence[int], count: int
) -> AsyncIterator[list[ClusterViewer]]:
    """So many viewers, spread evenly, all of them in."""
    viewers = [ClusterViewer(show, ports, number) for number in range(count)]
    tasks = [asyncio.create_task(viewer.run()) for viewer in viewers]
    try:
        async with asyncio.timeout(60):
            while not all(viewer.position for viewer in viewers):
                await asyncio.sleep(0.01)
                for task in tasks:
                    if task.done():
                        task.result()
        yield viewers
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
