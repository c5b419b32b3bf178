"""First read: a viewer's plain handshake is answered before anything of HTTP is made.

uvicorn makes a protocol with a parser for each connection, and a task for each request. A viewer's
connection is a socket from its first bytes to its last, so these are looked at here: a whole, plain
upgrade to the live socket is admitted at once. Everything else goes the general way, with all its
bytes, and so does whoever is refused: the general way says why. See decision 17.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, cast

import httptools
from uvicorn.config import Config
from uvicorn.server import ServerState

from vetrina.metrics import Metrics
from vetrina.websocket.detached_transport import DetachedTransport
from vetrina.websocket.handshake import Headers, Opening, opening_of
from vetrina.websocket.http_protocol import HEAD_S, BoundedHttpProtocol, peer_of
from vetrina.websocket.plain_connections import Address, PlainConnections
from vetrina.websocket.shared_timeout import SharedTimeout
from vetrina.websocket.transport import ReportingTransport, TransportListener

PLAIN_HEAD_BYTES: Final = 8 * 1024
"""A browser's handshake has some 600 bytes; a longer one is not plain."""

_NOT_PLAIN: Final = {b"content-length", b"transfer-encoding", b"expect"}

ClientAddress = Callable[[str, Mapping[bytes, bytes]], str]
"""Whose connection it is, from the peer's address and the headers: a proxy names its client."""


class LiveSocket(TransportListener, Protocol):
    """The application behind the live socket, for connections that never were ASGI's."""

    targets: frozenset[bytes]
    """Where it is: the targets of plain requests for it."""
    metrics: Metrics

    def admit(self, address: str, headers: Mapping[bytes, bytes]) -> Any:
        """Count whoever may come in, and return its place. None leaves nothing behind; else
        `opened` follows."""
        ...

    def opened(
        self, transport: ReportingTransport, place: Any, headers: Mapping[bytes, bytes]
    ) -> None:
        """The handshake is answered, and the socket of this place is open."""
        ...


class FirstReads:
    """Makes the protocols of new connections, for `uvicorn.Config(http=FirstReads(…))`.

    `general` makes the protocol of what is no plain handshake.
    """

    def __init__(
        self,
        plain: PlainConnections,
        general: Callable[..., BoundedHttpProtocol],
        socket: LiveSocket,
        client_address: ClientAddress,
    ) -> None:
        self.plain = plain
        self.general = general
        self.socket = socket
        self.client_address = client_address
        self.timeout = SharedTimeout(HEAD_S)
        self.starts = tuple(b"GET %b HTTP/1.1\r\n" % target for target in socket.targets)

    def __call__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> FirstRead:
        """One new connection."""
        return FirstRead(self, config, server_state, app_state)


class FirstRead(asyncio.Protocol):
    """A connection from which nothing has come."""

    __slots__ = ("_address", "_app_state", "_config", "_peer", "_shared", "_state", "_transport")

    def __init__(
        self,
        shared: FirstReads,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
    ) -> None:
        self._shared = shared
        self._config = config
        self._state = server_state
        self._app_state = app_state
        self._address: Address | None = None
        self._peer = ""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count it; its time to send a head begins."""
        self._transport = cast("asyncio.Transport", transport)
        peer = peer_of(self._transport)
        self._peer = peer[0] if peer else ""
        self._state.connections.add(self)  # type: ignore[arg-type]
        shared = self._shared
        self._address = shared.plain.enter(self._peer, len(self._state.connections))
        if self._address is None:
            self._transport.abort()
            return
        shared.plain.waits(self, self._address)
        shared.timeout.start(self)

    def data_received(self, data: bytes) -> None:
        """Its first bytes: this object has done its work."""
        headers: dict[bytes, bytes] = {}
        opening = self._opening(data, headers)
        if opening is None or not self._opened(opening, headers):
            self._go_the_general_way(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """It ended without a word."""
        self._shared.timeout.stop(self)
        self._leave()

    def give_up(self) -> None:
        """No head came in time, or others need the room."""
        self._transport.abort()

    def shutdown(self) -> None:
        """uvicorn ends."""
        self._transport.close()

    def _opening(self, data: bytes, headers: dict[bytes, bytes]) -> Opening | None:
        """The request, if it is a whole and plain one; the parser is uvicorn's."""
        if not (
            data.startswith(self._shared.starts)
            and data.endswith(b"\r\n\r\n")
            and len(data) <= PLAIN_HEAD_BYTES
        ):
            return None
        head = _Head()
        try:
            httptools.HttpRequestParser(head).feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            headers.update(head.headers)
            once = len(headers) == len(head.headers)
            if not once or upgrade.args[0] != len(data) or not _NOT_PLAIN.isdisjoint(headers):
                return None
            deflate = self._config.ws_per_message_deflate
            return opening_of(b"", head.headers, deflate=deflate)
        except httptools.HttpParserError:
            return None
        return None

    def _opened(self, opening: Opening, headers: dict[bytes, bytes]) -> bool:
        """Answer the handshake, if the application lets it in."""
        shared = self._shared
        socket, address = shared.socket, shared.client_address(self._peer, headers)
        place = None if self._transport.is_closing() else socket.admit(address, headers)
        if place is None:
            return False
        shared.timeout.stop(self)
        self._leave()
        connections, deflate = self._state.connections, opening.deflate
        detached = DetachedTransport(
            self._transport, socket, socket.metrics, connections, deflate=deflate
        )
        self._transport.set_protocol(detached)
        socket.opened(detached, place, headers)
        detached.write(opening.acceptance)
        return True

    def _leave(self) -> None:
        self._state.connections.discard(self)
        if self._address is not None:
            self._shared.plain.leave(self, self._address)
            self._address = None

    def _go_the_general_way(self, data: bytes) -> None:
        """uvicorn's HTTP protocol takes over what is open and counted, and the bytes."""
        address, self._address = self._address, None
        if address is None:
            return
        left_s = self._shared.timeout.left_s(self)
        self._shared.timeout.stop(self)
        self._state.connections.discard(self)
        protocol = self._shared.general(
            config=self._config, server_state=self._state, app_state=self._app_state
        )
        self._shared.plain.asks(self, address)
        protocol.take_over(self._transport, address, left_s)
        self._transport.set_protocol(protocol)
        protocol.data_received(data)


class _Head:
    """What a parser found."""

    __slots__ = ("headers",)

    def __init__(self) -> None:
        self.headers: Headers = []

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))
