"""From the bus to the rooms: every event once, in order, none missed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from server.bus.base import Bus, Doubt, KeyRevoked, Message, Published, Tallied
from server.clock import Clock
from server.domain.events import Position
from server.realtime.hub import Hub
from server.realtime.room import Gap, Room
from server.shows.loading import PAGE, load
from server.store.base import ShowStore, StoreError

logger = logging.getLogger(__name__)
RETRY_MS = 500


class Feed:
    """Keeps the rooms of this process in step with the log.

    The bus may lose, repeat or delay; the number of an event tells. What is missing is read from
    the store once for the whole process, however many viewers there are.
    """

    def __init__(self, store: ShowStore, bus: Bus, hub: Hub, clock: Clock) -> None:
        self._store = store
        self._bus = bus
        self._hub = hub
        self._clock = clock
        self._newest: dict[str, int] = {}
        self._opening: dict[str, asyncio.Task[Room | None]] = {}
        self._filling: dict[str, asyncio.Task[None]] = {}
        self._forget: Callable[[str], None] = lambda _: None
        self._tell: Callable[[Published], None] = lambda _: None
        self._needed: Callable[[str], bool] = lambda _: False
        self._tally: Callable[[Tallied], None] = lambda _: None
        self.doubt = asyncio.Event()
        """Set when messages may have been lost; whoever compares heads clears it."""

    def on_revoked(self, forget: Callable[[str], None]) -> None:
        """Call this with the id of each key that is revoked, in whatever process."""
        self._forget = forget

    def on_published(self, tell: Callable[[Published], None]) -> None:
        """Call this with what was written to any show that is followed here."""
        self._tell = tell

    def also_needed(self, needed: Callable[[str], bool]) -> None:
        """Who else needs to hear of a show, when its room is gone."""
        self._needed = needed

    def on_tallied(self, tally: Callable[[Tallied], None]) -> None:
        """Call this with the shares of the values of the moment."""
        self._tally = tally

    async def open(self) -> None:
        """Start listening."""
        await self._bus.open(self._heard)

    async def close(self) -> None:
        """Stop listening and give up reads under way."""
        await self._bus.close()
        for task in (*self._opening.values(), *self._filling.values()):
            task.cancel()

    async def room(self, slug: str) -> Room | None:
        """The room of a show, read from the store the first time; None for an unknown show."""
        room = self._hub.get(slug)
        if room is not None:
            return room
        task = self._opening.get(slug)
        if task is None:
            task = asyncio.create_task(self._open_room(slug), name=f"open {slug}")
            self._opening[slug] = task
            task.add_done_callback(lambda _: self._opening.pop(slug, None))
        return await asyncio.shield(task)

    def _heard(self, message: Message) -> None:
        match message:
            case KeyRevoked(key_id=key_id):
                self._forget(key_id)
                self._hub.close_key(key_id)
            case Tallied():
                self._tally(message)
            case Doubt():
                self.doubt.set()
            case Published(show=slug):
                self._tell(message)
                room = self._hub.get(slug)
                if room is not None:
                    self._deliver(room, message)
                elif slug in self._opening:
                    self._newest[slug] = message.position.seq

    def _deliver(self, room: Room, message: Published) -> None:
        try:
            room.advance(message.events, self._clock.now_ms())
        except Gap:
            self._fill_to(room, message.position.seq)

    def _fill_to(self, room: Room, seq: int) -> None:
        self._newest[room.slug] = max(seq, self._newest.get(room.slug, 0))
        if room.slug not in self._filling:
            task = asyncio.create_task(self._fill(room), name=f"fill {room.slug}")
            self._filling[room.slug] = task
            task.add_done_callback(lambda _: self._filling.pop(room.slug, None))

    def dropped(self, slug: str) -> None:
        """The room is not kept any more; its desk may still be."""
        if not self._needed(slug):
            self._bus.unfollow(slug)

    def catch_up(self, slug: str, head: Position) -> None:
        """The store stands there: read what is missing here."""
        room = self._hub.get(slug)
        if room is not None and room.position.seq < head.seq:
            self._fill_to(room, head.seq)

    async def _open_room(self, slug: str) -> Room | None:
        self._bus.follow(slug)
        loaded = await load(self._store, slug)
        if loaded is None:
            return None
        room = Room(slug, loaded.position.epoch, loaded.position.seq, loaded.state)
        # Events committed while the log was being read are not in it; no await after this.
        while room.position.seq < self._newest.get(slug, 0):
            await self._read_on(room)
        self._newest.pop(slug, None)
        self._hub.add(room)
        return room

    async def _fill(self, room: Room) -> None:
        """Until nothing is missing. Between the last look and the end there is no await: whatever
        comes later starts a filling of its own.
        """
        try:
            while room.position.seq < self._newest.get(room.slug, 0):
                try:
                    await self._read_on(room)
                except StoreError:
                    logger.warning("cannot read what was missed of %s; trying again", room.slug)
                    await self._clock.sleep_until(self._clock.now_ms() + RETRY_MS)
        finally:
            self._newest.pop(room.slug, None)
            self._filling.pop(room.slug, None)

    async def _read_on(self, room: Room) -> None:
        missed = await self._store.events(room.slug, after=room.position.seq, limit=PAGE)
        room.advance(missed, self._clock.now_ms())
