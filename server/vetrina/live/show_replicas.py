"""Replicas of all shows that this process has to do with: each loaded once, kept while needed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator

from vetrina.bus.port import Bus, Published
from vetrina.clock import Clock
from vetrina.domain.show.events import Position
from vetrina.live.show_loader import Loaded, LogStore, load
from vetrina.live.show_replica import Gap, ShowReplica
from vetrina.store.errors import DamagedLog

logger = logging.getLogger(__name__)
LOOK_AGAIN_S = 5.0
"""So long a log that cannot be read is not read again, whoever asks for the show."""


class ShowReplicas:
    """Finds, loads and drops replicas, and hands them what the bus delivers."""

    def __init__(self, store: LogStore, bus: Bus, clock: Clock) -> None:
        self._store = store
        self._bus = bus
        self._clock = clock
        self._replicas: dict[str, ShowReplica] = {}
        self._loading: dict[str, asyncio.Task[ShowReplica | None]] = {}
        self._published: dict[str, Position] = {}
        self.damaged: dict[str, DamagedLog] = {}
        """Shows that are set aside, since their logs cannot be read."""
        self._damage_seen_at: dict[str, float] = {}
        self.doubt = asyncio.Event()
        """Set when messages may have been lost; whoever compares heads clears it."""

    def __iter__(self) -> Iterator[ShowReplica]:
        return iter(list(self._replicas.values()))

    def get(self, slug: str) -> ShowReplica | None:
        """The replica of a show, None when it is not in memory."""
        return self._replicas.get(slug)

    async def open(self, slug: str) -> ShowReplica | None:
        """The replica of a show, read from the store the first time; None for an unknown show.

        Raises StoreError, and among them DamagedLog.
        """
        seen_at = self._damage_seen_at.get(slug)
        if seen_at is not None and self._clock.monotonic() < seen_at + LOOK_AGAIN_S:
            raise self.damaged[slug]
        # Not what the task returns: that may be dropped before whoever waits goes on.
        while (replica := self._replicas.get(slug)) is None:
            task = self._loading.get(slug)
            if task is None:
                task = asyncio.create_task(self._load(slug), name=f"load {slug}")
                self._loading[slug] = task
            if await asyncio.shield(task) is None:
                return None
        return replica

    def add(self, loaded: Loaded) -> ShowReplica:
        """Keep what was loaded; the one that is there already, if somebody was quicker."""
        slug = loaded.show.slug
        replica = self._replicas.get(slug)
        if replica is None:
            self._bus.follow(slug)
            replica = ShowReplica(loaded, self._store, self._clock, self.doubt, self._release)
            self._replicas[slug] = replica
        return replica

    def receive(self, message: Published) -> None:
        """Events came over the bus, which may lose, repeat and delay."""
        slug, position = message.show, message.position
        replica = self._replicas.get(slug)
        if replica is None:
            if slug in self._loading:
                self._published[slug] = _further(self._published.get(slug), position)
        elif position.epoch != replica.position.epoch:
            self.doubt.set()
        else:
            try:
                replica.take(message.events)
            except Gap:
                replica.fill_to(position.seq)

    def void(self, slug: str) -> None:
        """The show's log was replaced: read it anew when it is needed."""
        replica = self._replicas.get(slug)
        if replica is not None:
            self._release(replica)

    def close(self) -> None:
        """Give up reads under way."""
        for task in self._loading.values():
            task.cancel()
        for replica in self._replicas.values():
            replica.close()

    def _release(self, replica: ShowReplica) -> None:
        replica.close()
        if self._replicas.get(replica.slug) is replica:
            del self._replicas[replica.slug]
            self._bus.unfollow(replica.slug)

    async def _load(self, slug: str) -> ShowReplica | None:
        try:
            self._bus.follow(slug)
            loaded = await self._read(slug)
            if loaded is None:
                return None
            replica = self.add(loaded)
            # Events committed while the log was being read are not in it.
            published = self._published.get(slug)
            if published is not None and published.epoch != replica.position.epoch:
                self.doubt.set()
            elif published is not None:
                replica.fill_to(published.seq)
            return replica
        finally:
            del self._loading[slug]
            self._published.pop(slug, None)
            if slug not in self._replicas:
                self._bus.unfollow(slug)

    async def _read(self, slug: str) -> Loaded | None:
        try:
            loaded = await load(self._store, slug)
        except DamagedLog as damage:
            if slug not in self.damaged:
                logger.error("%s The show is set aside: vetrina db repair %s", damage, slug)
            self.damaged[slug], self._damage_seen_at[slug] = damage, self._clock.monotonic()
            raise
        if self.damaged.pop(slug, None) is not None:
            del self._damage_seen_at[slug]
            logger.warning("The show %s can be read again.", slug)
        return loaded


def _further(known: Position | None, published: Position) -> Position:
    """The further one of the same log, else the one that came last."""
    return known if known is not None and published.is_behind(known) else published
