"""Group commit of appends and receipts: read what a group is about, plan it, write it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    Connection,
    Executable,
    Row,
    Table,
    bindparam,
    insert,
    select,
    update,
)

from vetrina.domain.show.events import Position, ShowEdited
from vetrina.store.errors import StoreError
from vetrina.store.ports.inbox import Receipt
from vetrina.store.ports.shows import Append, Appended, Standing
from vetrina.store.sql import deal_rows, stock_rows
from vetrina.store.sql.answers import answered_keys, insert_answers
from vetrina.store.sql.append_plan import AppendPlan, Entry, Pair, looked_up, requests_of
from vetrina.store.sql.batching import Outcome
from vetrina.store.sql.chunks import bound, slices
from vetrina.store.sql.event_log import read_events
from vetrina.store.sql.prices import note_deals
from vetrina.store.sql.shop_orders import list_shop_orders
from vetrina.store.sql.states import write_state
from vetrina.store.sql.tables import events, orders, receipts, shows

# Taking in so many takes some hundredths of a second, while everybody else waits.
AGAIN_MOST = 1_000
EDITED = ("title", "currency", "host_name", "host_url", "starts_at", "archived_at")

# Locked rows make other processes wait where the database knows such locks; shows before orders,
# each in the order of their names, so that nobody waits in a circle. NO KEY: rows that only refer
# to a show, such as a new key, need not wait. SQLite has one writer at a time and leaves it out.
_HEADS = (
    select(shows.c.slug, shows.c.epoch, shows.c.seq)
    .where(shows.c.slug.in_(bindparam("slugs", expanding=True)))
    .order_by(shows.c.slug)
    .with_for_update(key_share=True)
)
_GROW = update(shows).where(shows.c.slug == bindparam("show")).values(seq=bindparam("head"))
STAND = (
    update(shows)
    .where(shows.c.slug == bindparam("show"))
    .values(status=bindparam("now"), due_at=bindparam("due"))
)
_EDIT = (
    update(shows)
    .where(shows.c.slug == bindparam("show"))
    .values({name: bindparam(f"new_{name}") for name in EDITED})
)
_ORDER = (
    update(orders)
    .where(
        orders.c.connection == bindparam("of_connection"),
        orders.c.purchase == bindparam("of_purchase"),
    )
    .values(version=bindparam("version"), data=bindparam("data"))
)
_INSERT = {table: insert(table) for table in (events, receipts, orders)}
DELIVERIES = select(receipts.c.connection, receipts.c.delivery).where(
    receipts.c.connection.in_(bindparam("connections", expanding=True)),
    receipts.c.delivery.in_(bindparam("ids", expanding=True)),
)
_VERSIONS = (
    select(orders.c.connection, orders.c.purchase, orders.c.version)
    .where(
        orders.c.connection.in_(bindparam("connections", expanding=True)),
        orders.c.purchase.in_(bindparam("ids", expanding=True)),
    )
    .order_by(orders.c.connection, orders.c.purchase)
    .with_for_update(key_share=True)
)


def write_entries(connection: Connection, entries: Sequence[Entry]) -> list[Outcome[Any]]:
    """Write a group of entries: each whole, or not at all and its exception in its place."""
    heads = _heads(connection, entries)
    given = [_decided_again(connection, heads, entry) for entry in entries]
    plan = _load(connection, heads, given)
    outcomes = [_add(plan, entry) for entry in given]
    _save(connection, plan)
    return outcomes


def _heads(connection: Connection, entries: Sequence[Entry]) -> dict[str, Position]:
    slugs = {entry.show for entry in entries if isinstance(entry, Append)}
    rows = connection.execute(_HEADS, {"slugs": bound(sorted(slugs))}) if slugs else ()
    return {slug: Position(epoch, seq) for slug, epoch, seq in rows}


def _decided_again(
    connection: Connection, heads: dict[str, Position], entry: Entry
) -> Entry | Exception:
    """Where others wrote first, and can be caught up with: their rows are locked out by now."""
    if not isinstance(entry, Append) or entry.again is None or entry.after is None:
        return entry
    head = heads.get(entry.show)
    if head is None or not 0 < head.seq - entry.after <= AGAIN_MOST:
        return entry
    missed = read_events(entry.show, entry.after, None, connection)
    try:
        return entry.again(missed)
    except Exception as error:  # noqa: BLE001 - handed to the caller whose decision raised it
        return error


def _add(plan: AppendPlan, entry: Entry | Exception) -> Outcome[Appended | None]:
    if isinstance(entry, Exception):
        return entry
    try:
        return plan.add(entry)
    except (StoreError, LookupError) as error:
        return error


def _load(
    connection: Connection,
    heads: dict[str, Position],
    entries: Sequence[Entry | Exception],
) -> AppendPlan:
    good = [entry for entry in entries if not isinstance(entry, Exception)]
    deliveries, purchases = looked_up(good)
    versions = by_pairs(connection, _VERSIONS, purchases)
    known = by_pairs(connection, DELIVERIES, deliveries)
    return AppendPlan(
        heads=dict(heads),
        versions={(row.connection, row.purchase): row.version for row in versions},
        deliveries={(row.connection, row.delivery) for row in known},
        answered=answered_keys(connection, requests_of(good)),
    )


def by_pairs(
    connection: Connection, statement: Executable, pairs: Iterable[Pair]
) -> Iterator[Row[Any]]:
    """Rows by connection and id. What is found too much, an id of another connection, is harmless.

    Two lists search the index where a list of pairs would read the whole table.
    """
    pairs = set(pairs)
    sources, ids = sorted({source for source, _ in pairs}), sorted({id for _, id in pairs})
    for some in slices(ids):
        yield from connection.execute(statement, {"connections": bound(sources), "ids": some})


def _save(connection: Connection, plan: AppendPlan) -> None:
    _insert(connection, events, plan.events)
    _insert(connection, receipts, [_receipt_row(receipt) for receipt in plan.receipts])
    _insert(connection, orders, list(plan.new_orders.values()))
    note_deals([deal.offered() for deal in plan.past_deals], connection)
    insert_answers(connection, plan.answers.values())
    if plan.orders:
        connection.execute(_ORDER, [_keyed(row) for row in plan.orders.values()])
    list_shop_orders(plan.records, plan.new_orders, connection)
    stock_rows.follow_events(plan.stocks, connection)
    if plan.of_deals:
        deal_rows.follow_events(plan.of_deals, connection)
    if plan.grown:
        grown = sorted(plan.grown)
        connection.execute(_GROW, [{"show": s, "head": plan.heads[s].seq} for s in grown])
    if plan.standings:
        stood = sorted(plan.standings.items(), key=itemgetter(0))
        connection.execute(STAND, [standing_row(show, standing) for show, standing in stood])
    if plan.edits:
        edits = sorted(plan.edits.items(), key=itemgetter(0))
        connection.execute(_EDIT, [_edited_row(show, edited) for show, edited in edits])
    for show, state in sorted(plan.states.items(), key=itemgetter(0)):
        write_state(connection, show, state)


def _edited_row(show: str, edited: ShowEdited) -> dict[str, Any]:
    host = edited.host
    return {
        "show": show,
        "new_title": edited.title,
        "new_currency": edited.currency,
        "new_host_name": host.name if host else None,
        "new_host_url": host.url if host else None,
        "new_starts_at": edited.starts_at,
        "new_archived_at": edited.at if edited.archived else None,
    }


def standing_row(show: str, standing: Standing) -> dict[str, Any]:
    """The values of `STAND`."""
    return {"show": show, "now": standing.status, "due": standing.due_at}


def _keyed(row: dict[str, Any]) -> dict[str, Any]:
    return {"of_connection": row["connection"], "of_purchase": row["purchase"], **row}


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(_INSERT[table], rows)


def _receipt_row(receipt: Receipt) -> dict[str, Any]:
    return {
        "connection": receipt.connection,
        "delivery": receipt.delivery,
        "received_at": receipt.received_at,
        "outcome": receipt.outcome,
        "body": receipt.body,
    }
