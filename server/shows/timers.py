"""Wakes a show when a deadline comes: a deal starts or ends, a pin or a text expires."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Literal

from server.clock import Clock

logger = logging.getLogger(__name__)
RETRY_MS = 1000


class Timers:
    """One deadline per show, one task for all of them."""

    def __init__(self, clock: Clock, wake: Callable[[str], Awaitable[None]]) -> None:
        self._clock = clock
        self._wake = wake
        self._deadlines: dict[str, int] = {}
        self._moved = asyncio.Event()

    def set(self, slug: str, at_ms: int | None) -> None:
        """Wake the show at a time, in place of what was set before; None: never."""
        if self._deadlines.get(slug) == at_ms:
            return
        if at_ms is None:
            del self._deadlines[slug]
        else:
            self._deadlines[slug] = at_ms
        self._moved.set()

    async def run(self) -> None:
        """Wake shows until cancelled. A show that cannot be woken is tried again in a second."""
        while True:
            self._moved.clear()
            now = self._clock.now_ms()
            for slug in [slug for slug, at_ms in self._deadlines.items() if at_ms <= now]:
                await self._wake_one(slug, now)
            await self._sleep()

    async def _wake_one(self, slug: str, now: int) -> None:
        at_ms = self._deadlines.get(slug)
        if at_ms is None or at_ms > now:  # moved while another show was woken
            return
        try:
            await self._wake(slug)
        except Exception:
            logger.exception("the deadline of show %s could not be kept; trying again", slug)
        if self._deadlines.get(slug) == at_ms:
            self._deadlines[slug] = now + RETRY_MS

    async def _sleep(self) -> None:
        """Until the next deadline, or until one was set."""
        moved = asyncio.ensure_future(self._moved.wait())
        waiting = {moved}
        if self._deadlines:
            soonest = min(self._deadlines.values())
            waiting.add(asyncio.ensure_future(self._until(soonest)))
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()

    async def _until(self, at_ms: int) -> Literal[True]:
        await self._clock.sleep_until(at_ms)
        return True
