"""Clients who say that they have seen more of a show than this process knows.

They come from another process, which heard of an event first. One look into the store serves all
of a show who ask, and looks keep a distance. A claim is no proof: whoever invents one waits for a
look like the others, and nothing comes of it but a snapshot.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from vetrina.clock import Clock
from vetrina.store.errors import StoreError

logger = logging.getLogger(__name__)
LOOK_EVERY_MS: Final = 300
"""Between two looks for the same show, however many ask."""
PATIENCE_S: Final = 3.0
"""A store that is away keeps nobody out for longer: what is known here is shown meanwhile."""


class _Look:
    """One look for all who came before it began."""

    __slots__ = ("begun", "task")

    def __init__(self) -> None:
        self.begun = False
        self.task: asyncio.Task[None]


class PositionClaims:
    """`look` brings a show of this process to where the store stands. It may raise StoreError."""

    def __init__(self, clock: Clock, look: Callable[[str], Awaitable[None]]) -> None:
        self._clock = clock
        self._look = look
        self._looks: dict[str, _Look] = {}
        self._looked_at: dict[str, int] = {}

    async def check(self, slug: str, stands: Callable[[], bool]) -> None:
        """Return when the claim stands no more, or after a look that began after this call."""
        under_way = self._looks.get(slug)
        if under_way is not None and under_way.begun:
            await self._wait(under_way)
            if not stands():
                return
        await self._wait(self._looks.get(slug) or self._plan(slug))

    def close(self) -> None:
        """Give up the looks under way."""
        for look in self._looks.values():
            look.task.cancel()

    async def _wait(self, look: _Look) -> None:
        await asyncio.wait({look.task}, timeout=PATIENCE_S)

    def _plan(self, slug: str) -> _Look:
        look = self._looks[slug] = _Look()
        look.task = asyncio.create_task(self._run(slug, look), name=f"claims {slug}")
        return look

    async def _run(self, slug: str, look: _Look) -> None:
        try:
            # The smaller of both: a clock that was set back must not stop anybody.
            now = self._clock.now_ms()
            after = min(self._looked_at.get(slug, 0), now)
            await self._clock.sleep_until(after + LOOK_EVERY_MS)
            look.begun = True
            await self._look(slug)
        except StoreError:
            logger.warning("cannot read what was missed of %s", slug)
        finally:
            self._looked_at[slug] = self._clock.now_ms()
            del self._looks[slug]
