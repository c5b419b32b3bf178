"""What a settled order does to a show: the purchase itself, then stock and deals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from vetrina.domain.buyer_names import decent_name
from vetrina.domain.selling.order import Order, OrderLine, OrderRecord, Part, Report, settle
from vetrina.domain.show import deals
from vetrina.domain.show import events as ev
from vetrina.domain.show.state import ShowState, evolve

SELLING = ("rehearsal", "live", "paused")
# Name, thing and place together can tell who somebody is; in a small audience the place stays out.
SMALL_CROWD = 5
SMALL_CROWD_MS = 600_000


@dataclass(frozen=True, slots=True)
class Sale:
    """What one report came to: the order's new record and the facts for the show."""

    record: OrderRecord
    facts: tuple[ev.Event, ...]
    outcome: Literal["applied", "duplicate", "waiting", "test", "not_running"]


def receive(state: ShowState, known: OrderRecord | None, report: Report, now: int) -> Sale:
    """Settle a report of an order. The record remembers which show counts the order.

    Test orders of a shop are for rehearsals: a show on air keeps them and shows nothing.
    """
    settled = settle(known, report)
    record = settled.record
    if record == known:
        return Sale(record, (), "duplicate")
    if isinstance(report, Order):
        return _sold(state, record, report, settled.confirmed, now)
    if record.lines is None:
        return Sale(record, (), "waiting")
    if record.show != state.slug:
        return Sale(record, (), "test" if record.test else "not_running")
    return Sale(record, reversed_lines(record, settled.reversed, report.reason, now), "applied")


def _sold(state: ShowState, record: OrderRecord, order: Order, part: Part, now: int) -> Sale:
    if order.test and state.status != "rehearsal":
        return Sale(record, (), "test")
    facts = confirmed(state, order, part, now)
    if not facts:
        return Sale(record, (), "applied" if not part.lines else "not_running")
    test = order.test or state.status == "rehearsal"
    return Sale(replace(record, show=state.slug, test=test), facts, "applied")


def confirmed(state: ShowState, order: Order, part: Part, now: int) -> tuple[ev.Event, ...]:
    """The facts of a paid order, of which `part` still counts. None when the show is not on.

    In a rehearsal every purchase is a test: it empties the rehearsal's deals, not the shop.
    """
    if state.status not in SELLING or not part.lines:
        return ()
    test = order.test or state.status == "rehearsal"
    purchase = ev.PurchaseConfirmed(
        at=now,
        purchase=order.purchase,
        items=_sold_items(state, part.lines),
        name=decent_name(order.name),
        region=order.region if _crowd(state, now) >= SMALL_CROWD or test else None,
        occurred_at=min(order.occurred_at, now),
        test=test,
        amounts=part.amounts,
    )
    return (purchase, *_stock_facts(state, part.lines, now))


def reversed_lines(record: OrderRecord, part: Part, reason: str, now: int) -> tuple[ev.Event, ...]:
    """The fact of money given back. Stock is not raised: the shop reports that itself."""
    if not part:
        return ()
    return (
        ev.PurchaseReversed(
            at=now,
            purchase=record.purchase,
            items=tuple(
                ev.SoldItem(line.sku, line.title or line.sku, line.quantity) for line in part.lines
            ),
            complete=not record.remaining,
            reason=reason,
            test=record.test,
            amounts=part.amounts,
        ),
    )


def _stock_facts(state: ShowState, lines: tuple[OrderLine, ...], now: int) -> Iterator[ev.Event]:
    """Several lines may sell the same product, so each is decided on what the last one left."""
    for line in lines:
        for fact in _line_facts(state, line, now):
            state = evolve(state, fact)
            yield fact


def _line_facts(state: ShowState, line: OrderLine, now: int) -> tuple[ev.Event, ...]:
    facts = list(deals.sold(state, line.sku, line.quantity, now))
    item = state.bag.get(line.sku)
    if state.status == "rehearsal" or item is None or not item.product.stock:
        return tuple(facts)
    stock = max(0, item.product.stock - line.quantity)
    facts.append(ev.StockChanged(now, line.sku, stock))
    ended = any(isinstance(fact, ev.DealEnded) for fact in facts)
    if stock == 0 and not ended:
        facts.extend(deals.out_of_stock(state, line.sku, now))
    return tuple(facts)


def _sold_items(state: ShowState, lines: tuple[OrderLine, ...]) -> tuple[ev.SoldItem, ...]:
    return tuple(ev.SoldItem(line.sku, _title(state, line), line.quantity) for line in lines)


def _title(state: ShowState, line: OrderLine) -> str:
    item = state.bag.get(line.sku)
    return item.product.title if item is not None else line.title or line.sku


def _crowd(state: ShowState, now: int) -> int:
    return sum(1 for purchase in state.ticker if purchase.at > now - SMALL_CROWD_MS)
