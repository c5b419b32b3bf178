"""Detached sockets whose application says what it heard."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.realtime.uvicorn_server import WAYS, serving
from tests.websocket.raw_socket import TEXT, Frame
from vetrina.metrics import Metrics
from vetrina.websocket.transport import ReportingTransport
from vetrina.websocket.uvicorn_protocol import EXTENSION


class Echo:
    """Answers every message with its length and digest, so that binary ones can be told as text."""

    def __init__(self) -> None:
        self.metrics = Metrics()
        self.open: set[ReportingTransport] = set()
        self.address = ""
        self.targets = frozenset((b"/ws",))
        self.at_first_read = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        protocol = scope["extensions"][EXTENSION]["protocol"]
        self.open.add(protocol.detach(self, self.metrics))

    def admit(self, address: str, headers: Any) -> Any:
        return address

    def opened(self, socket: ReportingTransport, place: Any, headers: Any) -> None:
        self.at_first_read += 1
        self.open.add(socket)

    def received(self, socket: ReportingTransport, data: bytes) -> None:
        socket.send(digest(data))

    def writing_paused(self, socket: ReportingTransport) -> None:
        pass

    def writing_resumed(self, socket: ReportingTransport) -> None:
        pass

    def lost(self, socket: ReportingTransport) -> None:
        self.open.remove(socket)


def digest(data: bytes) -> bytes:
    return b'{"type":"heard","bytes":%d,"sha":"%b"}' % (
        len(data),
        hashlib.sha256(data).hexdigest().encode(),
    )


def echo_of(data: bytes) -> Frame:
    """The frame that answers a message with this data."""
    return Frame(TEXT, digest(data))


@asynccontextmanager
async def echo_server(way: str = WAYS[0], **options: Any) -> AsyncIterator[Echo]:
    echo = Echo()
    live_socket = echo if way == WAYS[0] else None
    async with serving(echo, live_socket=live_socket, **options) as address:
        echo.address = address
        yield echo
