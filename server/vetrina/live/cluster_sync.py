"""Anti-entropy: several processes over one store compare their positions with it.

The bus is quick and may lose. The store is asked now and then where the shows stand, in one query
for all of them, and at once when there is doubt. Deadlines that a process left behind are kept.
"""

from __future__ import annotations

import asyncio
import logging

from vetrina.bus.port import Bus
from vetrina.clock import Clock
from vetrina.domain.show.events import Position
from vetrina.live.service import ShowService, new_epoch
from vetrina.live.show_replicas import ShowReplicas
from vetrina.realtime.hub import Hub
from vetrina.store.errors import StoreError
from vetrina.store.ports.store import Store

logger = logging.getLogger(__name__)
EVERY_MS = 2_000
"""While the bus is not well; and how often overdue deadlines are searched for."""
WELL_EVERY_MS = 10_000


class ClusterSync:
    """Compares heads and sweeps deadlines, for as long as the process runs."""

    def __init__(
        self,
        store: Store,
        bus: Bus,
        hub: Hub,
        clock: Clock,
        replicas: ShowReplicas,
        shows: ShowService,
    ) -> None:
        self._store = store
        self._bus = bus
        self._hub = hub
        self._clock = clock
        self._replicas = replicas
        self._shows = shows
        self._compared_at = 0
        self._warned = False
        self._comparing = asyncio.Lock()

    async def run(self) -> None:
        """Until cancelled. A process that is alone has nothing to find out."""
        while self._bus.shared:
            try:
                await self._check()
            except StoreError as error:
                self._warn(error)
            await self._sleep()

    async def _check(self) -> None:
        now = self._clock.now_ms()
        every_ms = WELL_EVERY_MS if self._bus.health.ok and not self._warned else EVERY_MS
        if self._replicas.doubt.is_set() or now - self._compared_at >= every_ms:
            self._replicas.doubt.clear()
            self._compared_at = now
            await self.compare()
        await self._shows.sweep()
        self._warned = False

    def _warn(self, error: StoreError) -> None:
        """The store is away: compare again soon, and log it once."""
        if not self._warned:
            logger.warning("cannot compare with the store; trying again: %s", str(error))
        self._warned = True

    async def compare(self, show: str | None = None) -> None:
        """Where do the shows stand that are kept here, or this one? Raises StoreError."""
        async with self._comparing:
            before = {
                replica.slug: replica.position
                for replica in self._replicas
                if show is None or replica.slug == show
            }
            if not before:
                return
            for slug, head in (await self._store.heads(sorted(before))).items():
                await self._follow(slug, before[slug], head)

    async def _follow(self, slug: str, before: Position, head: Position) -> None:
        # What was known before the question was on disk then; a lower answer is a loss.
        lost = head.is_behind(before)
        if lost:
            logger.warning("the log of %s has lost its end; everybody gets a snapshot", slug)
            await self._store.renew_epoch(slug, head.epoch, new_epoch())
        if lost or head.epoch != before.epoch:
            self._shows.forget(slug)
            self._hub.void(slug)
            self._replicas.void(slug)
        elif (replica := self._replicas.get(slug)) and replica.position.is_behind(head):
            replica.fill_to(head.seq)

    async def _sleep(self) -> None:
        doubt = asyncio.ensure_future(self._replicas.doubt.wait())
        later = asyncio.ensure_future(self._clock.sleep_until(self._clock.now_ms() + EVERY_MS))
        try:
            await asyncio.wait({doubt, later}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            # Not waited for: that would take a cancellation of ours for one of theirs.
            doubt.cancel()
            later.cancel()
