"""Where our sockets meet uvicorn: a protocol class that lets go of a client that does not read.

uvicorn itself only asks politely: it calls `transport.close()`, which waits for the write buffer to
empty. A client that never reads keeps its socket and its buffer, and the shutdown waits for it. So
the ASGI scope gets one extension, `vetrina.wire`, by which a connection can be torn down.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any, Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

EXTENSION: Final = "vetrina.wire"
WRITE_BUFFER_BYTES: Final = 32 * 1024
"""Above this ASGI's send waits, and the outbox, where we can count and drop, fills instead."""
FRAME_BYTES: Final = 64 * 1024
"""uvicorn's own limit, above ours, so that the client hears our reason and not only 1009."""


class UvicornWire:
    """A `Wire` over the transport of one connection."""

    __slots__ = ("_transport",)

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def abort(self) -> None:
        """Tear the connection down; bytes that wait are dropped."""
        self._transport.abort()

    def finish(self, within_s: float) -> None:
        """Tear it down after this time if bytes still wait then."""
        asyncio.get_running_loop().call_later(within_s, self._abort_if_stuck)

    def _abort_if_stuck(self) -> None:
        if self._transport.get_write_buffer_size() > 0:
            self._transport.abort()


class SocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol with a way out, for `uvicorn.Config(ws=SocketProtocol)`."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep little in the transport, and send small frames at once.

        asyncio leaves Nagle's algorithm on when the listening socket was made without a protocol
        number, as `socket.create_server` does.
        """
        super().connection_made(transport)
        self.transport.set_write_buffer_limits(high=WRITE_BUFFER_BYTES)
        connected: socket.socket | None = transport.get_extra_info("socket")
        if connected is not None and connected.family in (socket.AF_INET, socket.AF_INET6):
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    async def run_asgi(self) -> None:
        """Run the application with the extension in its scope."""
        extensions: dict[str, Any] = self.scope["extensions"] or {}
        wire = UvicornWire(self.transport)
        self.scope["extensions"] = {**extensions, EXTENSION: {"wire": wire}}
        await super().run_asgi()


def uvicorn_options() -> dict[str, Any]:
    """What `uvicorn.Config` needs to know about our sockets.

    No compression: it costs 35 to 60 KiB for each client. No pings: clients send their own.
    """
    return {
        "ws": SocketProtocol,
        "ws_max_size": FRAME_BYTES,
        "ws_ping_interval": None,
        "ws_per_message_deflate": False,
    }
