"""WebSocket endpoint `/ws`: admission control of connections, and dispatch of their messages.

Under uvicorn a socket is detached from ASGI after its handshake, and this endpoint is the
`TransportListener` of all of them. Under another server each has a reader and a writer of plain
ASGI.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from vetrina.protocol.close_codes import CloseCode
from vetrina.protocol.messages import Hello
from vetrina.protocol.token_bucket import TokenBucket
from vetrina.realtime.client import Client
from vetrina.realtime.connection_limits import ConnectionCounter, ConnectionLimits, Place
from vetrina.realtime.hub import Hub
from vetrina.realtime.presence import engine_of
from vetrina.web.dispatch import SOCKET_PATH
from vetrina.web.http.hosts import without_default_port
from vetrina.web.sockets.hello import HelloHandler, KeySource, RoomSource
from vetrina.websocket.asgi_transport import Connection
from vetrina.websocket.transport import ReportingTransport, Transport
from vetrina.websocket.uvicorn_protocol import EXTENSION

Headers = Mapping[bytes, bytes]

logger = logging.getLogger(__name__)
RETRY_AFTER_S = 5
# Who waits longer for its show, since a long log is read, has its pings answered meanwhile.
UNHEARD_S = 2
FAILED = "A socket failed; its client is asked to come back."


class SocketEndpoint:
    """The ASGI application behind `/ws`."""

    def __init__(
        self,
        hub: Hub,
        rooms: RoomSource,
        keys: KeySource,
        *,
        limits: ConnectionLimits | None = None,
        accepts_per_s: int = 2_000,
        public_url: str | None = None,
        root: str = "",
    ) -> None:
        self.targets = frozenset(path.encode() for path in (SOCKET_PATH, root + SOCKET_PATH))
        self.metrics = hub.config.metrics
        self._hub = hub
        self._counter = ConnectionCounter(limits)
        self._accepts = TokenBucket(accepts_per_s, accepts_per_s)
        self._hellos = HelloHandler(hub, rooms, keys, self._counter)
        self._answering: set[asyncio.Task[None]] = set()
        self._public_host = without_default_port(urlsplit(public_url or "").netloc)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one socket through its handshake, and to its end where it cannot be detached."""
        headers = dict(scope["headers"])
        if not self._own_page(headers):
            self._refused("origin")
            await send({"type": "websocket.close"})
            return
        address = scope["client"][0] if scope["client"] else ""
        place = self._place(address)
        if place is None:
            self._refused("overloaded")
            await _answer_full(scope, receive, send)
            return
        await self._enter(scope, receive, send, headers, place)

    # LiveSocket: handshakes that are no ASGI's

    def admit(self, address: str, headers: Headers) -> Place | None:
        """A place, as `__call__` gives it. None: whoever is refused comes there to be told."""
        return self._place(address) if self._own_page(headers) else None

    def opened(self, transport: ReportingTransport, place: Place, headers: Headers) -> None:
        """The socket of a place is open."""
        self._attach(transport, headers, place)
        transport.attachment = place

    # TransportListener of detached sockets

    def received(self, transport: ReportingTransport, data: bytes) -> None:
        """Hand a message to its client; a hello that needs a look-up gets a task of its own."""
        place: Place = transport.attachment
        client = place.client
        if client is None:
            return
        try:
            hello = client.receive(data)
            if hello is not None and not self._hellos.answer_now(client, place, hello):
                transport.pause_reading()
                self._answer_later(transport, client, place, hello)
        except Exception:
            logger.exception(FAILED)
            client.close(CloseCode.INTERNAL_ERROR)

    def writing_paused(self, transport: ReportingTransport) -> None:
        """The hub watches who does not read."""
        place: Place | None = transport.attachment
        if place is not None and place.client is not None:
            self._hub.slow_consumers.begin(place.client, self._hub.clock.now_ms())

    def writing_resumed(self, transport: ReportingTransport) -> None:
        """All was read."""
        place: Place | None = transport.attachment
        if place is not None and place.client is not None:
            self._hub.slow_consumers.end(place.client)

    def lost(self, transport: ReportingTransport) -> None:
        """The client is gone."""
        place: Place = transport.attachment
        client, place.client = place.client, None
        # Nothing is left for the garbage collector to untie.
        transport.attachment = None
        self._counter.leave(place)
        if client is not None:
            self._hub.detach(client)

    def _answer_later(
        self, transport: ReportingTransport, client: Client, place: Place, hello: Hello
    ) -> None:
        async def answer() -> None:
            try:
                await self._hellos.answer(client, place, hello)
            except Exception:
                logger.exception(FAILED)
                client.close(CloseCode.INTERNAL_ERROR)
            finally:
                transport.resume_reading()

        task = asyncio.create_task(answer())
        pings = asyncio.get_running_loop().call_later(UNHEARD_S, transport.resume_reading)
        task.add_done_callback(lambda _: pings.cancel())
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    # The handshake

    async def _enter(
        self, scope: Scope, receive: Receive, send: Send, headers: Headers, place: Place
    ) -> None:
        protocol = scope.get("extensions", {}).get(EXTENSION, {}).get("protocol")
        try:
            await receive()
            await send({"type": "websocket.accept"})
            if protocol is not None:
                self.opened(protocol.detach(self, self.metrics), place, headers)
                return
        except BaseException:
            self._counter.leave(place)
            raise
        try:
            await self._serve(receive, send, headers, place)
        finally:
            self._counter.leave(place)

    def _attach(self, transport: Transport, headers: Headers, place: Place) -> Client:
        engine = engine_of(headers.get(b"user-agent", b"").decode("latin-1"))
        client = Client(transport, self._hub.clock, self._hub.config, engine)
        self._hub.attach(client)
        self._counter.wait(place, client)
        return client

    def _place(self, address: str) -> Place | None:
        """None when there is no room. Newcomers of a full address use up no handshake of others."""
        now_ms = int(self._hub.clock.monotonic() * 1000)
        if not self._counter.is_full(address) and not self._accepts.take(now_ms):
            return None
        return self._counter.enter(address)

    def _refused(self, code: str) -> None:
        self._hub.config.metrics.handshakes_refused.labels(code).inc()

    def _own_page(self, headers: Headers) -> bool:
        """Whether the page comes from this server. Programs send no Origin and are let in.

        Behind a proxy that replaces Host, the public address tells which pages are ours.
        """
        origin = headers.get(b"origin")
        if origin is None:
            return True
        try:
            host = without_default_port(urlsplit(origin.decode("latin-1")).netloc)
        except ValueError:
            return False
        ours = without_default_port(headers.get(b"host", b"").decode("latin-1"))
        return host != "" and host in (ours, self._public_host)

    # Plain ASGI

    async def _serve(self, receive: Receive, send: Send, headers: Headers, place: Place) -> None:
        connection = Connection(send, self._hub.config.metrics)
        client = self._attach(connection, headers, place)
        reader = asyncio.create_task(self._read(receive, client, place, connection))
        try:
            await connection.run()
        finally:
            self._hub.detach(client)
            reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await reader

    async def _read(
        self, receive: Receive, client: Client, place: Place, connection: Connection
    ) -> None:
        """Feed frames to the client until it leaves or is closed."""
        try:
            while not connection.closed:
                message = await receive()
                if message["type"] == "websocket.disconnect":
                    break
                hello = client.receive(_data(message))
                if hello is not None and not self._hellos.answer_now(client, place, hello):
                    await self._hellos.answer(client, place, hello)
        except Exception:
            logger.exception(FAILED)
            client.close(CloseCode.INTERNAL_ERROR)
        else:
            if not connection.closed:
                connection.lost()


async def _answer_full(scope: Scope, receive: Receive, send: Send) -> None:
    """503 where the server lets us answer, so that proxies and load balancers understand."""
    answer = PlainTextResponse(
        "The server is full. Please come back in a moment.\n",
        status_code=503,
        headers={"Retry-After": str(RETRY_AFTER_S)},
    )
    await WebSocket(scope, receive, send).send_denial_response(answer)


def _data(message: Message) -> str | bytes:
    text: str | None = message.get("text")
    if text is not None:
        return text
    data: bytes = message["bytes"]
    return data
