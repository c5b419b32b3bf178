"""Deadline timers: wake a show when a deal starts or ends, a pin or a text expires."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from operator import itemgetter
from typing import Literal

from vetrina.clock import Clock

logger = logging.getLogger(__name__)
RETRY_MS = 1000
# A show that is slow to wake holds one of these places; the others wake meanwhile.
AT_ONCE = 32


class Timers:
    """One deadline per show, one task for all of them; shows do not wait for each other.

    A show is woken once at a time, so that its own deadlines keep their order.
    """

    def __init__(self, clock: Clock, wake: Callable[[str], Awaitable[None]]) -> None:
        self._clock = clock
        self._wake = wake
        self._deadlines: dict[str, int] = {}
        self._waking: dict[str, asyncio.Task[None]] = {}
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
        try:
            while True:
                self._moved.clear()
                self._start(self._clock.now_ms())
                await self._sleep()
        finally:
            for task in list(self._waking.values()):
                task.cancel()

    def _start(self, now: int) -> None:
        due = [slug for slug, at_ms in self._waiting() if at_ms <= now]
        for slug in due[: AT_ONCE - len(self._waking)]:
            task = asyncio.create_task(self._wake_one(slug, now), name=f"wake {slug}")
            self._waking[slug] = task
            task.add_done_callback(partial(self._woken, slug))

    def _waiting(self) -> list[tuple[str, int]]:
        """The shows that are not being woken, the longest overdue first."""
        waiting = ((slug, at) for slug, at in self._deadlines.items() if slug not in self._waking)
        return sorted(waiting, key=itemgetter(1))

    def _woken(self, slug: str, _: asyncio.Task[None]) -> None:
        del self._waking[slug]
        self._moved.set()

    async def _wake_one(self, slug: str, now: int) -> None:
        at_ms = self._deadlines.get(slug)
        if at_ms is None or at_ms > now:  # moved while another show was woken
            return
        try:
            await self._wake(slug)
        except Exception:
            logger.exception("the deadline of show %s could not be kept; trying again", slug)
        if self._deadlines.get(slug) == at_ms:
            self._deadlines[slug] = self._clock.now_ms() + RETRY_MS

    async def _sleep(self) -> None:
        """Until the next deadline, or until something changed: one was set, a show was woken."""
        moved = asyncio.ensure_future(self._moved.wait())
        sleepers = {moved}
        waiting = self._waiting()
        if waiting and len(self._waking) < AT_ONCE:
            sleepers.add(asyncio.ensure_future(self._until(waiting[0][1])))
        try:
            await asyncio.wait(sleepers, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in sleepers:
                task.cancel()

    async def _until(self, at_ms: int) -> Literal[True]:
        await self._clock.sleep_until(at_ms)
        return True
