"""What a show that is not over holds a product to, whatever the catalogue is told. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from vetrina.domain.money import Money
from vetrina.domain.show.state import ShowState


@dataclass(frozen=True, slots=True)
class Held:
    """A product in the bag of `show`, which sells in `currency`.

    `price` is the one that it keeps while a deal of it is announced or running; None without one.
    """

    show: str
    currency: str
    price: Money | None


def held(state: ShowState, skus: Collection[str]) -> dict[str, Held]:
    """Those of the products and variants that are in the bag, by SKU."""
    if state.status == "ended":
        return {}
    found = {}
    for sku in skus:
        item = state.item_of(sku)
        if item is not None:
            price = (item.product.variant(sku) or item.product).price
            kept = price if state.deal_of(sku) is not None else None
            found[sku] = Held(state.slug, state.currency, kept)
    return found
