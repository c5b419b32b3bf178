"""What the store counts of stock and deals, told to a show. The store has it so already."""

from __future__ import annotations

from collections.abc import Iterator

from vetrina.domain.selling.reservation import DealId, StockCount
from vetrina.domain.show import events as ev
from vetrina.domain.show.bag import stock_facts
from vetrina.domain.show.state import ShowState, evolve
from vetrina.domain.show.values import Deal


def tell_stock(state: ShowState, count: StockCount, now: int) -> tuple[ev.Event, ...]:
    """What is another number in the show. A deal of which everything is sold ends; one of which
    unpaid checkouts hold the rest goes on, for it may come back."""
    facts: list[ev.Event] = []
    for item in state.bag.values():
        after = item.product.stocked_at(count.stocks)
        if after != item.product:
            facts.extend(stock_facts(item.product, after, now, "told"))
    for fact in facts:
        state = evolve(state, fact)
    for deal in state.deals.values():
        facts.extend(_tell_deal(state, deal, count, now))
    return tuple(facts)


def _tell_deal(state: ShowState, deal: Deal, count: StockCount, now: int) -> Iterator[ev.Event]:
    id = DealId(state.slug, deal.id)
    left, held = count.left.get(id), count.held_in.get(id, 0) > 0
    if left is not None:
        waits = left == 0 and held != (deal.id in state.held_deals)
        if left != deal.left or waits:
            yield ev.DealStockChanged(now, deal.id, left, cause="told", held=held)
    over = left == 0 and not held
    if over or _is_gone(state, deal, count):
        yield ev.DealEnded(now, deal.id, deal.product.sku, "sold_out")


def _is_gone(state: ShowState, deal: Deal, count: StockCount) -> bool:
    """Nothing is left of the product itself, and nobody holds any of it."""
    item = state.bag.get(deal.product.sku)
    if item is None or item.product.stock != 0:
        return False
    skus = [one.sku for one in item.product.variants] or [item.product.sku]
    told = all(sku in count.stocks for sku in skus)
    return told and not any(count.held.get(sku) for sku in skus)
