"""Clock synchronisation: this process's time follows the installation's, by the store's clock."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from operator import attrgetter
from typing import Final

from vetrina.clock import SystemClock
from vetrina.clock_discipline import MS_NS, Reading
from vetrina.live.leases import LEASE_MS
from vetrina.store.errors import StoreError
from vetrina.store.ports.clock import ClockStore, StoreTime

logger = logging.getLogger(__name__)
EVERY_S: Final = 2.0
MOST_QUESTIONS: Final = 4
QUICK_NS: Final = 2 * MS_NS
"""An answer that came so fast is as exact as it need be: no better one is looked for."""
ROUNDS: Final = 2
"""So often does a process that starts wait for the keeper, which looks as often."""
TOLD_MS: Final = 500
"""What is off by less is nobody's concern."""


class ClockSync:
    """Reads the store's clock again and again, for one process."""

    def __init__(
        self,
        clock: SystemClock,
        store: ClockStore,
        *,
        keeper: bool = False,
        rest: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._store = store
        self._keeper = keeper
        self._rest = rest
        self._reading: Reading | None = None

    async def begin(self) -> None:
        """Read the store's clock for the first time. Raises StoreError.

        Where the keeper's lease is at odds with it and something runs, it may have been set a
        moment ago: then the keeper's word is waited for. Deadlines would be kept an hour early.
        """
        for _ in range(ROUNDS):
            if self._keeper or not _doubtful(await self._store.read_clock()):
                break
            await self._rest(EVERY_S)
        await self.measure()

    async def measure(self) -> None:
        """Read the store's clock and follow it. Raises StoreError."""
        for _ in range(MOST_QUESTIONS):
            reading = self._reading = await self._best_reading()
            before_ms, raw_ns = self._clock.now_ms(), self._clock.raw_ns()
            wanted = self._clock.discipline.take(reading, raw_ns, keeper=self._keeper)
            self._tell(self._clock.now_ms() - before_ms)
            if wanted is None:
                return
            if await self._store.correct_clock(reading.correction, wanted):
                logger.warning(
                    "The store's clock was set. Shows go by a time that is %+.3f s beside it.",
                    wanted.ns / 1e9,
                )

    async def run(self) -> None:
        """Until cancelled. While the store is away time goes on by the raw clock."""
        while True:
            await self._rest(EVERY_S)
            try:
                await self.measure()
            except StoreError:
                logger.debug("the store's clock cannot be read now")

    async def keep(self) -> None:
        """Be the one who decides what a jump of the store's clock means, until cancelled."""
        self._keeper = True
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            self._keeper = False

    @property
    def reasons(self) -> list[str]:
        """What is off by more than half a second, in sentences."""
        if self._reading is None:
            return []
        store_ns = self._clock.discipline.store_ns(self._clock.raw_ns())
        beside_ms = self._reading.correction.at(store_ns) // MS_NS
        machine_ms = (self._clock.machine_ns() - store_ns) // MS_NS
        own_ms = self._clock.now_ms() - store_ns // MS_NS - beside_ms
        return [
            sentence.format(abs(ms) / 1000, "ahead of" if ms > 0 else "behind")
            for ms, sentence in (
                (beside_ms, _BESIDE), (machine_ms, _MACHINE), (own_ms, _OWN)
            )
            if abs(ms) > TOLD_MS
        ]  # fmt: skip

    async def _best_reading(self) -> Reading:
        """The quickest of several answers: of a slow one nobody knows when it was true."""
        best = await self._read()
        for _ in range(MOST_QUESTIONS - 1):
            if best.round_trip_ns <= QUICK_NS:
                break
            best = min(best, await self._read(), key=attrgetter("round_trip_ns"))
        return best

    async def _read(self) -> Reading:
        asked_ns = self._clock.raw_ns()
        told = await self._store.read_clock()
        took_ns = self._clock.raw_ns() - asked_ns
        offset_ns = told.store_ns - asked_ns - took_ns // 2
        return Reading(offset_ns, took_ns, told.correction, told.idle)

    def _tell(self, set_by_ms: int) -> None:
        if abs(set_by_ms) > TOLD_MS:
            logger.warning("This process's time was set by %+.3f s.", set_by_ms / 1000)


def _doubtful(told: StoreTime) -> bool:
    """Whether the keeper goes by another time, or is dead."""
    if told.idle or told.kept_until_ms is None:
        return False
    return not 0 <= told.kept_until_ms - told.installation_ms <= LEASE_MS + TOLD_MS


_BESIDE: Final = (
    "Shows go by a time that is {:.1f} s {} the store's clock, which was set while one was on. "
    "Half a millisecond is made up each second, and the rest when no show is on."
)
_MACHINE: Final = (
    "The clock of this machine is {:.1f} s {} the store's, by which shows go: let NTP keep both."
)
_OWN: Final = "The time of this process is {:.1f} s {} that of the installation, and is being set."
