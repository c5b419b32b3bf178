"""Request coalescing: clients that claim to have seen more of a show than this process knows.

They come from another process, which received an event first. One check with the store serves all
of a show who ask, and checks keep a distance. A claim is no proof: who invents one waits for a
check like the others and gets a snapshot.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from vetrina.clock import Clock
from vetrina.store.errors import StoreError

logger = logging.getLogger(__name__)
CHECK_EVERY_MS: Final = 300
"""Between two checks of the same show, however many ask."""
LONGEST_WAIT_S: Final = 3.0
"""A store that is away keeps nobody out for longer: what is known here is shown meanwhile."""


class _Check:
    """One check for all who came before it began."""

    __slots__ = ("begun", "task")

    def __init__(self) -> None:
        self.begun = False
        self.task: asyncio.Task[None]


class PositionClaims:
    """`compare` brings a show of this process to where the store is. It may raise StoreError."""

    def __init__(self, clock: Clock, compare: Callable[[str], Awaitable[None]]) -> None:
        self._clock = clock
        self._compare = compare
        self._checks: dict[str, _Check] = {}
        self._checked_at: dict[str, int] = {}

    async def check(self, slug: str, stands: Callable[[], bool]) -> None:
        """Return when the claim stands no more, or after a check that began after this call."""
        under_way = self._checks.get(slug)
        if under_way is not None and under_way.begun:
            await self._wait(under_way)
            if not stands():
                return
        await self._wait(self._checks.get(slug) or self._plan(slug))

    def close(self) -> None:
        """Give up the checks under way."""
        for check in self._checks.values():
            check.task.cancel()

    async def _wait(self, check: _Check) -> None:
        await asyncio.wait({check.task}, timeout=LONGEST_WAIT_S)

    def _plan(self, slug: str) -> _Check:
        check = self._checks[slug] = _Check()
        check.task = asyncio.create_task(self._run(slug, check), name=f"claims {slug}")
        return check

    async def _run(self, slug: str, check: _Check) -> None:
        try:
            # The smaller of both: a clock that was set back must not stop anybody.
            now = self._clock.now_ms()
            after = min(self._checked_at.get(slug, 0), now)
            await self._clock.sleep_until(after + CHECK_EVERY_MS)
            check.begun = True
            await self._compare(slug)
        except StoreError:
            logger.warning("cannot read what was missed of %s", slug)
        finally:
            self._checked_at[slug] = self._clock.now_ms()
            del self._checks[slug]
