"""uvicorn adapter: the handshake goes through ASGI, then the socket is detached.

uvicorn takes this class through `ws=`. It makes one for every upgrade, hands over the transport and
the request's head, and forgets it. The application finds it in its scope:

    await socket.accept()
    detached = scope["extensions"][EXTENSION]["protocol"].detach(listener, metrics)

and returns; no task, no queue and no scope is left of the handshake.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import MutableMapping
from functools import partial
from http import HTTPStatus
from typing import Any, Final, cast
from urllib.parse import unquote

from uvicorn.config import Config
from uvicorn.protocols.utils import is_ssl
from uvicorn.server import ServerState

from vetrina.metrics import Metrics
from vetrina.websocket.detached_transport import DetachedTransport
from vetrina.websocket.first_read import ClientAddress, FirstReads, LiveSocket
from vetrina.websocket.handshake import Opening, opening_of, plain_answer, read_opening, refusal
from vetrina.websocket.http_protocol import BoundedHttpProtocol, peer_of
from vetrina.websocket.plain_connections import PlainConnections
from vetrina.websocket.transport import TransportListener
from vetrina.websocket.turns import Turns

EXTENSION: Final = "vetrina.detach"
EARLY_BYTES: Final = 64 * 1024
"""What a client may send before it is accepted."""

UNACKNOWLEDGED_MS: Final = 20_000
"""A peer that acknowledges nothing for this long is gone (RFC 5482)."""

logger = logging.getLogger(__name__)


class SocketProtocol(asyncio.Protocol):
    """One handshake, for `uvicorn.Config(ws=SocketProtocol)`."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._config = config
        self._state = server_state
        self._app_state = app_state
        self._transport: asyncio.Transport
        self._opening: Opening | None = None
        self._early = b""
        self._answer: tuple[int, list[tuple[bytes, bytes]]] | None = None
        self._accepted = False
        self._detached: DetachedTransport | None = None
        self._lost = False
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take over the transport."""
        self._transport = cast("asyncio.Transport", transport)
        self._state.connections.add(self)  # type: ignore[arg-type]

    def data_received(self, data: bytes) -> None:
        """The request's head first; what comes after it waits for the answer."""
        if self._opening is not None:
            self._early += data
            if len(self._early) > EARLY_BYTES:
                self._transport.abort()
            return
        opening = read_opening(data, deflate=self._config.ws_per_message_deflate)
        if opening is None:
            self._refuse(refusal(data))
        else:
            self._open(opening)

    def request_came(self, target: bytes, headers: list[tuple[bytes, bytes]]) -> bool:
        """A GET that is parsed already; False if it is no right handshake, and `data_received`
        has to see its bytes."""
        opening = opening_of(target, headers, deflate=self._config.ws_per_message_deflate)
        if opening is None:
            return False
        self._open(opening)
        return True

    def _open(self, opening: Opening) -> None:
        self._opening = opening
        self._task = asyncio.get_running_loop().create_task(self._run(opening))
        self._state.tasks.add(self._task)

    def eof_received(self) -> None:
        """The client left in the middle of the handshake."""

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection ended before it was detached."""
        self._lost = True
        self._state.connections.discard(self)

    def shutdown(self) -> None:
        """uvicorn ends in the middle of the handshake."""
        self._refuse(plain_answer(503, b"Service Unavailable", b"The server restarts.\n"))

    def detach(self, listener: TransportListener, metrics: Metrics) -> DetachedTransport:
        """Let go of ASGI: from now on the socket reports to `listener`. Only after
        `websocket.accept`."""
        if not self._accepted or self._opening is None:
            raise RuntimeError("expected websocket.accept before detach")
        self._state.connections.discard(self)
        self._detached = DetachedTransport(
            self._transport,
            listener,
            metrics,
            self._state.connections,
            deflate=self._opening.deflate,
        )
        self._transport.set_protocol(self._detached)
        return self._detached

    def deliver_early(self) -> None:
        """Hand over what came during the handshake, and the loss, if it was lost meanwhile."""
        detached, early, self._early = self._detached, self._early, b""
        if detached is None:
            return
        if early:
            detached.data_received(early)
        if self._lost:
            detached.connection_lost(None)

    # ASGI

    async def _run(self, opening: Opening) -> None:
        try:
            await self._config.loaded_app(self._scope(opening), self._receive, self._send)
        except Exception:
            logger.exception("A handshake failed.")
            if not self._accepted:
                text = b"The server failed.\n"
                self._refuse(plain_answer(500, b"Internal Server Error", text))
        finally:
            # Without a callback, which would cost another iteration of the loop for each newcomer.
            self._state.tasks.discard(self._task)
            self._task = None
        if self._detached is not None:
            self.deliver_early()
        elif not self._transport.is_closing():
            self._transport.close()

    async def _receive(self) -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def _send(self, message: MutableMapping[str, Any]) -> None:
        match message["type"]:
            case "websocket.accept" if self._opening is not None and not self._accepted:
                self._accepted = True
                self._transport.write(self._opening.acceptance)
            case "websocket.close" if not self._accepted:
                self._refuse(plain_answer(403, b"Forbidden", b"Not from this page.\n"))
            case "websocket.http.response.start":
                self._answer = (message["status"], list(message.get("headers", ())))
            case "websocket.http.response.body" if self._answer is not None:
                status, headers = self._answer
                kept = [pair for pair in headers if pair[0].lower() != b"content-length"]
                phrase = HTTPStatus(status).phrase.encode()
                self._refuse(plain_answer(status, phrase, message.get("body", b""), kept))
            case kind:
                raise RuntimeError(f"expected the socket to be detached, got {kind}")

    def _refuse(self, answer: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(answer)
            self._transport.close()

    def _scope(self, opening: Opening) -> dict[str, Any]:
        path, _, query = opening.target.partition(b"?")
        root = self._config.root_path
        return {
            "type": "websocket",
            "asgi": {"version": self._config.asgi_version, "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": "wss" if is_ssl(self._transport) else "ws",
            "server": None,
            "client": peer_of(self._transport),
            "root_path": root,
            "path": root + unquote(path.decode("latin-1")),
            "raw_path": root.encode() + path,
            "query_string": query,
            "headers": opening.headers,
            "subprotocols": [],
            "state": self._app_state.copy(),
            "extensions": {"websocket.http.response": {}, EXTENSION: {"protocol": self}},
        }


def uvicorn_options(
    *,
    compress: bool = True,
    plain: PlainConnections | None = None,
    turns: Turns | None = None,
    socket: LiveSocket | None = None,
    client_address: ClientAddress = lambda peer, headers: peer,
) -> dict[str, Any]:
    """What `uvicorn.Config` needs to know about our sockets. No pings: clients send their own.

    `compress`: offer permessage-deflate. It costs nothing for each connection, because every frame
    stands alone and is compressed once for all. `plain`: the limits of connections that are none.
    `turns`: in which order requests are answered. `socket`: gets plain handshakes without a way
    through ASGI, from `client_address`.
    """
    plain = plain or PlainConnections()
    general = partial(BoundedHttpProtocol, plain=plain, turns=turns or Turns())
    first = FirstReads(plain, general, socket, client_address) if socket is not None else general
    return {
        "http": first,
        "ws": SocketProtocol,
        "ws_ping_interval": None,
        "ws_per_message_deflate": compress,
    }


def tuned(listening: socket.socket) -> socket.socket:
    """Set what accepted connections inherit, once and not for each."""
    if listening.family in (socket.AF_INET, socket.AF_INET6):
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        user_timeout = getattr(socket, "TCP_USER_TIMEOUT", None)
        if user_timeout is not None:
            listening.setsockopt(socket.IPPROTO_TCP, user_timeout, UNACKNOWLEDGED_MS)
    return listening
