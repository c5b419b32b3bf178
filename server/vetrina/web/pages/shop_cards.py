"""Products as the shop tab shows them: what each costs now, and what of the running show it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from vetrina.domain.catalogue.entry import CatalogueEntry, Image
from vetrina.domain.catalogue.product import Product
from vetrina.domain.show.offer import Offer, offer_of
from vetrina.domain.show.state import ShowState
from vetrina.domain.show.values import Deal

LISTED: Final = 4
"""An option with more values than this is counted, not listed."""


@dataclass(frozen=True, slots=True)
class Card:
    """One product of the grid. `choice`: its options in a line; `pinned`: in the show now."""

    entry: CatalogueEntry
    product: Product
    href: str
    picture: Image | None
    offer: Offer
    deal: Deal | None
    pinned: bool
    choice: str


def card_of(entry: CatalogueEntry, shop: str, state: ShowState | None, now: int) -> Card:
    """The product at one moment. `shop` is the shop's address, `state` that of the running show."""
    product = entry.product()
    deal = deal_in(state, product.sku)
    return Card(
        entry=entry,
        product=product,
        href=product_path(shop, product.sku),
        picture=_picture(entry, product),
        offer=offer_of(product, deal, now),
        deal=deal,
        pinned=pinned_in(state, product.sku),
        choice=choice_line(entry),
    )


def product_path(shop: str, sku: str) -> str:
    """Where a product's page is."""
    return f"{shop}/products/{quote(sku, safe='')}"


def deal_in(state: ShowState | None, sku: str) -> Deal | None:
    """The deal of a product in the running show; while that is in panic there is none to tell."""
    return None if state is None or state.panic else state.deal_of(sku)


def pinned_in(state: ShowState | None, sku: str) -> bool:
    """Whether the running show has it in its window."""
    if state is None or state.panic:
        return False
    return any(pin.product.sku == sku for pin in state.pins.values())


def choice_line(entry: CatalogueEntry) -> str:
    """`S, M, L · Olive, Sand`; `Size: 12` where there are too many to list."""
    told = []
    for index, option in enumerate(entry.options):
        values = values_of(entry, index)
        told.append(", ".join(values) if len(values) <= LISTED else f"{option}: {len(values)}")
    return " · ".join(told)


def values_of(entry: CatalogueEntry, index: int) -> Sequence[str]:
    """The values of an option, in order of first appearance."""
    return tuple(dict.fromkeys(variant.values[index] for variant in entry.variants))


def _picture(entry: CatalogueEntry, product: Product) -> Image | None:
    if entry.images:
        return entry.images[0]
    return Image(product.image) if product.image else None
