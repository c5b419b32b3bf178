"""Matches port: what a shop calls a product, and our SKU for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A shop's reference such as `variant:808950810` on one connection.

    `sku` is our product, None while nobody has said which it is. `title` and `shop_sku` are what
    the shop calls it, None for a reference that no order has named yet.
    """

    ref: str
    sku: str | None
    title: str | None = None
    shop_sku: str | None = None
    seen_at: int | None = None


class MatchStore(Protocol):
    """References of shops and their products."""

    async def matches(self, connection: str) -> list[Match]:
        """All references of a connection, in order of first appearance."""
        ...

    async def put_matches(self, connection: str, skus: Mapping[str, str | None]) -> None:
        """Say which product a reference means; None takes that back."""
        ...

    async def note_references(self, connection: str, references: Sequence[Match]) -> None:
        """Write references that orders brought; those that are known stay as they are."""
        ...
