"""One timeout for many: all wait equally long, so the first to come is the first to go."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Waiting(Protocol):
    """Whoever waits."""

    def give_up(self) -> None:
        """It took too long. Called once, and not after `stop`."""
        ...


class SharedTimeout:
    """Ends those who wait longer than `seconds`, with one timer of the event loop for all."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._due: dict[Waiting, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    def start(self, waiting: Waiting) -> None:
        """Its time begins."""
        self._due[waiting] = time.monotonic() + self._seconds
        if self._timer is None:
            self._set_timer(self._seconds)

    def left_s(self, waiting: Waiting) -> float:
        """How much time it has left; none once it was given up."""
        return max(0.0, self._due.get(waiting, 0.0) - time.monotonic())

    def stop(self, waiting: Waiting) -> None:
        """It waits no more. Twice does no harm."""
        self._due.pop(waiting, None)

    def _set_timer(self, seconds: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, self._check)

    def _check(self) -> None:
        now, self._timer = time.monotonic(), None
        for waiting, due in list(self._due.items()):
            if due > now:
                self._set_timer(due - now)
                return
            del self._due[waiting]
            waiting.give_up()
