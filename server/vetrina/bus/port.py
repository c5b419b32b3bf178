"""The port of the bus: what carries committed events between processes.

The bus holds no truth. It may lose, repeat or delay messages; every reader checks `seq` and asks
the store for what it missed. A message is a run of events of one show, its values of the moment,
or a notice for every process. The publishing process hears its own messages at once, whatever
becomes of them outside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from vetrina.domain.show.events import Position, Recorded


@dataclass(frozen=True, slots=True)
class Published:
    """Events that were committed together; `position` is where the last of them stands."""

    show: str
    position: Position
    events: tuple[Recorded, ...]


@dataclass(frozen=True, slots=True)
class KeyRevoked:
    """A key was revoked: sockets that came in with it must close within a second."""

    key_id: str


@dataclass(frozen=True, slots=True)
class ConnectionChanged:
    """A shop's connection got other secrets, or is gone: what is known of it is old."""

    connection_id: str


@dataclass(frozen=True, slots=True)
class Tallied:
    """One process's share of a show's values of the moment. The last one from each counts.

    `overlays` are those connected there or lost by it, in the form of `GET /shows/{slug}/overlays`.
    """

    process: str
    show: str
    viewers: int
    taps: Mapping[str, int]
    overlays: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """Messages may have been lost: compare with the store. Made by the bus; it never travels."""

    reason: str


Message = Published | KeyRevoked | ConnectionChanged | Tallied | Doubt
Listener = Callable[[Message], None]


class BusUnusable(Exception):
    """There is no talking to the others at all; the message names the setting and the cause."""


@dataclass(frozen=True, slots=True)
class BusHealth:
    """Whether messages arrive at other processes, and in words why not."""

    ok: bool = True
    reason: str = ""


class Bus(Protocol):
    """Carries messages to every process, the publishing one too."""

    async def open(self, listener: Listener) -> None:
        """Start delivering. `listener` is called on the event loop, in the order published.

        Raises BusUnusable.
        """
        ...

    async def close(self) -> None:
        """Stop delivering."""
        ...

    def follow(self, show: str) -> None:
        """From now on messages about this show are wanted here. Twice does no harm.

        Those on their way at this moment may still be missed: read the store after this.
        """
        ...

    def unfollow(self, show: str) -> None:
        """Messages about this show are not wanted any more."""
        ...

    @property
    def shared(self) -> bool:
        """Whether there may be other processes at all."""
        ...

    @property
    def health(self) -> BusHealth:
        """How the bus is. While it is not well, what is published stays in this process."""
        ...

    async def publish(self, messages: Sequence[Message]) -> None:
        """Send messages in order. Returns when they are on their way; raises nothing for losses."""
        ...

    async def ping(self) -> None:
        """Prove that a message sent is received. Raises OSError or TimeoutError."""
        ...
