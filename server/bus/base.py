"""The port of the bus: what carries committed events between processes.

The bus holds no truth. It may lose, repeat or delay messages; every reader checks `seq` and asks
the store for what it missed. A message is either a run of events of one show or a notice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from server.domain.events import Position, Recorded


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


Message = Published | KeyRevoked
Listener = Callable[[Message], None]


class Bus(Protocol):
    """Carries messages to every process, the publishing one too."""

    async def open(self, listener: Listener) -> None:
        """Start delivering. `listener` is called on the event loop, in the order published."""
        ...

    async def close(self) -> None:
        """Stop delivering."""
        ...

    async def publish(self, messages: Sequence[Message]) -> None:
        """Send messages in order. Returns when they are on their way; raises nothing for losses."""
        ...

    async def ping(self) -> None:
        """Prove that a message sent is received. Raises OSError or TimeoutError."""
        ...
