"""Whether a rush is on: buyers come first then, and pages of the payment provider wait a moment.

A page costs as much processor time as many answers, and whoever waits for one has their pieces.
"""

from __future__ import annotations

from typing import Final

from vetrina.clock import Clock

WINDOW_MS: Final = 250
MANY: Final = 50
"""Answers in a window."""
LONGEST_MS: Final = 5_000
"""So long a page waits at most, however long the rush goes on."""


class Rush:
    """Counts the answers to buyers of this process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._window = 0
        self._answers = 0
        self._until_ms = 0

    def answered(self) -> None:
        """One buyer has an answer, or comes for one."""
        now = self._clock.now_ms()
        window = now // WINDOW_MS
        if window != self._window:
            self._window, self._answers = window, 0
        self._answers += 1
        if self._answers >= MANY:
            self._until_ms = now + WINDOW_MS

    @property
    def is_on(self) -> bool:
        """Whether many have come a moment ago."""
        return self._clock.now_ms() < self._until_ms

    async def over(self) -> None:
        """Returns when it is, or after the longest wait."""
        last = self._clock.now_ms() + LONGEST_MS
        while self.is_on and self._clock.now_ms() < last:
            await self._clock.sleep_until(min(self._until_ms, last))
