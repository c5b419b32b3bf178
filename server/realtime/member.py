"""The port between delivery and a connection.

Whatever carries the frames implements `Member`, a detached socket or one of plain ASGI; rooms and
seats know nothing else of it. The suite in `tests/realtime/member_suite.py` says what every
implementation keeps.
"""

from __future__ import annotations

from typing import Protocol

from server.protocol.close_codes import CloseCode
from server.protocol.framing import SharedFrame

Retry = tuple[int, int]
"""Come back after a random time in this range, in milliseconds."""


class Member(Protocol):
    """One connection. Nothing here waits, and nothing raises for a connection that is gone.

    Guarantees: frames leave whole and in the order of `send`; after `close` none but `bye` leaves.
    """

    @property
    def buffered_bytes(self) -> int:
        """Bytes taken over by `send` that the network has not taken yet; 0 once closed."""
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
