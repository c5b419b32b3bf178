"""Shop orders port in SQL: a row for each order of a shop, kept with every change of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, Select, bindparam, delete, insert, select, tuple_

from vetrina.domain.catalogue.matching import folded
from vetrina.domain.selling.order_listing import is_listed, money_of, search_text
from vetrina.domain.selling.order_record import OrderRecord
from vetrina.domain.selling.own_order import MoneyAxis
from vetrina.store.ports.checkouts import OrderPlace, WantedOrders
from vetrina.store.ports.shop_orders import ShopOrder
from vetrina.store.sql.repository import Repository
from vetrina.store.sql.selling_tables import shop_orders
from vetrina.store.sql.tables import orders

OWN: Final = "own"
"""The connection by which orders of ours reach their show: they stand in the list already."""
_RECORD: Final = TypeAdapter(OrderRecord)
_MONEY: Final = get_args(MoneyAxis)
_GONE: Final = delete(shop_orders).where(shop_orders.c.id == bindparam("of"))
_ALL: Final = select(
    shop_orders.c.id, shop_orders.c.connection, shop_orders.c.at, orders.c.data
).join_from(
    shop_orders,
    orders,
    (orders.c.connection == shop_orders.c.connection)
    & (orders.c.purchase == shop_orders.c.purchase),
)
_LAST: Final = (shop_orders.c.at.desc(), shop_orders.c.id.desc())
_ONE: Final = _ALL.where(shop_orders.c.id == bindparam("id"))


def shop_order_id(connection: str, purchase: str) -> str:
    """The name of a shop's order in our addresses."""
    return f"{connection}.{purchase}"


def list_shop_orders(
    records: Mapping[tuple[str, str], OrderRecord],
    new: Mapping[tuple[str, str], Any],
    connection: Connection,
) -> None:
    """List these orders as they stand now. `new` are those that were never written before."""
    listed = {pair: record for pair, record in records.items() if pair[0] != OWN}
    known = [{"of": shop_order_id(*pair)} for pair in sorted(listed) if pair not in new]
    rows = [_row_of(source, listed[source, id]) for source, id in sorted(listed)]
    if known:
        connection.execute(_GONE, known)
    if rows := [row for row in rows if row is not None]:
        connection.execute(insert(shop_orders), rows)


def _row_of(source: str, record: OrderRecord) -> dict[str, Any] | None:
    if not is_listed(record):
        return None
    return {
        "id": shop_order_id(source, record.purchase),
        "connection": source,
        "purchase": record.purchase,
        "at": record.paid_at,
        "show": record.show,
        "money": money_of(record),
        "search": search_text(record),
    }


class SqlShopOrders(Repository):
    """The port `ShopOrderStore`."""

    async def shop_orders(
        self, wanted: WantedOrders, after: OrderPlace | None = None, limit: int = 50
    ) -> Sequence[ShopOrder]:
        places = _places(wanted, after)
        if places is None:
            return []
        page = places.limit(limit).subquery()
        rows = await self._rows(_ALL.join(page, page.c.id == shop_orders.c.id).order_by(*_LAST))
        return [_of(row) for row in rows]

    async def shop_order(self, id: str) -> ShopOrder | None:
        row = await self._row(_ONE, id=id)
        return None if row is None else _of(row)


def _places(wanted: WantedOrders, after: OrderPlace | None) -> Select[Any] | None:
    """The ids, found in an index alone; None where no shop's order can be among those."""
    columns = shop_orders.c
    if wanted.market is not None or wanted.status not in (None, "placed", *_MONEY):
        return None
    statement = select(columns.id).order_by(*_LAST)
    if wanted.status in _MONEY:
        statement = statement.where(columns.money == wanted.status)
    if wanted.show is not None:
        statement = statement.where(columns.show == wanted.show)
    if wanted.since is not None:
        statement = statement.where(columns.at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(columns.at < wanted.until)
    if wanted.text is not None:
        text = folded(wanted.text)
        statement = statement.where(columns.search.contains(text, autoescape=True))
    if after is not None:
        statement = statement.where(tuple_(columns.at, columns.id) < (after.placed_at, after.id))
    return statement


def _of(row: Row[Any]) -> ShopOrder:
    return ShopOrder(row.id, row.connection, _RECORD.validate_json(row.data))
