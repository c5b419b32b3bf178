"""Request limits of HTTP connections: a request may take so long and be so large.

uvicorn waits for ever for a request that never ends, and keeps every header of it. Ten thousand
such connections would take all descriptors, so a head has ten seconds and 64 KiB, and a body a
minute for every 256 KiB.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.utils import is_ssl

HEAD_S: Final = 10.0
"""From the connection, or the end of the last request, to the end of the next one's headers."""
BODY_S: Final = 60.0
"""For each step of a body, and what is left of it."""
BODY_STEP_BYTES: Final = 256 * 1024
LAST_S: Final = 1.0
"""For what is left of a body when the server ends."""
HEAD_BYTES: Final = 64 * 1024


class BoundedHttpProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol with timeouts, for `uvicorn.Config(http=BoundedHttpProtocol)`."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._timeout: asyncio.TimerHandle | None = None
        self._head_bytes = 0
        self._body_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """What uvicorn does here, without asking for the address of the socket: that took four
        system calls, and `Host` names it with every request.
        """
        self.connections.add(self)
        self.transport = transport
        self.flow = FlowControl(transport)
        self.client = peer_of(transport)
        self.scheme = "https" if is_ssl(transport) else "http"
        self._set_timeout(HEAD_S)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is over."""
        self._set_timeout(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count the bytes that are no body; the parser itself takes any number of headers.

        They may also follow a body (RFC 9112 7.1.2). Empty lines between requests begin none.
        """
        self._head_bytes += len(data)
        if self._head_bytes > HEAD_BYTES + len(data):
            self.transport.abort()
            return
        super().data_received(data)
        if self._timeout is None and self._idle:
            self._set_timeout(HEAD_S)

    @property
    def _idle(self) -> bool:
        """Whether no request is under way, and no timer of uvicorn watches."""
        if self.parser is None or self.timeout_keep_alive_task is not None:
            return False
        return self.cycle is None or self.cycle.response_complete

    def handle_websocket_upgrade(self) -> None:
        """Hand the transport on, and let go of the parser, which holds on to us.

        Not in the middle of an answer: it would never learn that the client is gone.
        """
        if self.cycle is not None and not self.cycle.response_complete:
            self.transport.abort()
            return
        self._set_timeout(None)
        if not self._hand_over():
            super().handle_websocket_upgrade()
        self.parser = None  # type: ignore[assignment]

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

    def on_message_begin(self) -> None:
        """A request begins."""
        self._head_bytes = 0
        if self._timeout is None:
            self._set_timeout(HEAD_S)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its body may follow."""
        self._body_bytes = 0
        if not self.parser.should_upgrade():
            self._set_timeout(BODY_S)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """More of it is here. An upload over a slow network is fine as long as it goes on."""
        self._head_bytes = 0
        self._body_bytes += len(body)
        if self._body_bytes >= BODY_STEP_BYTES:
            self._body_bytes = 0
            self._set_timeout(BODY_S)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """All of it is here; how long the answer takes is up to us."""
        self._set_timeout(None)
        super().on_message_complete()

    def shutdown(self) -> None:
        """The server ends. An upload that is under way has a moment, and cannot hold it up."""
        super().shutdown()
        if self._timeout is not None:
            self._set_timeout(LAST_S)

    def _set_timeout(self, seconds: float | None) -> None:
        """Give up on the client after this time, or stop doing so."""
        if self._timeout is not None:
            self._timeout.cancel()
        self._timeout = None if seconds is None else self.loop.call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        self.transport.abort()


def peer_of(transport: asyncio.Transport) -> tuple[str, int] | None:
    """Address and port of the other end; None behind a Unix socket. IPv6 names have four parts."""
    name = transport.get_extra_info("peername")
    return (name[0], name[1]) if isinstance(name, tuple) else None
