"""Place port: where goods are, and which place sends what of an order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from vetrina.domain.selling.places import Place
from vetrina.store.ports.pages import Page


@dataclass(frozen=True, slots=True)
class PlacedStock:
    """What can still be sold of a SKU, and where it is, by the code of the place. None: not
    counted. `product` is the SKU of the whole product."""

    product: str
    stock: int | None
    places: Mapping[str, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class StockMove:
    """From a place to another. Without `source` pieces came in, without `target` they are gone.

    The same `id` is the same move.
    """

    id: str
    at: int
    sku: str
    source: str | None
    target: str | None
    pieces: int
    reason: str
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """Pieces that a place is to send. `restocked` of them came back to it; `picked_at` None: they
    are still on their shelf."""

    place: str
    sku: str
    pieces: int
    restocked: int = 0
    picked_at: int | None = None


class PlaceStore(Protocol):
    """Places, their stock, and what they send."""

    async def places(self) -> list[Place]:
        """In the order in which they send; empty for a shop that does not use them."""
        ...

    async def put_place(self, place: Place) -> Place:
        """Add it, or change its name and priority. The first one is the main place for good.

        Raises Refused too_many_places.
        """
        ...

    async def delete_place(self, code: str) -> bool:
        """Whether there was one. Raises Refused place_in_use: it has stock, or is the main one of
        several."""
        ...

    async def placed_stock(self, skus: Sequence[str]) -> dict[str, PlacedStock]:
        """Where the pieces of these are; those that are unknown are left out."""
        ...

    async def move_stock(self, move: StockMove) -> PlacedStock:
        """Move pieces, or correct what the shop sells by them, in one transaction. One that is
        known changes nothing.

        Raises LookupError for an unknown SKU, InvalidValue for one that is not counted, Refused
        unknown_place and not_enough_stock (with what is left).
        """
        ...

    async def stock_moves(
        self, sku: str | None = None, after: int | None = None, limit: int = 50
    ) -> Page[StockMove]:
        """The newest first."""
        ...

    async def allocations(
        self, order: str, wanted: Mapping[str, int], restocked: Mapping[str, int]
    ) -> list[Allocation]:
        """Which place sends what of an order: decided the first time, the same since.

        `wanted` are all pieces by SKU that it took out of the stock, `restocked` those of them that
        came back in all: they are at the place again that they were allocated at.
        """
        ...

    async def mark_picked(self, order: str, place: str, at: int) -> bool:
        """All that the place sends of the order is off its shelf; whether there is anything."""
        ...
