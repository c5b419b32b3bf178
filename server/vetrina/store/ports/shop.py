"""Shop port: the shop's profile, and its products and shows as visitors page through them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from vetrina.domain.catalogue.entry import CatalogueEntry
from vetrina.domain.selling.shop import ShopProfile
from vetrina.store.ports.shows import Show

Sort = Literal["newest", "price", "price_down"]
"""Sold out comes last in each of them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which products are asked for, and in what order.

    `category` as products carry it, "" for all; `words` as `domain.catalogue.searching` makes
    them: a product is found where it has a word that begins with each.
    """

    category: str = ""
    words: tuple[str, ...] = ()
    sort: Sort = "newest"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a product stands in the list: what to go on after."""

    sold_out: bool
    price: int
    product: int


@dataclass(frozen=True, slots=True)
class ShopPage:
    """Some products in their order. `next` None: there are no more."""

    entries: Sequence[CatalogueEntry]
    next: Place | None


@dataclass(frozen=True, slots=True)
class Category:
    """A category, and how many products it has."""

    name: str
    products: int


@dataclass(frozen=True, slots=True)
class ShopShows:
    """Shows that are announced, the next first, and those that are over, the last first."""

    upcoming: Sequence[Show]
    past: Sequence[Show]


@dataclass(frozen=True, slots=True)
class SitePart:
    """Products in order of first appearance, for machines: their SKUs."""

    skus: Sequence[str]
    last: int
    """The highest place of any product."""


class ShopStore(Protocol):
    """What the shop tab shows: of products the active ones alone."""

    async def shop(self) -> ShopProfile | None:
        """The shop of this installation; None until it has one."""
        ...

    async def put_shop(self, shop: ShopProfile) -> None:
        """Make this the shop, in place of the one before."""
        ...

    async def active_without_safety(self) -> int:
        """How many active products have no safety of their own."""
        ...

    async def shop_page(
        self, wanted: Wanted, after: Place | None = None, limit: int = 24
    ) -> ShopPage:
        """A page of products; it costs the same wherever it is."""
        ...

    async def categories(self, most: int = 24) -> list[Category]:
        """The categories with the most products, the largest first."""
        ...

    async def shop_shows(self, now: int, most: int = 3) -> ShopShows:
        """Shows beside the one that is on."""
        ...

    async def site_part(self, after: int, most: int) -> SitePart:
        """The products at the places after `after` and up to `after + most`."""
        ...
