"""The port of unread deliveries: signed by a shop, and not understood by this version."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadDelivery:
    """One delivery; `sealed` is its body with the headers that reading needs, encrypted."""

    connection: str
    id: str
    received_at: int
    why: str
    sealed: bytes = field(repr=False)


class UnreadStore(Protocol):
    """Deliveries that wait to be read again; they go with their connection."""

    async def keep_unread(self, delivery: UnreadDelivery, *, since: int, at_most: int) -> None:
        """Write one, once; let go of older ones than `since` and of more than `at_most`, the oldest
        first, of the same connection.
        """
        ...

    async def unread(self, connection: str | None = None) -> list[UnreadDelivery]:
        """Those of one connection, or all, oldest first."""
        ...

    async def unread_counts(self) -> dict[str, int]:
        """How many wait, by connection; none is left out."""
        ...

    async def forget_unread(self, connection: str, id: str) -> bool:
        """Let go of one that was read. False when unknown."""
        ...
