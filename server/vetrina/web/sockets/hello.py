"""Authentication of `hello`: whose key it is, which show is meant, and whether there is room."""

from __future__ import annotations

from typing import Protocol

from vetrina.domain.access import SOCKETS, Role, may, sees_draft
from vetrina.domain.show.events import Position
from vetrina.protocol.close_codes import CloseCode
from vetrina.protocol.messages import Hello
from vetrina.realtime.client import Client
from vetrina.realtime.connection_limits import RETRY_FULL_MS, ConnectionCounter, Place
from vetrina.realtime.hub import Hub
from vetrina.realtime.room import Room
from vetrina.store.ports.keys import Key

RETRY_RESTART_MS = (500, 3_000)


class RoomSource(Protocol):
    """Opens shows: `vetrina.live.event_feed.EventFeed`."""

    async def room(self, slug: str, last: Position | None = None) -> Room | None:
        """The room of a show, as far as `last` if the show is; None for an unknown one."""
        ...


class KeySource(Protocol):
    """Knows keys: `vetrina.web.http.auth.Authenticator`."""

    async def key(self, secret: str) -> Key | None:
        """The valid key with this secret; None for an unknown or revoked one."""
        ...


class NotAdmitted(Exception):
    """Hello is answered by a close."""

    def __init__(self, code: CloseCode, retry_ms: tuple[int, int] | None = None) -> None:
        super().__init__(code.label)
        self.code = code
        self.retry_ms = retry_ms


class HelloHandler:
    """Admits clients to their rooms, or closes them."""

    def __init__(
        self, hub: Hub, rooms: RoomSource, keys: KeySource, counter: ConnectionCounter
    ) -> None:
        self._hub = hub
        self._rooms = rooms
        self._keys = keys
        self._counter = counter

    def answer_now(self, client: Client, place: Place, hello: Hello) -> bool:
        """Answer a viewer whose show is in memory; False: a look-up is needed, so use `answer`."""
        if hello.role != Role.VIEWER:
            return False
        if not self._counter.admit_viewer(place):
            self._close(client, NotAdmitted(CloseCode.OVERLOADED, RETRY_FULL_MS))
            return True
        room = self._hub.get(hello.show) if hello.show else None
        if room is None or (hello.last is not None and room.position.is_behind(hello.last)):
            return False
        if hello.key and room.state.private:
            return False
        try:
            self._check_again(None)
        except NotAdmitted as refusal:
            self._close(client, refusal)
        else:
            client.admit(room, hello)
        return True

    async def answer(self, client: Client, place: Place, hello: Hello) -> None:
        """Answer anybody else. A client that left during the look-up is forgotten."""
        try:
            key = await self._key(hello)
            # A viewer who previews has a viewer's place already.
            keyed = key is not None and hello.role != Role.VIEWER
            if keyed and not self._counter.admit_key(place):
                raise NotAdmitted(CloseCode.OVERLOADED, RETRY_FULL_MS)
            room = await self._room(hello, key)
            self._check_again(key)
        except NotAdmitted as refusal:
            self._close(client, refusal)
        else:
            if client in self._hub.clients:
                client.admit(room, hello, None if key is None else key.id)

    def _close(self, client: Client, refusal: NotAdmitted) -> None:
        self._hub.config.metrics.handshakes_refused.labels(refusal.code.label).inc()
        client.close(refusal.code, refusal.retry_ms)

    async def _key(self, hello: Hello) -> Key | None:
        """The key that the role needs. Viewers need none; one that sees drafts previews."""
        key = await self._keys.key(hello.key) if hello.key else None
        if hello.role == Role.VIEWER:
            previews = key is not None and sees_draft(key.role, key.show, hello.show or "")
            return key if previews else None
        if key is None or not may(key.role, SOCKETS[hello.role]):
            raise NotAdmitted(CloseCode.BAD_KEY)
        if key.revoked_at is not None:
            raise NotAdmitted(CloseCode.REVOKED)
        if hello.role == Role.CONTROL and key.show not in (None, hello.show):
            raise NotAdmitted(CloseCode.BAD_KEY)
        return key

    async def _room(self, hello: Hello, key: Key | None) -> Room:
        """An overlay's show is its key's; the others name theirs."""
        slug = key.show if key is not None and hello.role == Role.OVERLAY else hello.show
        room = await self._rooms.room(slug, hello.last) if slug and slug.isprintable() else None
        if room is None:
            raise NotAdmitted(CloseCode.UNKNOWN_SHOW)
        return room

    def _check_again(self, key: Key | None) -> None:
        """What may have changed during the look-ups. No await follows until it is admitted."""
        if self._hub.draining:
            raise NotAdmitted(CloseCode.RESTART, RETRY_RESTART_MS)
        if key is not None and self._hub.is_revoked(key.id):
            raise NotAdmitted(CloseCode.REVOKED)
