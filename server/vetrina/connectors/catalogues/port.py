"""Asking a shop for its products: the words of it, without any I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from vetrina.connectors.polling import Access
from vetrina.domain.catalogue.entry import CatalogueEntry
from vetrina.domain.catalogue.variant import VARIANTS

MOST_VARIANTS: Final = VARIANTS
"""Reading on is of no use: a product with more is left out."""


@dataclass(frozen=True, slots=True)
class ShopProduct:
    """One product of a shop. `id` is the shop's own number for it and never changes there.

    `changed_at` is the shop's time of the last change (ms), 0 where it does not say. `references`
    are what orders call the variants whose SKU is not the shop's own, each with our SKU. `dropped`
    says in words what the product does without.
    """

    id: str
    entry: CatalogueEntry
    changed_at: int = 0
    references: Mapping[str, str] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A product that cannot be taken in, and why, in words."""

    id: str
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reading of all products stands. `page` is the shop's word for what comes next.

    `total` is how many products the shop said that it has: with fewer, later ones have moved up.
    """

    page: str | None = None
    currency: str | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class CataloguePage:
    """Some products, and where the reading goes on: nowhere when that was the end.

    A product may come again on a later page; the later one is the newer.
    """

    products: tuple[ShopProduct, ...]
    left_out: tuple[LeftOut, ...] = ()
    following: Place | None = None
    currency: str | None = None


class Catalogue(Protocol):
    """The products of a kind of shop. Everything here raises PollFailed."""

    async def page(self, access: Access, place: Place, now_ms: int) -> CataloguePage:
        """All products, some at a time."""
        ...

    async def some(
        self, access: Access, ids: Sequence[str], currency: str | None, now_ms: int
    ) -> CataloguePage:
        """Those of these products that the shop still has."""
        ...

    async def of_item(
        self, access: Access, item: str, currency: str | None, now_ms: int
    ) -> CataloguePage:
        """The product that an item of the stock belongs to, if there is one."""
        ...


@dataclass(frozen=True, slots=True)
class Notice:
    """What a delivery says of a product.

    `product` is there where the delivery told all of it, else it has to be asked for: by its `id`,
    or by the `item` of the stock whose pieces changed.
    """

    id: str | None = None
    item: str | None = None
    product: ShopProduct | None = None
    deleted: bool = False
