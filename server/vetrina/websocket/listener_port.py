"""The port between detached sockets and whoever talks with their clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from vetrina.websocket.detached_transport import DetachedTransport


class TransportListener(Protocol):
    """Who listens to detached sockets: one object for all of them."""

    def received(self, socket: DetachedTransport, data: bytes) -> None:
        """A whole message came."""
        ...

    def stalled(self, socket: DetachedTransport, *, since_now: bool) -> None:
        """The kernel takes no more bytes, or, `since_now` False, has taken all of them."""
        ...

    def lost(self, socket: DetachedTransport) -> None:
        """The connection is over. Called once."""
        ...
