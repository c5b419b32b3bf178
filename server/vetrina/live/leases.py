"""Leader leases: work that one process of an installation does, such as asking the shops.

One process does it for all, while it holds a lease in the store. One that ends lets go; where one
is killed or cut off, the lease runs out and another takes over within half a minute. While a lease
changes hands two may be at it for a moment, so the work has to bear that.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from vetrina.clock import Clock
from vetrina.store.errors import StoreError
from vetrina.store.ports.leases import LeaseStore

logger = logging.getLogger(__name__)
LEASE_MS: Final = 20_000
RENEW_MS: Final = 5_000
"""How often the holder renews its lease, and the others try to get it."""

Work = Callable[[], Awaitable[None]]


class Leases:
    """The leases of one process."""

    def __init__(self, store: LeaseStore, clock: Clock, process: str, *, alone: bool) -> None:
        self._store = store
        self._clock = clock
        self._process = process
        self._alone = alone

    def one_at_a_time(self, name: str, work: Work) -> Work:
        """The same work, done by one process at a time. It raises what the store raises."""
        return work if self._alone else partial(self._run_under_lease, name, work)

    async def _run_under_lease(self, name: str, work: Work) -> None:
        while True:
            if await self._hold(name):
                try:
                    if await self._work_while_held(name, work):
                        return
                finally:
                    with contextlib.suppress(StoreError):
                        await self._store.release_lease(name, self._process)
            await self._wait()

    async def _work_while_held(self, name: str, work: Work) -> bool:
        """Until the work is done, or the lease is somebody else's: False."""
        working = asyncio.ensure_future(work())
        try:
            while True:
                waiting = asyncio.ensure_future(self._wait())
                try:
                    await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    waiting.cancel()
                if working.done():
                    await working
                    return True
                if not await self._hold(name):
                    logger.warning("another process has taken over: %s", name)
                    return False
        finally:
            working.cancel()
            await asyncio.wait({working})

    async def _hold(self, name: str) -> bool:
        now = self._clock.now_ms()
        return await self._store.hold_lease(name, self._process, now, now + LEASE_MS)

    async def _wait(self) -> None:
        await self._clock.sleep_until(self._clock.now_ms() + RENEW_MS)
