"""Hello: whose key it is, which show is meant, and whether there is room."""

from __future__ import annotations

from typing import Protocol

from vetrina.domain.show.events import Position
from vetrina.protocol.close_codes import CloseCode
from vetrina.protocol.messages import Hello
from vetrina.realtime.client import Client
from vetrina.realtime.connection_limits import RETRY_FULL_MS, ConnectionCounter
from vetrina.realtime.hub import Hub
from vetrina.realtime.room import Room
from vetrina.store.ports.shows import Key

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
    """Lets clients into their rooms, or sends them away."""

    def __init__(
        self, hub: Hub, rooms: RoomSource, keys: KeySource, crowd: ConnectionCounter
    ) -> None:
        self._hub = hub
        self._rooms = rooms
        self._keys = keys
        self._crowd = crowd

    def greet_at_once(self, client: Client, hello: Hello) -> bool:
        """Greet a viewer whose show is in memory; False: a look-up is needed, so use `greet`."""
        room = self._hub.get(hello.show) if hello.role == "viewer" and hello.show else None
        if room is None or (hello.last is not None and room.position.is_behind(hello.last)):
            return False
        try:
            self._check_again(hello, None)
        except NotAdmitted as refusal:
            self._send_away(client, refusal)
        else:
            client.admit(room, hello)
        return True

    async def greet(self, client: Client, hello: Hello) -> None:
        """Greet anybody. A client that left during the look-up is let go."""
        try:
            key = await self._key(hello)
            room = await self._room(hello, key)
            self._check_again(hello, key)
        except NotAdmitted as refusal:
            self._send_away(client, refusal)
        else:
            if client in self._hub.clients:
                client.admit(room, hello, None if key is None else key.id)

    def _send_away(self, client: Client, refusal: NotAdmitted) -> None:
        self._hub.config.metrics.handshakes_refused.labels(refusal.code.label).inc()
        client.close(refusal.code, refusal.retry_ms)

    async def _key(self, hello: Hello) -> Key | None:
        """The key that the role needs; viewers need none."""
        if hello.role == "viewer":
            return None
        key = await self._keys.key(hello.key or "")
        if key is None or key.role != hello.role:
            raise NotAdmitted(CloseCode.BAD_KEY)
        if key.revoked_at is not None:
            raise NotAdmitted(CloseCode.REVOKED)
        if hello.role == "control" and key.show not in (None, hello.show):
            raise NotAdmitted(CloseCode.BAD_KEY)
        return key

    async def _room(self, hello: Hello, key: Key | None) -> Room:
        """An overlay's show is its key's; the others name theirs."""
        slug = key.show if key is not None and hello.role == "overlay" else hello.show
        room = await self._rooms.room(slug, hello.last) if slug and slug.isprintable() else None
        if room is None:
            raise NotAdmitted(CloseCode.UNKNOWN_SHOW)
        return room

    def _check_again(self, hello: Hello, key: Key | None) -> None:
        """What may have changed during the look-ups. No await follows until it is admitted."""
        if self._hub.draining:
            raise NotAdmitted(CloseCode.RESTART, RETRY_RESTART_MS)
        if key is not None and self._hub.is_revoked(key.id):
            raise NotAdmitted(CloseCode.REVOKED)
        if hello.role == "viewer" and self._crowd.full_for_viewers:
            raise NotAdmitted(CloseCode.OVERLOADED, RETRY_FULL_MS)
