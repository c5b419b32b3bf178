"""Several processes over one store: each finds out what it was not told, and does what others left.

The bus is quick and may lose. The store is asked now and then where the shows stand, in one query
for all of them, and at once when there is doubt.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from vetrina.bus.port import Bus
from vetrina.clock import Clock
from vetrina.domain.show.events import Position
from vetrina.live.event_feed import EventFeed
from vetrina.live.service import ShowService, new_epoch
from vetrina.realtime.hub import Hub
from vetrina.store.errors import StoreError
from vetrina.store.ports.store import Store

logger = logging.getLogger(__name__)
EVERY_MS = 2_000
"""While the bus is not well; and how often overdue deadlines are looked for."""
WELL_EVERY_MS = 10_000


class ClusterSync:
    """Compares heads and sweeps deadlines, for as long as the process runs."""

    def __init__(
        self, store: Store, bus: Bus, hub: Hub, feed: EventFeed, shows: ShowService, clock: Clock
    ) -> None:
        self._store = store
        self._bus = bus
        self._hub = hub
        self._feed = feed
        self._shows = shows
        self._clock = clock
        self._compared_at = 0
        self._told = False
        self._comparing = asyncio.Lock()

    async def run(self) -> None:
        """Until cancelled. A process that is alone has nothing to find out."""
        while self._bus.shared:
            try:
                await self._look()
            except StoreError as error:
                self._away(error)
            await self._rest()

    async def _look(self) -> None:
        now = self._clock.now_ms()
        every_ms = WELL_EVERY_MS if self._bus.health.ok and not self._told else EVERY_MS
        if self._feed.doubt.is_set() or now - self._compared_at >= every_ms:
            self._feed.doubt.clear()
            self._compared_at = now
            await self.compare()
        await self._shows.sweep()
        self._told = False

    def _away(self, error: StoreError) -> None:
        """The store is away: look again soon, and say so once."""
        if not self._told:
            logger.warning("cannot compare with the store; trying again: %s", str(error))
        self._told = True

    async def compare(self, show: str | None = None) -> None:
        """Where do the shows stand that are kept here, or this one? Raises StoreError."""
        async with self._comparing:
            here = self._here()
            before = here if show is None else {show: here[show]} if show in here else {}
            if not before:
                return
            for slug, head in (await self._store.heads(sorted(before))).items():
                await self._follow(slug, before[slug], head)

    async def _follow(self, slug: str, before: Sequence[Position], head: Position) -> None:
        # What was known before the question was on disk then; a lower answer is a loss.
        lost = any(head.epoch == known.epoch and head.seq < known.seq for known in before)
        if lost:
            logger.warning("the log of %s has lost its end; everybody gets a snapshot", slug)
            await self._store.renew_epoch(slug, head.epoch, new_epoch())
        if lost or any(head.epoch != known.epoch for known in before):
            self._shows.forget(slug)
            self._hub.void(slug)
        else:
            self._feed.catch_up(slug, head)
            self._shows.catch_up(slug, head)

    def _here(self) -> dict[str, list[Position]]:
        """What this process has seen of each show, in its room and at its desk."""
        rooms = {slug: room.position for slug, room in self._hub.rooms.items()}
        desks = self._shows.at_hand
        found: dict[str, list[Position]] = {}
        for slug, position in (*rooms.items(), *desks.items()):
            found.setdefault(slug, []).append(position)
        return found

    async def _rest(self) -> None:
        doubt = asyncio.ensure_future(self._feed.doubt.wait())
        later = asyncio.ensure_future(self._clock.sleep_until(self._clock.now_ms() + EVERY_MS))
        try:
            await asyncio.wait({doubt, later}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            # Not waited for: that would take a cancellation of ours for one of theirs.
            doubt.cancel()
            later.cancel()
