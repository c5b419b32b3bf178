"""Work in the background, one at a time for each order, and never lost without a word."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)


class Background:
    """Tasks of one kind. What fails is logged: a sweep finds it again in the store."""

    def __init__(self, name: str, work: Callable[[str], Awaitable[None]]) -> None:
        self._name = name
        self._work = work
        self._running: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()

    def start(self, id: str) -> None:
        """Begin with an order; where that is under way, once more after it."""
        if id in self._running:
            self._again.add(id)
            return
        task = self._running[id] = asyncio.create_task(self._run(id))
        task.add_done_callback(lambda _: self._running.pop(id, None))

    async def done(self) -> None:
        """Return when nothing is under way."""
        while self._running:
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def close(self) -> None:
        """Leave the rest to the sweep."""
        for task in list(self._running.values()):
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _run(self, id: str) -> None:
        while True:
            self._again.discard(id)
            try:
                await self._work(id)
            except Exception:
                logger.warning("%s: an order waits for the sweep", self._name, exc_info=True)
            if id not in self._again:
                return
