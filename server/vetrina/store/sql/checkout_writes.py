"""Group commit of reservations and of what becomes of orders: all rows are read and locked once,
each is decided in its turn, and the sums are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from vetrina.domain.errors import Refused
from vetrina.domain.selling import reserving
from vetrina.domain.selling.order_facts import (
    GivenBack,
    OrderFact,
    Paid,
    PaymentStarted,
    SessionAsked,
    SessionMade,
)
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.domain.selling.reservation import Claim, Part
from vetrina.store.errors import Conflict
from vetrina.store.ports.checkouts import NewCheckout, OrderChange
from vetrina.store.sql.batching import Outcome
from vetrina.store.sql.chunks import slices
from vetrina.store.sql.order_numbers import give_numbers
from vetrina.store.sql.order_rows import (
    KeptOrder,
    Values,
    changing_values,
    checkout_row,
    fact_rows,
    held_rows,
    kept_orders,
    use_row,
)
from vetrina.store.sql.reserving import Locked, lock
from vetrina.store.sql.selling_tables import checkouts, order_facts, reservations, voucher_uses

Sale = NewCheckout | OrderChange
_ORDERS: Final = (
    select(checkouts)
    .where(checkouts.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(checkouts.c.id)
    .with_for_update(key_share=True)
)
_CHANGING: Final = (
    "version",
    "order_axis",
    "money_axis",
    "dispute_axis",
    "fulfilment_axis",
    "number",
    "session",
    "payment",
    "expires_at",
    "placed_at",
    "untold_since",
    "unsent_since",
    "pending_since",
)
_CHANGE: Final = (
    update(checkouts)
    .where(checkouts.c.id == bindparam("of"))
    .values({name: bindparam(f"new_{name}") for name in _CHANGING})
)
_GONE: Final = tuple(
    delete(table).where(table.c.checkout == bindparam("of"))
    for table in (reservations, voucher_uses)
)
_SOLD: Final = tuple(
    update(table)
    .where(table.c.checkout == bindparam("of"))
    .values(sold=True, payer=bindparam("by"))
    for table in (reservations, voucher_uses)
)


@dataclass(slots=True)
class _Plan:
    """What a group comes to, until it is written."""

    locked: Locked
    known: dict[str, KeptOrder]
    new: dict[str, KeptOrder] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    placed: list[str] = field(default_factory=list)
    """Those that have no number yet, in the order in which they were placed."""
    facts: list[Values] = field(default_factory=list)
    released: set[str] = field(default_factory=set)
    sold: dict[str, str | None] = field(default_factory=dict)
    held: dict[str, list[Values]] = field(default_factory=dict)
    uses: dict[str, Values] = field(default_factory=dict)


def write_sales(connection: Connection, sales: Sequence[Sale]) -> list[Outcome[OwnOrder]]:
    """Write a group: each whole, or not at all and its exception in its place."""
    plan = _load(connection, sales)
    outcomes: list[KeptOrder | Exception] = [_one(plan, sale) for sale in sales]
    _save(connection, plan)
    return [one if isinstance(one, Exception) else one.order for one in outcomes]


def _load(connection: Connection, sales: Sequence[Sale]) -> _Plan:
    ids: set[str] = set()
    for sale in sales:
        if isinstance(sale, OrderChange):
            ids.add(sale.id)
        elif sale.replaces is not None:
            ids.add(sale.replaces)
    rows = [
        row for some in slices(sorted(ids)) for row in connection.execute(_ORDERS, {"ids": some})
    ]
    known = kept_orders(rows, connection)
    claims = [claim for kept in known.values() for claim in kept.held]
    for sale in sales:
        if isinstance(sale, NewCheckout):
            claims.append(sale.claim)
        elif sale.id in known and sale.stock in ("take_again", "restock"):
            claims.append(_claim(known[sale.id]))
    changes = [sale for sale in sales if isinstance(sale, OrderChange)]
    payers = [by for sale in changes if (by := _payer(sale.facts)) is not None]
    return _Plan(lock(claims, payers, connection), known)


def _claim(kept: KeptOrder) -> Claim:
    return reserving.claim_of(kept.order.checkout, kept.buyer)


def _one(plan: _Plan, sale: Sale) -> KeptOrder | Exception:
    try:
        return _reserve(plan, sale) if isinstance(sale, NewCheckout) else _change(plan, sale)
    except (Refused, Conflict, LookupError) as error:
        return error


def _reserve(plan: _Plan, new: NewCheckout) -> KeptOrder:
    available, now = plan.locked.available, new.checkout.created_at
    replaced = _replaceable(plan, new)
    for claim in replaced.held if replaced else ():
        reserving.release(available, claim)
    try:
        reserving.reserve(available, new.claim, now)
    except Refused:
        for claim in replaced.held if replaced else ():
            reserving.take_back(available, claim)
        raise
    if replaced is not None:
        _add(plan, replaced, [GivenBack(at=now)])
        _release(plan, replaced)
    order = OwnOrder(checkout=new.checkout, expires_at=new.expires_at)
    kept = KeptOrder(order, new.token, new.claim.buyer, new.expires_at)
    plan.new[new.checkout.id] = kept
    _hold(plan, kept, new.claim)
    return kept


def _replaceable(plan: _Plan, new: NewCheckout) -> KeptOrder | None:
    """The buyer's own checkout that makes room: nobody can have begun to pay it."""
    old = plan.known.get(new.replaces) if new.replaces is not None else None
    if old is None or old.buyer != new.claim.buyer or _has_page(old.order):
        return None
    return old if old.order.standing.order == "open" else None


def _has_page(order: OwnOrder) -> bool:
    return any(isinstance(one, SessionAsked | SessionMade) for one in order.facts)


def _change(plan: _Plan, change: OrderChange) -> KeptOrder:
    kept = plan.known.get(change.id)
    if kept is None:
        raise LookupError(f"There is no order {change.id!r}.")
    if kept.order.version != change.version:
        raise Conflict(
            f"The order {change.id} is at {kept.order.version}, not at {change.version}. "
            "Read it again and decide again."
        )
    if change.stock == "sell" and kept.order.standing.order == "cancelled":
        raise Conflict(f"What {change.id} held was given back: it is to be taken again.")
    payer = _payer(change.facts) if change.stock in ("sell", "take_again") else None
    if change.stock == "take_again" and not kept.held:
        _take_again(plan, _claim(kept), payer)
        _hold(plan, kept, _claim(kept))
    elif payer is not None:
        reserving.sell_to(plan.locked.available, kept.held, payer)
    elif change.stock == "release":
        for claim in kept.held:
            reserving.release(plan.locked.available, claim)
    elif change.stock == "restock":
        reserving.release(plan.locked.available, _restocked(kept, change))
    _add(plan, kept, change.facts)
    if change.stock == "release":
        _release(plan, kept)
    elif change.stock in ("sell", "take_again"):
        _sell(plan, kept)
    elif any(isinstance(one, PaymentStarted) for one in change.facts):
        kept.expires_at = None
    elif change.expires_at is not None and kept.expires_at is not None:
        kept.expires_at = change.expires_at
        kept.order = replace(kept.order, expires_at=change.expires_at)
    return kept


def _take_again(plan: _Plan, claim: Claim, payer: str | None) -> None:
    reserving.take_again(plan.locked.available, claim)
    try:
        if payer is not None:
            reserving.sell_to(plan.locked.available, [claim], payer)
    except Refused:
        reserving.release(plan.locked.available, claim)
        raise


def _payer(facts: Sequence[OrderFact]) -> str | None:
    """Who paid; None where the provider names nobody."""
    payers = [one.payer for one in facts if isinstance(one, Paid)]
    return payers[-1] if payers else None


def _restocked(kept: KeptOrder, change: OrderChange) -> Claim:
    """The pieces that come back; those that were never counted do not."""
    counted = {
        part.sku: part.product for claim in kept.held if claim.stocked for part in claim.parts
    }
    parts = tuple(
        Part(sku, counted[sku], pieces) for sku, pieces in change.restocked if sku in counted
    )
    return Claim(kept.buyer, parts)


def _add(plan: _Plan, kept: KeptOrder, facts: Sequence[Any]) -> None:
    order = kept.order
    plan.facts.extend(fact_rows(order.checkout.id, order.version, facts))
    kept.order = replace(order, facts=(*order.facts, *facts))
    plan.changed.add(order.checkout.id)
    if kept.placed_at is None and kept.order.is_listed:
        kept.placed_at = facts[-1].at
        kept.order = replace(kept.order, placed_at=kept.placed_at)
        plan.placed.append(order.checkout.id)


def _release(plan: _Plan, kept: KeptOrder) -> None:
    kept.held, kept.sold, kept.expires_at = (), False, None
    plan.released.add(kept.order.checkout.id)


def _sell(plan: _Plan, kept: KeptOrder) -> None:
    kept.sold, kept.expires_at = True, None
    plan.sold[kept.order.checkout.id] = _payer(kept.order.facts)


def _hold(plan: _Plan, kept: KeptOrder, claim: Claim) -> None:
    id = kept.order.checkout.id
    plan.held[id] = held_rows(id, claim, plan.locked.available.stocks)
    if claim.voucher is not None:
        plan.uses[id] = use_row(id, claim.voucher, claim.buyer)


def _save(connection: Connection, plan: _Plan) -> None:
    plan.locked.save(connection)
    orders = plan.known | plan.new
    give_numbers([orders[id] for id in plan.placed], connection)
    _insert(connection, checkouts, [checkout_row(kept) for kept in plan.new.values()])
    if plan.changed:
        changed = [_changed_row(id, plan.known[id]) for id in sorted(plan.changed)]
        connection.execute(_CHANGE, changed)
    _insert(connection, order_facts, plan.facts)
    if plan.released:
        for gone in _GONE:
            connection.execute(gone, [{"of": id} for id in sorted(plan.released)])
    _insert(connection, reservations, [row for rows in plan.held.values() for row in rows])
    _insert(connection, voucher_uses, list(plan.uses.values()))
    if plan.sold:
        for sold in _SOLD:
            rows = [{"of": id, "by": plan.sold[id]} for id in sorted(plan.sold)]
            connection.execute(sold, rows)


def _changed_row(id: str, kept: KeptOrder) -> Values:
    values = changing_values(kept)
    return {"of": id, **{f"new_{name}": values[name] for name in _CHANGING}}


def _insert(connection: Connection, table: Any, rows: Sequence[Values]) -> None:
    if rows:
        connection.execute(insert(table), rows)
