"""What a product costs at a moment, and what may honestly be said about it.

The twin of `static/js/shared/offer.js`; both run the cases in `tests/fixtures/offer.json`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from server.domain.catalog import Product
from server.domain.money import Money
from server.domain.stage import Deal

# Below this many pieces the stock is worth a word; above it, saying so would only press.
FEW = 10

Phase = Literal["none", "announced", "starting", "running", "over"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """`was` and `percent` None: nothing to compare with. `few`: how many are left, where that is
    worth a word."""

    phase: Phase
    price: Money
    was: Money | None
    percent: int | None
    sold_out: bool
    few: int | None


def phase_of(deal: Deal | None, now: int) -> Phase:
    """Where a deal stands at `now`, in ms of the server's clock.

    A deadline that has passed is over; a start that has passed is only believed when the state
    says so ("starting" until then). So no screen promises a price that is not charged.
    """
    if deal is None:
        return "none"
    if deal.status == "announced":
        return "announced" if now < deal.starts_at else "starting"
    return "running" if now < deal.ends_at and deal.left != 0 else "over"


def offer(product: Product, deal: Deal | None, now: int) -> Offer:
    """The offer of a product with the deal that the state has for it, at `now` in ms."""
    phase = phase_of(deal, now)
    running = deal if phase == "running" else None
    price = running.price if running else product.price
    before = running.was if running else product.prior_price
    was = before if before is not None and _is_higher(before, price) else None
    counted = running is not None and running.quantity is not None
    few = product.stock is not None and 0 < product.stock <= FEW and not counted
    return Offer(
        phase=phase,
        price=price,
        was=was,
        percent=running.percent if running and was else None,
        sold_out=product.stock == 0,
        few=product.stock if few else None,
    )


def _is_higher(before: Money, price: Money) -> bool:
    return before.currency == price.currency and before.amount > price.amount
