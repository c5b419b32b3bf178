"""What a product costs at one moment, and what may honestly be said about it.

The one price rule of every screen, the twin of `static/js/shared/offer.js`; both run the cases in
`tests/fixtures/offer.json`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from vetrina.domain.catalogue.product import Product
from vetrina.domain.catalogue.variant import Variant
from vetrina.domain.money import Money
from vetrina.domain.show.values import Deal

Phase = Literal["none", "announced", "starting", "running", "over"]
FEW: Final = 10
"""Below this many pieces the stock is worth a word; above it, saying so would only press."""


@dataclass(frozen=True, slots=True)
class Offer:
    """`was` is struck through; `percent` only while a deal runs; `few` is what is left of few.

    `price_to`: the highest price, where variants differ and `price` is "from".
    """

    phase: Phase
    price: Money
    was: Money | None
    percent: int | None
    sold_out: bool
    few: int | None
    price_to: Money | None = None


def phase_of(deal: Deal | None, now: int) -> Phase:
    """A deadline that has passed is over; a start that has passed is the server's to say."""
    if deal is None:
        return "none"
    if deal.status == "announced":
        return "announced" if now < deal.starts_at else "starting"
    return "running" if now < deal.ends_at and deal.left != 0 else "over"


def offer_of(product: Product, deal: Deal | None, now: int) -> Offer:
    """`deal` is the announced or running one of this product, `now` the server's time in ms."""
    phase = phase_of(deal, now)
    running = deal if phase == "running" else None
    price = running.price if running else product.price
    price_to = running.price_to if running else product.price_to
    was = _comparable(running.was if running else product.prior_price, price)
    counted = running is not None and bool(running.quantity)
    few = product.stock is not None and 0 < product.stock <= FEW and not counted
    return Offer(
        phase=phase,
        price=price,
        was=was,
        percent=running.percent if running and (was or price_to) else None,
        sold_out=product.stock == 0,
        few=product.stock if few else None,
        price_to=price_to,
    )


def variant_offer(product: Product, variant: Variant, deal: Deal | None, now: int) -> Offer:
    """The same for one choice of a product. Where prices of variants differ, a deal's earlier price
    is that of none of them, so nothing is struck through."""
    whole = offer_of(product, deal, now)
    running = deal if deal and whole.phase == "running" else None
    price = running.price_of(variant.sku) if running else variant.price
    before = variant.prior_price if not running else None if product.price_to else running.was
    stock = variant.stock
    counted = running is not None and bool(running.quantity)
    return Offer(
        phase=whole.phase,
        price=price,
        was=_comparable(before, price),
        percent=whole.percent,
        sold_out=stock == 0,
        few=stock if stock and stock <= FEW and not counted else None,
    )


def _comparable(before: Money | None, price: Money) -> Money | None:
    """A price to strike through exists only where the declared earlier price is really higher."""
    if before is None or before.currency != price.currency:
        return None
    return before if before.amount > price.amount else None
