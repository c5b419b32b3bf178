"""Past deals: their prices are what later offers of the same product are measured by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from vetrina.domain.catalogue.price_history import history_of, honest
from vetrina.domain.catalogue.product import BagEntry
from vetrina.domain.show import events as ev
from vetrina.domain.show.state import ON_AIR, ShowState, evolve, past_of
from vetrina.domain.show.values import PastDeal

HOUR_MS: Final = 3_600_000


def over(state: ShowState, facts: Sequence[ev.Event]) -> tuple[PastDeal, ...]:
    """The deals that facts bring to an end after they ran on air; a rehearsal's do not count."""
    if not any(isinstance(fact, ev.DealEnded) for fact in facts):
        return ()
    return tuple(_over(state, facts))


def aftermath(state: ShowState, past: Sequence[PastDeal], now: int) -> tuple[ev.Event, ...]:
    """Deals are over: their products are not struck through against a higher price any more."""
    if state.status not in ON_AIR:
        return ()
    history = history_of(deal.offered() for deal in past)
    skus = dict.fromkeys(deal.sku for deal in past)
    items = [state.bag[sku] for sku in skus if sku in state.bag]
    lowered = tuple(
        product for item in items if (product := honest(item.product, history, now)) != item.product
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
