"""Transport port: what delivery needs of a connection, and what a connection reports back.

Whatever carries the frames implements `Transport`, a detached socket or one of plain ASGI; rooms
and subscribers know nothing else of it. The suite in `tests/websocket/transport_suite.py` says what
every implementation keeps. A detached socket reports to a `TransportListener`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from vetrina.protocol.close_codes import CloseCode
from vetrina.websocket.framing import SharedFrame

Retry = tuple[int, int]
"""Come back after a random time in this range, in milliseconds."""

Send = Callable[[bytes], int]
"""Writes what the kernel takes at once and returns how much that was. Raises OSError."""


class DirectSubscriber(Protocol):
    """What a transport keeps true of its subscriber: one call for each viewer and event."""

    send: Send | None
    """Straight to the network; None while something waits, or when there is no such way."""
    packs: bool
    """Whether it takes compressed frames."""


class Transport(Protocol):
    """One connection. Nothing here waits, and nothing raises for a connection that is gone.

    Guarantees: frames leave whole and in the order of `send`; after `close` none but `bye` leaves.
    """

    @property
    def buffered_bytes(self) -> int:
        """Bytes taken over by `send` that the network has not taken yet; 0 once closed."""
        ...

    def bind(self, subscriber: DirectSubscriber) -> None:
        """Keep this subscriber's `send` and `packs` true from now on."""
        ...

    def write_rest(self, data: bytes, sent: int, error: OSError | None) -> None:
        """`subscriber.send` took only `sent` bytes, or raised: send the rest, or give up."""
        ...

    def try_send(self, frame: SharedFrame) -> bool:
        """Write a frame of many at once. False: something waits before it, or this is closed."""
        ...

    def send(self, frame: bytes | SharedFrame) -> None:
        """Queue one text frame. There is no bound here: the subscriber asks `buffered_bytes`."""
        ...

    def close(
        self, code: CloseCode, retry_ms: Retry | None = None, message: str | None = None
    ) -> None:
        """Drop what is queued, say `bye`, close. Only the first call counts.

        A client that does not read even that is torn down soon after; nothing waits for it.
        """
        ...

    def abort(self) -> None:
        """Tear it down now, whatever is still to be sent."""
        ...


class ReportingTransport(Transport, Protocol):
    """A transport that reports to a listener."""

    attachment: Any
    """What the listener keeps of this connection."""

    def pause_reading(self) -> None:
        """Report no messages until `resume_reading`; what is here already is kept in order."""
        ...

    def resume_reading(self) -> None:
        """Report messages again."""
        ...


class TransportListener(Protocol):
    """What detached sockets report to: one object for all of them."""

    def received(self, transport: ReportingTransport, data: bytes) -> None:
        """A whole message came."""
        ...

    def writing_paused(self, transport: ReportingTransport) -> None:
        """The kernel takes no more bytes."""
        ...

    def writing_resumed(self, transport: ReportingTransport) -> None:
        """The kernel has taken all bytes."""
        ...

    def lost(self, transport: ReportingTransport) -> None:
        """The connection is over. Called once."""
        ...
