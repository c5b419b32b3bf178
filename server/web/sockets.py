"""The live socket, `/ws`: who may come in, and one reader and one writer for each client."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Protocol
from urllib.parse import urlsplit

from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from server.protocol.close_codes import CloseCode
from server.protocol.frames import Hello
from server.realtime.client import Client
from server.realtime.connection import Connection
from server.realtime.crowd import Crowd, CrowdLimits
from server.realtime.hub import Hub
from server.realtime.listener import EXTENSION
from server.realtime.presence import engine_of
from server.realtime.room import Room
from server.store.base import Key

logger = logging.getLogger(__name__)
RETRY_FULL_MS = (5_000, 20_000)
RETRY_RESTART_MS = (500, 3_000)


class RoomSource(Protocol):
    """Opens shows: `server.shows.feed.Feed`."""

    async def room(self, slug: str) -> Room | None:
        """The room of a show; None for an unknown one."""
        ...


class KeySource(Protocol):
    """Knows keys: `server.web.auth.Authenticator`."""

    async def key(self, secret: str) -> Key | None:
        """The valid key with this secret; None for an unknown or revoked one."""
        ...


class NotAdmitted(Exception):
    """Hello is answered by a close."""

    def __init__(self, code: CloseCode, retry_ms: tuple[int, int] | None = None) -> None:
        super().__init__(code.label)
        self.code = code
        self.retry_ms = retry_ms


class SocketEndpoint:
    """The ASGI application behind `/ws`."""

    def __init__(
        self,
        hub: Hub,
        rooms: RoomSource,
        keys: KeySource,
        *,
        limits: CrowdLimits | None = None,
        public_url: str | None = None,
    ) -> None:
        self._hub = hub
        self._rooms = rooms
        self._keys = keys
        self._crowd = Crowd(limits)
        self._public_host = urlsplit(public_url).netloc.lower() if public_url else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket from its handshake to its end."""
        socket = WebSocket(scope, receive, send)
        metrics = self._hub.house.metrics
        if not self._own_page(socket):
            metrics.handshakes_refused.labels("origin").inc()
            await socket.close()
            return
        await socket.accept()
        wire = scope.get("extensions", {}).get(EXTENSION, {}).get("wire")
        connection = Connection(send, metrics, wire)
        address = socket.client.host if socket.client else ""
        if not self._crowd.enter(address):
            connection.close(CloseCode.OVERLOADED, RETRY_FULL_MS)
            await connection.run()
            return
        try:
            await self._serve(socket, connection)
        finally:
            self._crowd.leave(address)

    async def _serve(self, socket: WebSocket, connection: Connection) -> None:
        engine = engine_of(socket.headers.get("user-agent", ""))
        client = Client(connection, self._hub.clock, self._hub.house, engine)
        self._hub.attach(client)
        reader = asyncio.create_task(self._read(socket, client, connection))
        try:
            await connection.run()
        finally:
            self._hub.detach(client)
            reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await reader

    async def _read(self, socket: WebSocket, client: Client, connection: Connection) -> None:
        """Feed frames to the client until it leaves or is closed."""
        try:
            while not connection.closed:
                message = await socket.receive()
                if message["type"] == "websocket.disconnect":
                    break
                hello = client.receive(_data(message))
                if hello is not None:
                    await self._greet(client, hello)
        except Exception:
            logger.exception("A socket failed; its client is asked to come back.")
            client.close(CloseCode.INTERNAL_ERROR)
        else:
            if not connection.closed:
                connection.lost()

    async def _greet(self, client: Client, hello: Hello) -> None:
        try:
            key = await self._key(hello)
            room = await self._room(hello, key)
            self._check_again(hello, key)
        except NotAdmitted as refusal:
            self._hub.house.metrics.handshakes_refused.labels(refusal.code.label).inc()
            client.close(refusal.code, refusal.retry_ms)
        else:
            client.admit(room, hello, None if key is None else key.id)

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
        room = await self._rooms.room(slug) if slug and slug.isprintable() else None
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

    def _own_page(self, socket: WebSocket) -> bool:
        """Whether the page comes from this server. Programs send no Origin and may come in.

        Behind a proxy that replaces Host, the public address tells which pages are ours.
        """
        origin = socket.headers.get("origin")
        if origin is None:
            return True
        host = urlsplit(origin).netloc.lower()
        return host != "" and host in (socket.headers.get("host", "").lower(), self._public_host)


def _data(message: Message) -> str | bytes:
    text: str | None = message.get("text")
    if text is not None:
        return text
    data: bytes = message["bytes"]
    return data
