"""Pages of orders of ours: their places are found along an index, then the rows are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, select, tuple_

from vetrina.domain.catalogue.matching import folded
from vetrina.store.ports.checkouts import OrderPlace, WantedOrders
from vetrina.store.sql.chunks import bound
from vetrina.store.sql.selling_tables import checkouts

# A word says which axis it is of; `open` is what is to be shipped, `disputed` an open dispute.
_AXES: Final = {
    **dict.fromkeys(("placed", "closed", "cancelled"), "order_axis"),
    **dict.fromkeys(("awaiting", "paid", "partly_refunded", "refunded"), "money_axis"),
    **dict.fromkeys(("disputed", "won", "lost"), "dispute_axis"),
    **dict.fromkeys(
        ("open", "partly_shipped", "shipped", "delivered", "returned"), "fulfilment_axis"
    ),
}
_PLACED: Final = checkouts.c.placed_at.is_not(None)
_PLACE: Final = tuple_(checkouts.c.placed_at, checkouts.c.id)
_ROWS: Final = (
    select(checkouts)
    .where(checkouts.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(checkouts.c.placed_at.desc(), checkouts.c.id.desc())
)


def order_page(
    wanted: WantedOrders, after: OrderPlace | None, limit: int, connection: Connection
) -> Sequence[Row[Any]]:
    """At most so many rows, the last placed first."""
    found = {row.id: row.placed_at for row in connection.execute(_by_text(wanted, after, limit))}
    if (numbered := _by_number(wanted, after)) is not None:
        found.update((row.id, row.placed_at) for row in connection.execute(numbered))
    places = sorted(((at, id) for id, at in found.items()), reverse=True)[:limit]
    ids = [id for _, id in places]
    return connection.execute(_ROWS, {"ids": bound(ids)}).all() if ids else ()


def _by_text(wanted: WantedOrders, after: OrderPlace | None, limit: int) -> Select[Any]:
    statement = _filtered(wanted, after).limit(limit)
    if wanted.text is None:
        return statement
    return statement.where(checkouts.c.search.contains(folded(wanted.text), autoescape=True))


def _by_number(wanted: WantedOrders, after: OrderPlace | None) -> Select[Any] | None:
    """Apart from the words, so that these are looked for in the index alone."""
    number = (wanted.text or "").strip().removeprefix("#")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    return _filtered(wanted, after).where(checkouts.c.number == int(number))


def _filtered(wanted: WantedOrders, after: OrderPlace | None) -> Select[Any]:
    statement = select(checkouts.c.placed_at, checkouts.c.id).where(_PLACED, *_where(wanted))
    if after is not None:
        statement = statement.where((after.placed_at, after.id) > _PLACE)
    return statement.order_by(checkouts.c.placed_at.desc(), checkouts.c.id.desc())


def _where(wanted: WantedOrders) -> Iterator[ColumnElement[bool]]:
    for name in ("show", "market"):
        value = getattr(wanted, name)
        if value is not None:
            yield checkouts.c[name] == value
    if wanted.status is not None:
        axis = _AXES.get(wanted.status, "order_axis")
        yield checkouts.c[axis] == ("open" if wanted.status == "disputed" else wanted.status)
        if wanted.status == "open":
            yield checkouts.c.order_axis == "placed"
    if wanted.since is not None:
        yield checkouts.c.placed_at >= wanted.since
    if wanted.until is not None:
        yield checkouts.c.placed_at < wanted.until
