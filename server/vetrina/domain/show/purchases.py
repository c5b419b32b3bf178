"""What a settled order does to a show: the purchase itself, then stock and deals."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from vetrina.domain.buyer_names import decent_name
from vetrina.domain.catalogue.fields import TITLE_CHARS, shortened
from vetrina.domain.catalogue.product import Product
from vetrina.domain.selling.order import Order, OrderLine, Report, Reversal
from vetrina.domain.selling.order_record import OrderRecord
from vetrina.domain.selling.settlement import Part, Settled, settle
from vetrina.domain.show import deals
from vetrina.domain.show import events as ev
from vetrina.domain.show.state import ON_AIR, ShowState, evolve

SELLING = ("rehearsal", "live", "paused")
# Name, thing and place together can tell who somebody is; in a small audience the place stays out.
SMALL_CROWD = 5
SMALL_CROWD_MS = 600_000

SaleOutcome = Literal[
    "applied", "duplicate", "waiting", "test", "not_running", "before_show", "no_goods"
]


@dataclass(frozen=True, slots=True)
class Sale:
    """What one report came to: the order's new record and the facts for the show."""

    record: OrderRecord
    facts: tuple[ev.Event, ...]
    outcome: SaleOutcome


def receive(state: ShowState, known: OrderRecord | None, report: Report, now: int) -> Sale:
    """Settle a report of an order. The record remembers which show counts the order.

    An order is decided on once, when it is first reported: what is kept then is not counted later.
    """
    settled = settle(known, report)
    record = settled.record
    if record == known:
        return Sale(record, (), "duplicate")
    if record.lines is None:
        return Sale(record, (), "waiting")
    if record.show == state.slug:
        return Sale(record, _changed(state, settled, report, now), "applied")
    first = known is None or known.lines is None or (known.late and not record.late)
    if not first or record.show is not None or not isinstance(report, Order):
        return Sale(record, (), _not_counted(state, record) or "not_running")
    return _sold(state, known, settled, report, now)


def _not_counted(state: ShowState, record: OrderRecord) -> SaleOutcome | None:
    """Why the show does not count an order, None when it does.

    Test orders of a shop are for rehearsals: a show on air keeps them and says nothing. What was
    paid before the show began is none of its sales; providers tell whole seconds, so the second in
    which it began counts.
    """
    if record.test and state.status != "rehearsal":
        return "test"
    if state.status not in SELLING:
        return "not_running"
    began_s = (state.started_at or 0) // 1000
    if state.status in ON_AIR and (record.late or record.paid_at // 1000 < began_s):
        return "before_show"
    return None if record.lines else "no_goods"


def _sold(
    state: ShowState, known: OrderRecord | None, settled: Settled, order: Order, now: int
) -> Sale:
    """An order that is told for the first time."""
    record, part = settled.record, Part.standing(settled.rest)
    outcome = _not_counted(state, record)
    if outcome is not None:
        return Sale(record, (), outcome)
    test = record.test or state.status == "rehearsal"
    record = replace(record, show=state.slug, test=test)
    if not part:
        return Sale(record, (), "applied")
    came_back = known is not None and (known.void or known.over_as_of is not None)
    if order.renewal or came_back or not part.lines:
        return Sale(record, _added(state, record, part, order, now), "applied")
    return Sale(record, confirmed(state, order, part, now), "applied")


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
        items=_sold_items(part.lines, state),
        name=decent_name(order.name),
        region=order.region if _crowd(state, now) >= SMALL_CROWD or test else None,
        occurred_at=min(order.occurred_at, now),
        test=test,
        amounts=part.amounts,
    )
    if order.reserved:
        return (purchase,)
    bought_at = order.occurred_at if order.bought_at is None else order.bought_at
    return (purchase, *_stock_facts(state, part.lines, bought_at, now))


def _changed(state: ShowState, settled: Settled, report: Report, now: int) -> tuple[ev.Event, ...]:
    """What a later word of a counted order does: pieces leave or come, nobody is told."""
    record = settled.record
    reason = report.reason if isinstance(report, Reversal) else "changed"
    facts = reversed_lines(record, settled.reversed, reason, now)
    if settled.added:
        facts += _added(state, record, settled.added, report, now)
    return facts


def _added(
    state: ShowState, record: OrderRecord, part: Part, report: Report, now: int
) -> tuple[ev.Event, ...]:
    """Counted without a word: what came back, was added later, or is the renewal of a subscription.

    Stock falls for new orders and pieces alone, since it was not raised when others went.
    """
    added = ev.PurchaseAdded(
        at=now,
        purchase=record.purchase,
        items=_sold_items(part.lines, state),
        complete=part.complete,
        test=record.test,
        amounts=part.amounts,
    )
    if isinstance(report, Order) and report.reserved:
        return (added,)
    return (added, *_stock_facts(state, part.new_lines, _decided_at(report), now))


def reversed_lines(record: OrderRecord, part: Part, reason: str, now: int) -> tuple[ev.Event, ...]:
    """The fact of money given back. Stock is not raised: the shop reports that itself."""
    if not part:
        return ()
    return (
        ev.PurchaseReversed(
            at=now,
            purchase=record.purchase,
            items=_sold_items(part.lines),
            complete=part.complete,
            reason=reason,
            test=record.test,
            amounts=part.amounts,
        ),
    )


def _decided_at(report: Report) -> int:
    """When pieces were added that a report tells of; renewals were decided on long ago."""
    if isinstance(report, Order):
        return 0 if report.renewal else report.as_of or report.occurred_at
    return 0


def _stock_facts(
    state: ShowState, lines: tuple[OrderLine, ...], bought_at: int, now: int
) -> Iterator[ev.Event]:
    """Several lines may sell the same product, so each is decided on what the last one left."""
    for line in lines:
        for fact in _line_facts(state, line, bought_at, now):
            state = evolve(state, fact)
            yield fact


def _line_facts(
    state: ShowState, line: OrderLine, bought_at: int, now: int
) -> tuple[ev.Event, ...]:
    facts = list(deals.sold(state, line.sku, line.quantity, bought_at, now))
    item = state.item_of(line.sku)
    if state.status == "rehearsal" or item is None:
        return tuple(facts)
    fact = _less(item.product, line, now)
    if fact is None:
        return tuple(facts)
    facts.append(fact)
    ended = any(isinstance(fact, ev.DealEnded) for fact in facts)
    if fact.quantity == 0 and not ended:
        facts.extend(deals.out_of_stock(state, line.sku, now))
    return tuple(facts)


def _less(product: Product, line: OrderLine, now: int) -> ev.StockChanged | None:
    """What is left after a sale. Where variants are counted, only a line that names one counts.

    Also where the show knows of nothing that is left: the store may know more by now.
    """
    bought = product.variant(line.sku) or product
    if bought.stock is None or (product.variants and bought is product):
        return None
    left = max(0, bought.stock - line.quantity)
    after = product.with_stock(line.sku, left)
    variant, rest = (line.sku, left) if product.variants else (None, None)
    return ev.StockChanged(
        now, product.sku, after.stock, variant, rest, cause="sold", pieces=line.quantity
    )


def _sold_items(
    lines: tuple[OrderLine, ...], state: ShowState | None = None
) -> tuple[ev.SoldItem, ...]:
    """The parts of a bundle are told as the bundle; where that is no line itself, as one item."""
    names = {line.name for line in lines}
    told: dict[str | int, list[OrderLine]] = {}
    for n, line in enumerate(lines):
        if line.parent not in names:
            told.setdefault(line.parent or n, []).append(line)
    return tuple(_sold_item(parts, state) for parts in told.values())


def _sold_item(parts: list[OrderLine], state: ShowState | None) -> ev.SoldItem:
    found = [state.item_of(line.sku) if state else None for line in parts]
    titles = [
        item.product.named(line.sku) if item else line.title or line.sku
        for line, item in zip(parts, found, strict=True)
    ]
    quantity = math.gcd(*(line.quantity for line in parts))
    sku = found[0].product.sku if found[0] else parts[0].sku
    variant = parts[0].sku if sku != parts[0].sku else None
    return ev.SoldItem(sku, shortened(" + ".join(titles), TITLE_CHARS), quantity, variant)


def _crowd(state: ShowState, now: int) -> int:
    return sum(1 for purchase in state.ticker if purchase.at > now - SMALL_CROWD_MS)
