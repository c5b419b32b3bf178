"""What purchases add up to: the ticker that viewers see and the totals that the host sees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from vetrina.domain.money import Money, totals
from vetrina.domain.show import events as ev

TICKER_LENGTH = 20
# A shop's retry may report an order hours later: it counts, but it is no news any more.
TICKER_FRESH_MS = 300_000


@dataclass(frozen=True, slots=True)
class Totals:
    """Real orders less reversals, never test ones. `gross` per currency, never converted."""

    orders: int = 0
    units: int = 0
    gross: tuple[Money, ...] = ()


PurchaseEvent = ev.PurchaseConfirmed | ev.PurchaseReversed | ev.PurchaseAdded


def ticker_after(
    ticker: tuple[ev.PurchaseConfirmed, ...], event: PurchaseEvent
) -> tuple[ev.PurchaseConfirmed, ...]:
    """Newest first, at most 20; what was reversed is left out."""
    if isinstance(event, ev.PurchaseAdded):
        return ticker
    if isinstance(event, ev.PurchaseConfirmed):
        if event.at - event.occurred_at > TICKER_FRESH_MS:
            return ticker
        return (event, *ticker[: TICKER_LENGTH - 1])
    rest = (_less(entry, event) if entry.purchase == event.purchase else entry for entry in ticker)
    return tuple(entry for entry in rest if entry.items)


def totals_after(before: Totals, event: PurchaseEvent) -> Totals:
    """A reversal lowers the totals; a rehearsal's purchases never enter them."""
    if event.test:
        return before
    units = sum(item.quantity for item in event.items)
    if not isinstance(event, ev.PurchaseReversed):
        orders = 1 if isinstance(event, ev.PurchaseConfirmed) else int(event.complete)
        gross = totals((*before.gross, *event.amounts))
        return Totals(before.orders + orders, before.units + units, gross)
    gross = totals((*before.gross, *(Money(-m.amount, m.currency) for m in event.amounts)))
    return Totals(before.orders - event.complete, before.units - units, gross)


def _less(entry: ev.PurchaseConfirmed, event: ev.PurchaseReversed) -> ev.PurchaseConfirmed:
    if event.complete:
        return replace(entry, items=())
    return replace(entry, items=tuple(_items_less(entry.items, event.items)))


def _items_less(
    items: tuple[ev.SoldItem, ...], gone: tuple[ev.SoldItem, ...]
) -> Iterable[ev.SoldItem]:
    back: dict[str, int] = {}
    for item in gone:
        back[item.bought] = back.get(item.bought, 0) + item.quantity
    for item in items:
        taken = min(item.quantity, back.get(item.bought, 0))
        back[item.bought] = back.get(item.bought, 0) - taken
        if item.quantity > taken:
            yield replace(item, quantity=item.quantity - taken)
