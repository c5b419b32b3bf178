"""Work in the background, one at a time for each order, and never lost without a word."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from vetrina.clock import Clock
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.shop.checkouts.later import Later

SWEPT: Final = 100
"""Orders that one sweep begins with."""
Find = Callable[[int], Awaitable[Sequence[OwnOrder]]]
"""So many orders that wait, the oldest first."""
logger = logging.getLogger(__name__)


class Background:
    """Tasks of one kind. What fails is logged: a sweep finds it again in the store."""

    def __init__(self, name: str, work: Callable[[str], Awaitable[None]], clock: Clock) -> None:
        self._name = name
        self._work = work
        self._running: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._later = Later(clock)

    def start(self, id: str) -> None:
        """Begin with an order; where that is under way, once more after it."""
        if id in self._running:
            self._again.add(id)
            return
        task = self._running[id] = asyncio.create_task(self._run(id))
        task.add_done_callback(lambda _: self._running.pop(id, None))

    async def sweep(self, find: Find) -> None:
        """Begin with what waits; those that failed come again in their time, and hide no others."""
        found = [order.checkout.id for order in await find(SWEPT + len(self._later))]
        self._later.keep(found)
        for id in found:
            if id not in self._running and self._later.is_ready(id):
                self.start(id)

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
            except Exception as error:
                is_new, kind = self._later.failed(id), type(error).__name__
                logger.warning(
                    "%s: an order waits for the sweep: %s", self._name, kind, exc_info=is_new
                )
            else:
                self._later.went_well(id)
            if id not in self._again:
                return
