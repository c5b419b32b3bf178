"""What a connection of the swarm needs of whoever holds it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any, Protocol

from loadtests.swarm.counts import Counts, Times
from loadtests.swarm.event_loop import Peer
from loadtests.swarm.framing import Message
from loadtests.swarm.messages import ServerMessage
from loadtests.swarm.protocols import WireProtocol


class SwarmContext(Protocol):
    """An event loop, what is counted over all connections, and what is known of the server."""

    host: str
    port: int
    protocol: WireProtocol
    request: bytes
    returning: bool
    counts: Counts
    times: Times
    head: int
    heartbeat_ms: int
    known: dict[bytes, tuple[ServerMessage, ...]]
    prepare: Callable[[socket.socket], None]
    on_batch: Callable[[Any, Any, int], None] | None

    def watch(self, peer: Peer, sock: socket.socket, *, writing: bool) -> None:
        """Call `peer` when its socket is readable, or else writable."""
        ...

    def ignore(self, sock: socket.socket) -> None:
        """Call nobody for this socket any more."""
        ...

    def later(self, delay_s: float, callback: Callable[..., object], *args: Any) -> None:
        """Call back once, not before `delay_s`."""
        ...

    def connect(self, viewer: Any) -> None:
        """Connect as soon as few enough others are doing it."""
        ...

    def joined(self, viewer: Any) -> None:
        """A viewer was let in."""
        ...

    def left(self, phase: int) -> None:
        """A viewer's connection is closed; it was in this phase."""
        ...

    def understand(self, messages: list[Message]) -> tuple[ServerMessage, ...]:
        """What messages mean. Raises ValueError."""
        ...

    def remember(self, data: bytes, messages: tuple[ServerMessage, ...]) -> None:
        """The next viewer that receives the same bytes need not parse them."""
        ...
