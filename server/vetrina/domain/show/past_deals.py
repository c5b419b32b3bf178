"""Past deals: their prices are what later offers of the same product are measured by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from vetrina.domain.catalogue.product import BagEntry, Product
from vetrina.domain.money import Money
from vetrina.domain.show import events as ev
from vetrina.domain.show.state import ON_AIR, ShowState, evolve, past_of
from vetrina.domain.show.values import PastDeal

HOUR_MS: Final = 3_600_000
PRIOR_PRICE_MS: Final = 30 * 24 * HOUR_MS


def lowest_prior(product: Product, past: Iterable[PastDeal], now: int) -> Money | None:
    """The lowest price of the last 30 days: as declared, or that of a deal that was lower.

    Directive 98/6/EC, Article 6a. None where the seller declares none: then nothing is compared.
    """
    return _lowest(product.sku, product.prior_price, past, now)


def _lowest(sku: str, lowest: Money | None, past: Iterable[PastDeal], now: int) -> Money | None:
    if lowest is None:
        return None
    for deal in past:
        recent = deal.sku == sku and deal.ended_at > now - PRIOR_PRICE_MS
        if recent and deal.price.currency == lowest.currency and deal.price.amount < lowest.amount:
            lowest = deal.price
    return lowest


def honest(product: Product, past: Iterable[PastDeal], now: int) -> Product:
    """The product as viewers may see it: its prior price never above a past deal's."""
    if product.variants:
        lowered = [
            replace(one, prior_price=_lowest(one.sku, one.prior_price, past, now))
            for one in product.variants
        ]
        return product.with_variants(lowered)
    prior = lowest_prior(product, past, now)
    return product if prior == product.prior_price else replace(product, prior_price=prior)


def over(state: ShowState, facts: Sequence[ev.Event]) -> tuple[PastDeal, ...]:
    """The deals that facts bring to an end after they ran on air; a rehearsal's do not count."""
    if not any(isinstance(fact, ev.DealEnded) for fact in facts):
        return ()
    return tuple(_over(state, facts))


def aftermath(state: ShowState, past: Sequence[PastDeal], now: int) -> tuple[ev.Event, ...]:
    """Deals are over: their products are not struck through against a higher price any more."""
    if state.status not in ON_AIR:
        return ()
    skus = dict.fromkeys(deal.sku for deal in past)
    items = [state.bag[sku] for sku in skus if sku in state.bag]
    lowered = tuple(
        product for item in items if (product := honest(item.product, past, now)) != item.product
    )
    return (ev.BagChanged(now, entries(state), lowered),) if lowered else ()


def entries(state: ShowState) -> tuple[BagEntry, ...]:
    """The bag as an event lists it."""
    return tuple(BagEntry(sku, item.number) for sku, item in state.bag.items())


def _over(state: ShowState, facts: Sequence[ev.Event]) -> Iterator[PastDeal]:
    for fact in facts:
        if isinstance(fact, ev.DealEnded) and state.status in ON_AIR:
            deal = state.deals.get(fact.deal)
            if deal is not None and deal.status == "running":
                yield from past_of(deal, fact.at)
        state = evolve(state, fact)
