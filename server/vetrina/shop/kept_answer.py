"""An answer that is good for a while, asked for once however many want it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from vetrina.clock import Clock

T = TypeVar("T")


class Kept(Generic[T]):
    """In a rush hundreds find it too old in the same moment: one of them asks, the others wait."""

    def __init__(self, clock: Clock, read: Callable[[], Awaitable[T]], for_ms: int) -> None:
        self._clock = clock
        self._read = read
        self._for_ms = for_ms
        self._value: T
        self._until: int | None = None
        self._asking: asyncio.Task[T] | None = None

    async def value(self) -> T:
        """The answer, asked for anew where it is too old. Raises what asking raises."""
        now = self._clock.now_ms()
        if self._until is not None and self._until - self._for_ms <= now < self._until:
            return self._value
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask(now))
            self._asking.add_done_callback(lambda done: done.cancelled() or done.exception())
        return await asyncio.shield(self._asking)

    def forget(self) -> None:
        """Ask anew next time: what is being asked now may be old already."""
        self._until = self._asking = None

    async def _ask(self, now: int) -> T:
        own = asyncio.current_task()
        try:
            value = await self._read()
            if self._asking is own:
                self._value, self._until = value, now + self._for_ms
            return value
        finally:
            if self._asking is own:
                self._asking = None
