"""Time as an argument: the real clock here, a fake one in the tests."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """What the program knows of time."""

    def now_ms(self) -> int:
        """Milliseconds since 1970, UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds since some start; never goes back."""
        ...

    async def sleep_until(self, at_ms: int) -> None:
        """Return once `now_ms() >= at_ms`, at once when it is past. Safe to cancel."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep_until(self, at_ms: int) -> None:
        # In slices, so that a clock set forward or a laptop that slept is noticed.
        while (left_ms := at_ms - self.now_ms()) > 0:  # noqa: ASYNC110  (no event tells the time)
            await asyncio.sleep(min(left_ms / 1000, 1.0))
