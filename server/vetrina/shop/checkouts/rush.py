"""Whether a rush is on: buyers come first then, and pages of the payment provider wait a moment.

A page costs as much processor time as many answers, and whoever waits for one has their pieces.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from vetrina.clock import Clock

WINDOW_MS: Final = 250
MANY: Final = 50
"""Answers in a window."""
WAITING: Final = 20
"""Buyers who wait for their answer, however slowly these come."""
STEP_MS: Final = 50
LONGEST_MS: Final = 5_000
"""So long a page waits at most, however long the rush goes on."""


class Rush:
    """Counts the answers to buyers of this process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._window = 0
        self._answers = 0
        self._until_ms = 0
        self._waiting = 0

    def answered(self) -> None:
        """One buyer has an answer."""
        now = self._clock.now_ms()
        window = now // WINDOW_MS
        if window != self._window:
            self._window, self._answers = window, 0
        self._answers += 1
        if self._answers >= MANY or self._waiting >= WAITING:
            self._until_ms = now + WINDOW_MS

    @contextmanager
    def answering(self) -> Iterator[None]:
        """While a buyer waits for an answer."""
        self._waiting += 1
        try:
            yield
        finally:
            self.answered()
            self._waiting -= 1

    @property
    def is_on(self) -> bool:
        """Whether many wait, or came a moment ago."""
        return self._waiting >= WAITING or self._clock.now_ms() < self._until_ms

    async def over(self) -> None:
        """Returns when it is, or after the longest wait."""
        last = self._clock.now_ms() + LONGEST_MS
        while self.is_on and self._clock.now_ms() < last:
            again = max(self._until_ms, self._clock.now_ms() + STEP_MS)
            await self._clock.sleep_until(min(again, last))
