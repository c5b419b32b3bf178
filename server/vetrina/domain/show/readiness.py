"""What is worth knowing before a show goes live. Nothing here keeps it from doing so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from vetrina.domain.catalogue.product import Product

CheckCode = Literal[
    "no_overlay",
    "no_public_address",
    "shop_without_secret",
    "shop_refused",
    "products_without_link",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopHealth:
    """A shop's connection: whether it can verify a delivery, and whether it refused the last."""

    id: str
    name: str
    has_secret: bool
    refused: bool


@dataclass(frozen=True, slots=True)
class CheckItem:
    """One of those a check is about: a connection by its id, a product by its SKU."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Check:
    """Something that viewers would miss, and what it is about."""

    code: CheckCode
    items: tuple[CheckItem, ...] = ()


def before_live(
    *, overlays: int, public: bool, shops: Sequence[ShopHealth], products: Iterable[Product]
) -> tuple[Check, ...]:
    """What is amiss, the worst first. `overlays`: how many are connected; `public`: whether viewers
    reach the server. A shop is told of once."""
    return tuple(_amiss(overlays, public, shops, products))


def _amiss(
    overlays: int, public: bool, shops: Sequence[ShopHealth], products: Iterable[Product]
) -> Iterator[Check]:
    if overlays == 0:
        yield Check("no_overlay")
    if not public:
        yield Check("no_public_address")
    if silent := [shop for shop in shops if not shop.has_secret]:
        yield Check("shop_without_secret", tuple(_shop(shop) for shop in silent))
    if refused := [shop for shop in shops if shop.has_secret and shop.refused]:
        yield Check("shop_refused", tuple(_shop(shop) for shop in refused))
    if unlinked := [product for product in products if not product.link]:
        items = tuple(CheckItem(product.sku, product.title) for product in unlinked)
        yield Check("products_without_link", items)


def _shop(shop: ShopHealth) -> CheckItem:
    return CheckItem(shop.id, shop.name)
