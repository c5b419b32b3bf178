"""What is left of deals: locked, and written as shows start, end and sell them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeGuard

from sqlalchemy import Connection, bindparam, insert, select, update

from vetrina.domain.selling.reservation import DealId, DealLeft
from vetrina.domain.show.events import (
    DealAnnounced,
    DealEnded,
    DealStarted,
    DealStockChanged,
    Event,
)
from vetrina.domain.show.values import Deal
from vetrina.store.sql.chunks import bound
from vetrina.store.sql.selling_tables import deal_stocks

DealEvent = DealAnnounced | DealStarted | DealEnded | DealStockChanged
Rows = dict[DealId, DealLeft]

_DEALS: Final = (
    select(deal_stocks)
    .where(
        deal_stocks.c.show.in_(bindparam("shows", expanding=True)),
        deal_stocks.c.deal.in_(bindparam("deals", expanding=True)),
    )
    .order_by(deal_stocks.c.show, deal_stocks.c.deal)
    .with_for_update(key_share=True)
)
_SET: Final = (
    update(deal_stocks)
    .where(deal_stocks.c.show == bindparam("of"), deal_stocks.c.deal == bindparam("id"))
    .values(
        left=bindparam("rest"),
        per_viewer=bindparam("each"),
        ends_at=bindparam("end"),
        open=bindparam("is_open"),
    )
)


def lock_deals(ids: Iterable[DealId], connection: Connection) -> Rows:
    """Read and lock these deals. Two lists search the index where pairs would read it all."""
    ids = set(ids)
    if not ids:
        return {}
    wanted = {
        "shows": bound(sorted({id.show for id in ids})),
        "deals": bound(sorted({id.deal for id in ids})),
    }
    return {
        DealId(row.show, row.deal): DealLeft(row.left, row.per_viewer, row.ends_at, row.open)
        for row in connection.execute(_DEALS, wanted)
    }


def save_deals(rows: Mapping[DealId, DealLeft], connection: Connection) -> None:
    """Write these rows, which are there already."""
    if rows:
        ordered = sorted(rows.items(), key=lambda one: (one[0].show, one[0].deal))
        connection.execute(_SET, [_values(id, row) for id, row in ordered])


def is_of_deal(event: Event) -> TypeGuard[DealEvent]:
    """Whether it says something of what is left of a deal."""
    if isinstance(event, DealStockChanged):
        return event.cause == "sold"
    return isinstance(event, DealAnnounced | DealStarted | DealEnded)


def follow_events(events: Sequence[tuple[str, DealEvent]], connection: Connection) -> None:
    """What shows wrote of their deals, each with the show's slug."""
    of_deals = [(DealId(show, _deal_of(event)), event) for show, event in events]
    known = lock_deals((id for id, _ in of_deals), connection)
    rows, new = dict(known), {}
    for id, event in of_deals:
        if isinstance(event, DealAnnounced | DealStarted):
            if id not in rows:
                new[id] = event.deal.product.sku
            rows[id] = _offered(event.deal, rows.get(id))
        elif id in rows:
            _change(rows[id], event)
    save_deals({id: row for id, row in rows.items() if id not in new}, connection)
    if new:
        connection.execute(
            insert(deal_stocks), [_new_row(id, sku, rows[id]) for id, sku in new.items()]
        )


def start_missing(show: str, deals: Iterable[Deal], connection: Connection) -> None:
    """Deals that began before their rows were kept."""
    offered = {DealId(show, deal.id): deal for deal in deals}
    known = lock_deals(offered, connection)
    missing = {id: deal for id, deal in offered.items() if id not in known}
    if missing:
        connection.execute(
            insert(deal_stocks),
            [_new_row(id, deal.product.sku, _offered(deal, None)) for id, deal in missing.items()],
        )


def _offered(deal: Deal, known: DealLeft | None) -> DealLeft:
    """A deal that is told again while it runs was corrected: its pieces are counted on."""
    left = known.left if known is not None and known.open else deal.left
    return DealLeft(left, deal.per_viewer, deal.ends_at, open=deal.status == "running")


def _change(row: DealLeft, event: DealEvent) -> None:
    if isinstance(event, DealEnded):
        row.open = False
    elif isinstance(event, DealStockChanged) and row.left is not None:
        row.left = max(0, row.left - event.pieces)


def _deal_of(event: DealEvent) -> str:
    if isinstance(event, DealAnnounced | DealStarted):
        return event.deal.id
    return event.deal


def _values(id: DealId, row: DealLeft) -> dict[str, Any]:
    return {
        "of": id.show,
        "id": id.deal,
        "rest": row.left,
        "each": row.per_viewer,
        "end": row.ends_at,
        "is_open": row.open,
    }


def _new_row(id: DealId, sku: str, row: DealLeft) -> dict[str, Any]:
    return {
        "show": id.show,
        "deal": id.deal,
        "sku": sku,
        "left": row.left,
        "per_viewer": row.per_viewer,
        "ends_at": row.ends_at,
        "open": row.open,
    }
