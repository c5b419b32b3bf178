"""One timeout for many: all wait equally long, so the first to come is the first to go."""

from __future__ import annotations

import asyncio
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
        loop = asyncio.get_running_loop()
        self._due[waiting] = loop.time() + self._seconds
        if self._timer is None:
            self._timer = loop.call_later(self._seconds, self._check)

    def stop(self, waiting: Waiting) -> float:
        """It waits no more; how many seconds it had left. Twice does no harm."""
        due = self._due.pop(waiting, None)
        return 0.0 if due is None else max(0.0, due - asyncio.get_running_loop().time())

    def _check(self) -> None:
        loop = asyncio.get_running_loop()
        now, self._timer = loop.time(), None
        for waiting, due in list(self._due.items()):
            if due > now:
                self._timer = loop.call_at(due, self._check)
                return
            del self._due[waiting]
            waiting.give_up()
