"""Wire protocols of the servers under load: Vetrina, a bare WebSocket, and Socket.IO.

Centrifugo's is a module of its own.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol

import orjson

from loadtests.swarm.framing import CLOSE, PING, PONG, TEXT, Message, client_frame, close_code
from loadtests.swarm.messages import OTHER, Admitted, Answer, Closing, ServerMessage, read_frame


@dataclass(frozen=True, slots=True)
class Call:
    """An HTTP call that makes an event."""

    path: str
    body: Any


class WireProtocol(Protocol):
    """One protocol over WebSocket."""

    path: str
    """Where the WebSocket is."""
    admits: bool
    """Whether the upgrade alone lets a viewer in; else something it says does."""
    lines: bool
    """Whether one message may carry several texts, a line each."""

    def hello(self, last: tuple[str, int] | None) -> bytes:
        """What a client says first; nothing where the server speaks first."""
        ...

    def ping(self) -> bytes:
        """The client's heartbeat; nothing where there is none."""
        ...

    def read(self, text: bytes) -> ServerMessage:
        """What a text of the server means."""
        ...

    def fire(self, text: str, show: str) -> bytes | Call:
        """What makes the server send an event of this text to all of a show.

        Bytes: one of the viewers says it, and there are no shows.
        """
        ...


class Vetrina:
    """A viewer of a show, as `docs/protocol.md` has it."""

    path = "/ws"
    admits = False
    lines = False
    _PING: Final = client_frame(TEXT, b'{"type":"ping"}')

    def __init__(self, show: str) -> None:
        self._show = show
        self._fresh = self._hello(None)

    def hello(self, last: tuple[str, int] | None) -> bytes:
        """Who we are, and where we stand."""
        return self._fresh if last is None else self._hello(last)

    def ping(self) -> bytes:
        """The browser's heartbeat."""
        return self._PING

    def read(self, text: bytes) -> ServerMessage:
        """A frame."""
        return read_frame(text)

    def fire(self, text: str, show: str) -> Call:
        """A command."""
        command = {"type": "announce", "text": text}
        return Call(f"/api/v1/shows/{show}/commands", command)

    def _hello(self, last: tuple[str, int] | None) -> bytes:
        position = None if last is None else {"epoch": last[0], "seq": last[1]}
        hello = {"type": "hello", "v": 1, "role": "viewer", "show": self._show, "last": position}
        return client_frame(TEXT, orjson.dumps(hello))


class Plain:
    """A baseline: whoever is connected gets the events."""

    path = "/ws"
    admits = True
    lines = False

    def hello(self, last: tuple[str, int] | None) -> bytes:
        """Nothing is said."""
        return b""

    def ping(self) -> bytes:
        """Nothing is said."""
        return b""

    def read(self, text: bytes) -> ServerMessage:
        """An events frame."""
        return read_frame(text)

    def fire(self, text: str, show: str) -> bytes:
        """See `loadtests.baselines.event`."""
        return client_frame(TEXT, f"fire {text}".encode())


class SocketIO:
    """Socket.IO 5 over Engine.IO 4, straight on WebSocket."""

    path = "/socket.io/?EIO=4&transport=websocket"
    admits = False
    lines = False
    _EVENT: Final = b'42["events",'

    def hello(self, last: tuple[str, int] | None) -> bytes:
        """The server speaks first."""
        return b""

    def ping(self) -> bytes:
        """The server pings."""
        return b""

    def read(self, text: bytes) -> ServerMessage:
        """A packet."""
        if text.startswith(self._EVENT):
            return read_frame(text[len(self._EVENT) : -1])
        if text.startswith(b"0"):
            return Answer(client_frame(TEXT, b"40"))
        if text.startswith(b"40"):
            return Admitted()
        return Answer(client_frame(TEXT, b"3")) if text == b"2" else OTHER

    def fire(self, text: str, show: str) -> bytes:
        """An event of Socket.IO."""
        return client_frame(TEXT, b"42" + orjson.dumps(["fire", text]))


def read_messages(protocol: WireProtocol, message: Message) -> Iterator[ServerMessage]:
    """What a message means, control frames included. Raises ValueError."""
    opcode, payload = message
    if opcode == PING:
        yield Answer(client_frame(PONG, payload))
    elif opcode == CLOSE:
        yield Closing(close_code(payload))
    elif opcode == PONG:
        yield OTHER
    else:
        yield from map(protocol.read, payload.splitlines() if protocol.lines else (payload,))


def now_ns() -> int:
    """The one clock of all measurements: nanoseconds since 1970, the same in every process."""
    return time.time_ns()
