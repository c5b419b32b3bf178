"""A clock that goes fast: what takes ten seconds in a process takes one in a test."""

from __future__ import annotations

import asyncio
import time


class FastClock:
    """The port `Clock`; so many times as fast as the machine's."""

    def __init__(self, times: float = 10.0) -> None:
        self._times = times
        self._start_ms = time.time_ns() // 1_000_000
        self._start = time.monotonic()

    def now_ms(self) -> int:
        return self._start_ms + int(self.monotonic() * 1000)

    def civil_ms(self) -> list[int]:
        return [self.now_ms()]

    def ahead_ms(self) -> int:
        return 0

    def monotonic(self) -> float:
        return (time.monotonic() - self._start) * self._times

    async def sleep_until(self, at_ms: int) -> None:
        while (left_ms := at_ms - self.now_ms()) > 0:
            await rest(left_ms / 1000 / self._times)


async def rest(seconds: float) -> None:
    """For what has to last a while: a fault, never a wait for its effects."""
    over = asyncio.get_running_loop().create_future()
    timer = asyncio.get_running_loop().call_later(seconds, over.set_result, None)
    try:
        await over
    finally:
        timer.cancel()
