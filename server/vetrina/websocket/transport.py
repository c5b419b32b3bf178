"""The port between delivery and a connection.

Whatever carries the frames implements `Transport`, a detached socket or one of plain ASGI; rooms
and subscribers know nothing else of it. The suite in `tests/websocket/transport_suite.py` says what
every implementation keeps.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from vetrina.protocol.close_codes import CloseCode
from vetrina.websocket.framing import SharedFrame

Retry = tuple[int, int]
"""Come back after a random time in this range, in milliseconds."""


Send = Callable[[bytes], int]
"""Writes what the kernel takes at once and tells how much that was. Raises OSError."""


class DirectSubscriber(Protocol):
    """What a member keeps true of its seat: the way that is one call for each viewer and event."""

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

    def sit(self, seat: DirectSubscriber) -> None:
        """Keep this seat's `send` and `packs` true from now on."""
        ...

    def wrote(self, data: bytes, sent: int, error: OSError | None) -> None:
        """`seat.send` took only `sent` bytes, or raised: send the rest, or give up."""
        ...

    def take(self, frame: SharedFrame) -> bool:
        """Write a frame of many at once. False: something waits before it, or this is closed."""
        ...

    def send(self, frame: bytes | SharedFrame) -> None:
        """Queue one text frame. There is no bound here: the seat asks `buffered_bytes` first."""
        ...

    def close(
        self, code: CloseCode, retry_ms: Retry | None = None, message: str | None = None
    ) -> None:
        """Drop what is queued, say `bye`, close. Only the first call counts.

        A client that does not read even that is torn down soon after; nothing waits for it.
        """
        ...

    def abort(self) -> None:
        """Tear it down now, whatever is still to be said."""
        ...
