"""A clock for whoever waits for a shop: nobody does."""

from __future__ import annotations

import asyncio

from tests.fakes import FakeClock


class HurriedClock(FakeClock):
    """Time jumps to where somebody wants to sleep until; `waits` are how long that would be."""

    def __init__(self, now_ms: int = 1_763_690_000_000) -> None:
        super().__init__(now_ms)
        self.waits: list[int] = []

    async def sleep_until(self, at_ms: int) -> None:
        wait_ms = at_ms - self.now_ms()
        if wait_ms > 0:
            self.waits.append(wait_ms)
            self.advance(wait_ms)
        await asyncio.sleep(0)
