"""Request limits of HTTP connections: a request may take so long and be so large.

uvicorn waits for ever for a request that never ends, and keeps every header of it. Ten thousand
such connections would take all descriptors, so a head has ten seconds and 64 KiB, and a body a
minute for every 256 KiB. Who sends no request makes room for others.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.utils import is_ssl

from vetrina.websocket.bounded_reading import BoundedReading, HeldFlow
from vetrina.websocket.plain_connections import Address, PlainConnections
from vetrina.websocket.request_head import body_bytes, check_head

HEAD_S: Final = 10.0
"""From the connection, or the end of the last request, to the end of the next one's headers."""
BODY_S: Final = 60.0
"""For each step of a body, and what is left of it."""
BODY_STEP_BYTES: Final = 256 * 1024
UNREAD_S: Final = 60.0
"""For some 64 KiB of an answer to be taken, when the client has taken nothing for a while."""
LAST_S: Final = 1.0
"""For what is left of a body when the server ends, or when nobody wants it."""


class BoundedHttpProtocol(BoundedReading):
    """uvicorn's HTTP protocol with timeouts, for `uvicorn.Config(http=BoundedHttpProtocol)`.

    `plain`: counts it among others, and may end it while it waits.
    """

    def __init__(self, *args: Any, plain: PlainConnections | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self._timeout: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None
        self._plain = plain
        self._counted: Address | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """What uvicorn does here, without asking for the address of the socket: that took four
        system calls, and `Host` names it with every request.
        """
        self._begin(transport)
        if self._is_admitted(self.client[0] if self.client else ""):
            self.wait(HEAD_S)
        else:
            transport.abort()

    def take_over(self, transport: asyncio.Transport, address: Address, left_s: float) -> None:
        """Go on with a connection that is counted already; its head has so much time left."""
        self._begin(transport)
        self._counted = address
        if self._plain is not None:
            self._plain.waits(self, address)
        self.wait(left_s)

    def _begin(self, transport: asyncio.Transport) -> None:
        self.connections.add(self)
        self.transport = transport
        self.flow = HeldFlow(transport)
        self.client = peer_of(transport)
        self.scheme = "https" if is_ssl(transport) else "http"

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is over."""
        self.wait(None)
        self._uncount()
        if self._stalled is not None:
            self._stalled.cancel()
        super().connection_lost(exc)
        # Nothing is left for the garbage collector to untie, which runs seldom here.
        self.pipeline.clear()
        self.app = None

    def give_up(self) -> None:
        """The client took too long, or others need the room."""
        self.transport.abort()

    def _take(self, data: bytes) -> None:
        """Also of empty lines between requests, which begin none, there is an end."""
        super()._take(data)
        if self._timeout is None and self._idle:
            self.wait(HEAD_S)

    @property
    def _idle(self) -> bool:
        """Whether no request is under way, and no timer of uvicorn watches."""
        if self.parser is None or self.timeout_keep_alive_task is not None:
            return False
        return self.cycle is None or self.cycle.response_complete

    def handle_websocket_upgrade(self) -> None:
        """Hand the transport on, and let go of the parser and the application, which refer to us.

        Not in the middle of an answer: it would never learn that the client is gone.
        """
        if self.cycle is not None and not self.cycle.response_complete:
            self.transport.abort()
            return
        self.wait(None)
        self._uncount()
        if not self._hand_over():
            super().handle_websocket_upgrade()
        self.parser = self.app = None  # type: ignore[assignment]

    def _hand_over(self) -> bool:
        """What uvicorn does, without writing the request anew so that the other parses it anew."""
        protocol_class: Any = self.ws_protocol_class
        if self.scope["method"] != "GET" or not hasattr(protocol_class, "request_came"):
            return False
        protocol = protocol_class(
            config=self.config, server_state=self.server_state, app_state=self.app_state
        )
        protocol.connection_made(self.transport)
        if not protocol.request_came(self.url, self.headers):
            self.connections.discard(protocol)
            return False
        self.connections.discard(self)
        self.transport.set_protocol(protocol)
        return True

    def _is_admitted(self, address: str) -> bool:
        if self._plain is not None:
            self._counted = self._plain.enter(address, len(self.connections))
            if self._counted is None:
                return False
            self._plain.waits(self, self._counted)
        return True

    def _uncount(self) -> None:
        if self._plain is not None and self._counted is not None:
            self._plain.leave(self, self._counted)
            self._counted = None

    def on_message_begin(self) -> None:
        """A request begins."""
        self._head_bytes = 0
        if self._timeout is None:
            self.wait(HEAD_S)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its body may follow. Raises BadRequest."""
        upgrade = self.parser.should_upgrade() and self._should_upgrade()
        version = self.parser.get_http_version()
        check_head(self.parser.get_method(), self.url, version, self.headers, upgrade=upgrade)
        self._body_bytes = self._chunks = 0
        self._body_left = body_bytes(self.headers)
        self._in_body = not upgrade
        if not upgrade:
            self.wait(BODY_S)
            self._client_is_due()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """More of it is here. An upload over a slow network is fine as long as it goes on."""
        steps = self._body_bytes // BODY_STEP_BYTES
        self.count_body(len(body))
        if self._body_bytes // BODY_STEP_BYTES > steps:
            self.wait(BODY_S)
            self._client_is_due()
        super().on_body(body)

    def on_message_complete(self) -> None:
        """All of it is here; how long the answer takes is up to us."""
        self._in_body = False
        self.wait(None)
        self._we_are_due()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """From now on it is for the client to send another request."""
        if self.cycle.response_complete:
            self._client_is_due()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """The client reads too slowly, or not at all."""
        self._stalled = self._stalled or self.loop.call_later(UNREAD_S, self.give_up)
        self._client_is_due()
        super().pause_writing()

    def resume_writing(self) -> None:
        """It has read on."""
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
        answering = self.cycle is not None and not self.cycle.response_complete
        if answering and not self._in_body:
            self._we_are_due()
        super().resume_writing()

    def _client_is_due(self) -> None:
        """We wait for more of a request, or for an answer to be read: others may need the room."""
        if self._plain is not None and self._counted is not None:
            self._plain.waits(self, self._counted)

    def _we_are_due(self) -> None:
        """A request is here whole: the connection is not given up while it is answered."""
        if self._plain is not None and self._counted is not None:
            self._plain.asks(self, self._counted)

    def shutdown(self) -> None:
        """The server ends. An upload that is under way has a moment, and cannot hold it up."""
        super().shutdown()
        if self._timeout is not None:
            self.wait(LAST_S)

    def wait_last(self) -> None:
        """Nobody wants what the client still sends."""
        self.wait(LAST_S)

    def wait(self, seconds: float | None) -> None:
        """Give up on the client after this time, or stop doing so."""
        if self._timeout is not None:
            self._timeout.cancel()
        self._timeout = None if seconds is None else self.loop.call_later(seconds, self.give_up)


def peer_of(transport: asyncio.Transport) -> tuple[str, int] | None:
    """Address and port of the other end; None behind a Unix socket. IPv6 names have four parts."""
    name = transport.get_extra_info("peername")
    return (name[0], name[1]) if isinstance(name, tuple) else None
