"""From the bus to the rooms: every event once, in order, none missed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from vetrina.bus.port import Bus, ConnectionChanged, Doubt, KeyRevoked, Message, Published, Tallied
from vetrina.clock import Clock
from vetrina.domain.show.events import Position, Recorded
from vetrina.live.position_claims import PATIENCE_S, PositionClaims
from vetrina.live.show_loader import PAGE, load
from vetrina.realtime.history import MOST_EVENTS, Entry, History
from vetrina.realtime.hub import Hub
from vetrina.realtime.room import Gap, Room
from vetrina.store.errors import StoreError
from vetrina.store.ports.shows import ShowStore

logger = logging.getLogger(__name__)
RETRY_MS = 500
# Encoding so many takes a few milliseconds; then others come in between.
ENCODED_AT_ONCE = 50


class EventFeed:
    """Keeps the rooms of this process in step with the log.

    The bus may lose, repeat or delay; the number of an event tells. What is missing is read from
    the store once for the whole process, however many viewers there are.
    """

    def __init__(self, store: ShowStore, bus: Bus, hub: Hub, clock: Clock) -> None:
        self._store = store
        self._bus = bus
        self._hub = hub
        self._clock = clock
        self._newest: dict[str, Position] = {}
        self._heard_opening: dict[str, Position] = {}
        self._opening: dict[str, asyncio.Task[Room | None]] = {}
        self._filling: dict[str, asyncio.Task[None]] = {}
        self._forget: Callable[[str], None] = lambda _: None
        self._reread: Callable[[str], None] = lambda _: None
        self._tell: Callable[[Published], bool] = lambda _: True
        self._needed: Callable[[str], bool] = lambda _: False
        self._tally: Callable[[Tallied], None] = lambda _: None
        self._compare: Callable[[str], Awaitable[None]] | None = None
        self._claims = PositionClaims(clock, self._look)
        self.doubt = asyncio.Event()
        """Set when messages may have been lost; whoever compares heads clears it."""

    def on_revoked(self, forget: Callable[[str], None]) -> None:
        """Call this with the id of each key that is revoked, in whatever process."""
        self._forget = forget

    def on_connection_changed(self, reread: Callable[[str], None]) -> None:
        """Call this with the id of each shop's connection that was changed, in whatever process."""
        self._reread = reread

    def on_published(self, tell: Callable[[Published], bool]) -> None:
        """Call this with what was written to any show that is followed here.

        It answers False where that does not fit what is known: then heads have to be compared.
        """
        self._tell = tell

    def also_needed(self, needed: Callable[[str], bool]) -> None:
        """Who else needs to hear of a show, when its room is gone."""
        self._needed = needed

    def on_tallied(self, tally: Callable[[Tallied], None]) -> None:
        """Call this with the shares of the values of the moment."""
        self._tally = tally

    def on_claimed(self, compare: Callable[[str], Awaitable[None]]) -> None:
        """Call this to compare a show with the store, when a client has seen more than we have."""
        self._compare = compare

    async def open(self) -> None:
        """Start listening."""
        await self._bus.open(self._heard)

    async def close(self) -> None:
        """Stop listening and give up reads under way."""
        await self._bus.close()
        self._claims.close()
        for task in (*self._opening.values(), *self._filling.values()):
            task.cancel()

    async def room(self, slug: str, last: Position | None = None) -> Room | None:
        """The room of a show, read from the store the first time; None for an unknown show.

        `last`: what a client has seen that wants to come in. If that is more than is known here,
        and there are other processes, the store is asked.
        """
        room = await self._opened(slug)
        if room is None or last is None or self._compare is None or not room.is_behind(last):
            return room

        def stands() -> bool:
            room = self._hub.get(slug)
            return room is not None and room.is_behind(last)

        await self._claims.check(slug, stands)
        return await self._opened(slug)

    async def _opened(self, slug: str) -> Room | None:
        """Not what the task returns: that may be dropped before whoever waits takes notice."""
        while (room := self._hub.get(slug)) is None:
            task = self._opening.get(slug)
            if task is None:
                task = asyncio.create_task(self._open(slug), name=f"open {slug}")
                self._opening[slug] = task
            if await asyncio.shield(task) is None:
                return None
        return room

    def _heard(self, message: Message) -> None:
        match message:
            case KeyRevoked(key_id=key_id):
                self._forget(key_id)
                self._hub.close_key(key_id)
            case ConnectionChanged(connection_id=connection_id):
                self._reread(connection_id)
            case Tallied():
                self._tally(message)
            case Doubt():
                self.doubt.set()
            case Published(show=slug):
                if not self._tell(message):
                    self.doubt.set()
                room = self._hub.get(slug)
                if room is not None:
                    self._deliver(room, message)
                elif slug in self._opening:
                    heard = self._heard_opening.get(slug)
                    self._heard_opening[slug] = _further(heard, message.position)

    def _deliver(self, room: Room, message: Published) -> None:
        if message.position.epoch != room.position.epoch:
            self.doubt.set()
            return
        try:
            room.advance(message.events, self._clock.now_ms())
        except Gap:
            self._fill_to(room, message.position)

    def _fill_to(self, room: Room, position: Position) -> None:
        self._newest[room.slug] = _further(self._newest.get(room.slug), position)
        if room.slug not in self._filling:
            task = asyncio.create_task(self._fill(room), name=f"fill {room.slug}")
            self._filling[room.slug] = task

    def dropped(self, slug: str) -> None:
        """The room is not kept any more; its desk may still be."""
        self._newest.pop(slug, None)
        filling = self._filling.pop(slug, None)
        if filling is not None:
            filling.cancel()
        if not self._needed(slug):
            self._bus.unfollow(slug)

    def catch_up(self, slug: str, head: Position) -> None:
        """The store stands there: read what is missing here."""
        room = self._hub.get(slug)
        if room is not None and room.is_behind(head):
            self._fill_to(room, head)

    async def _look(self, slug: str) -> None:
        if self._compare is not None:
            await self._compare(slug)
        filling = self._filling.get(slug)
        if filling is not None:
            await asyncio.wait({filling}, timeout=PATIENCE_S)

    async def _open(self, slug: str) -> Room | None:
        try:
            return await self._open_room(slug)
        finally:
            del self._opening[slug]

    async def _open_room(self, slug: str) -> Room | None:
        self._bus.follow(slug)
        self._heard_opening.pop(slug, None)
        loaded = await load(self._store, slug, keep=MOST_EVENTS)
        if loaded is None:
            return None
        position = loaded.position
        backlog = await _backlog_of(position.seq, loaded.newest)
        room = Room(slug, position.epoch, position.seq, loaded.state, backlog=backlog)
        # Events committed while the log was being read are not in it; no await after this.
        while room.is_behind(self._heard_opening.get(slug, position)):
            if not await self._read_on(room):
                break
        heard = self._heard_opening.pop(slug, room.position)
        if room.position.epoch != heard.epoch or room.is_behind(heard):
            self.doubt.set()
        self._hub.add(room)
        return room

    async def _fill(self, room: Room) -> None:
        """Until nothing is missing. Between the last look and the end there is no await: whatever
        comes later starts a filling of its own.

        What was heard of and is not in the store is not waited for: the log has lost its end.
        """
        try:
            while room.is_behind(self._newest[room.slug]):
                try:
                    if not await self._read_on(room):
                        break
                except StoreError:
                    logger.warning("cannot read what was missed of %s; trying again", room.slug)
                    await self._clock.sleep_until(self._clock.now_ms() + RETRY_MS)
            if room.is_behind(self._newest[room.slug]):
                self.doubt.set()
        finally:
            if self._filling.get(room.slug) is asyncio.current_task():
                del self._filling[room.slug]
                self._newest.pop(room.slug, None)

    async def _read_on(self, room: Room) -> bool:
        """Whether there was anything to read."""
        missed = await self._store.events(room.slug, after=room.position.seq, limit=PAGE)
        room.advance(missed, self._clock.now_ms())
        return bool(missed)


def _further(known: Position | None, heard: Position) -> Position:
    """The further one of the same log, else the one that was heard last."""
    if known is not None and known.epoch == heard.epoch and known.seq > heard.seq:
        return known
    return heard


async def _backlog_of(seq: int, newest: Sequence[Recorded]) -> History:
    """What a process that has just started can already replay."""
    backlog = History(seq - len(newest))
    for start in range(0, len(newest), ENCODED_AT_ONCE):
        backlog.add([Entry.of(recorded) for recorded in newest[start : start + ENCODED_AT_ONCE]])
        await asyncio.sleep(0)
    return backlog
