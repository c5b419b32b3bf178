"""Stand-ins that tests control."""

from __future__ import annotations

import asyncio


class FakeClock:
    """A clock that moves only when told to."""

    def __init__(self, now_ms: int = 1_763_690_000_000) -> None:
        self._now_ms = now_ms
        self._start_ms = now_ms
        self._sleepers: list[tuple[int, asyncio.Future[None]]] = []

    def now_ms(self) -> int:
        return self._now_ms

    def civil_ms(self) -> list[int]:
        return [self._now_ms]

    def ahead_ms(self) -> int:
        return 0

    def monotonic(self) -> float:
        return (self._now_ms - self._start_ms) / 1000

    async def sleep_until(self, at_ms: int) -> None:
        if at_ms <= self._now_ms:
            await asyncio.sleep(0)
            return
        waiting = asyncio.get_running_loop().create_future()
        self._sleepers.append((at_ms, waiting))
        await waiting

    def advance(self, ms: int) -> None:
        """Move on and wake everybody whose time has come."""
        self._now_ms += ms
        due = [future for at_ms, future in self._sleepers if at_ms <= self._now_ms]
        self._sleepers = [
            (at_ms, future) for at_ms, future in self._sleepers if at_ms > self._now_ms
        ]
        for future in due:
            if not future.done():
                future.set_result(None)

    @property
    def sleepers(self) -> int:
        """How many wait for a time to come."""
        return sum(not future.done() for _, future in self._sleepers)


async def settled(turns: int = 20) -> None:
    """Let every task that can run do so."""
    for _ in range(turns):
        await asyncio.sleep(0)
