"""Price history: what products were offered for, and what a reduction may be compared with.

Whoever announces a reduction tells the lowest price of the 30 days before it (Directive 98/6/EC,
Article 6a). What the seller declares is lowered to what the history knows, and never raised.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from vetrina.domain.catalogue.product import Product
from vetrina.domain.money import Money

DAY_MS: Final = 24 * 3_600_000
PRIOR_PRICE_MS: Final = 30 * DAY_MS
KEPT_MS: Final = 400 * DAY_MS
"""What ended earlier is forgotten: a price of 13 months' standing has its month before it."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A price that a product was offered for. `until_ms` None: it still is."""

    sku: str
    price: Money
    from_ms: int
    until_ms: int | None = None
    kind: Literal["price", "deal"] = "price"

    def held_between(self, after: int, before: int) -> bool:
        """Whether it could be had at some time between the two."""
        return self.from_ms < before and (self.until_ms is None or self.until_ms > after)


PriceHistory: TypeAlias = Mapping[str, Sequence[Offered]]
"""By SKU."""


def history_of(offers: Iterable[Offered]) -> PriceHistory:
    """Offers by their SKU."""
    found: dict[str, list[Offered]] = {}
    for one in offers:
        found.setdefault(one.sku, []).append(one)
    return found


def lowest_before(history: PriceHistory, sku: str, now: int, currency: str) -> Offered | None:
    """The lowest offer of the 30 days before `now`; of equal ones the last."""
    return _lowest(history.get(sku, ()), now, currency)


def reference_price(
    sku: str, own: Money, declared: Money | None, history: PriceHistory, now: int
) -> Money | None:
    """What a reduction that begins now is measured by; `own` is the price until now.

    None where the seller declares none: then nothing is compared.
    """
    if declared is None:
        return None
    return _lowered(min(declared, own, key=_amount), lowest_before(history, sku, now, own.currency))


def prior_price(
    sku: str, own: Money, declared: Money | None, history: PriceHistory, now: int
) -> Money | None:
    """What the price itself may be struck through against: it is the reduction.

    So the 30 days before it began count, and what else was offered in the last 30 days. A price
    that was lower before that takes away the strike-through, not what a deal is measured by. None
    where the seller declares none.
    """
    if declared is None:
        return None
    offers = history.get(sku, ())
    present = next((one for one in offers if _is_present(one, own)), None)
    others = [one for one in offers if one is not present]
    before = _lowest(others, present.from_ms if present else now, own.currency)
    reduced = _lowered(declared, before)
    recent = _lowered(declared, _lowest(others, now, own.currency))
    return min(declared, max(reduced, own, key=_amount), recent, key=_amount)


def honest(product: Product, history: PriceHistory, now: int) -> Product:
    """The product as viewers may see it: no prior price above what the history knows."""
    if product.variants:
        return _honest_variants(product, history, now)
    prior = prior_price(product.sku, product.price, product.prior_price, history, now)
    return product if prior == product.prior_price else replace(product, prior_price=prior)


def _honest_variants(product: Product, history: PriceHistory, now: int) -> Product:
    """Each by its own history; where they share one offer, what is true for all of them."""
    priors = [
        prior_price(one.sku, one.price, one.prior_price, history, now) for one in product.variants
    ]
    if product.prior_price is not None:
        least = min((prior for prior in priors if prior is not None), key=_amount)
        priors = [least] * len(priors)
    lowered = zip(product.variants, priors, strict=True)
    return product.with_variants([replace(one, prior_price=prior) for one, prior in lowered])


def _is_present(one: Offered, own: Money) -> bool:
    return one.kind == "price" and one.until_ms is None and one.price == own


def _lowest(offers: Iterable[Offered], now: int, currency: str) -> Offered | None:
    recent = (
        one
        for one in offers
        if one.price.currency == currency and one.held_between(now - PRIOR_PRICE_MS, now)
    )
    return min(recent, key=lambda one: (one.price.amount, -_end(one, now)), default=None)


def _end(one: Offered, now: int) -> int:
    return now if one.until_ms is None else one.until_ms


def _lowered(price: Money, offer: Offered | None) -> Money:
    return price if offer is None else min(price, offer.price, key=_amount)


def _amount(price: Money) -> int:
    return price.amount
