"""Checkout port in SQL: reservations, and the orders that come of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Executable,
    bindparam,
    select,
)

from vetrina.domain.selling.own_order import OwnOrder
from vetrina.domain.selling.reservation import DealId, StockCount
from vetrina.domain.show.values import Deal
from vetrina.store.ports.checkouts import (
    NewCheckout,
    OrderChange,
    OrderPage,
    OrderPlace,
    WantedOrders,
)
from vetrina.store.sql.checkout_writes import write_sales
from vetrina.store.sql.deal_rows import start_missing
from vetrina.store.sql.order_rows import orders_of
from vetrina.store.sql.own_order_pages import order_page
from vetrina.store.sql.repository import Repository
from vetrina.store.sql.selling_tables import checkouts
from vetrina.store.sql.stock_counts import count_stock

_BY: Final = {
    name: select(checkouts).where(checkouts.c[name] == bindparam("value")).limit(1)
    for name in ("id", "token", "session", "payment")
}
_OPEN_OF: Final = (
    select(checkouts)
    .where(
        checkouts.c.buyer == bindparam("buyer"),
        checkouts.c.order_axis == "open",
        checkouts.c.expires_at.is_not(None),
    )
    .order_by(checkouts.c.created_at.desc(), checkouts.c.id.desc())
    .limit(1)
)
_DUE: Final = (
    select(checkouts)
    .where(checkouts.c.expires_at <= bindparam("now"))
    .order_by(checkouts.c.expires_at)
    .limit(bindparam("most"))
)
_UNTOLD: Final = (
    select(checkouts)
    .where(checkouts.c.untold_since.is_not(None))
    .order_by(checkouts.c.untold_since)
    .limit(bindparam("most"))
)
_UNSENT: Final = (
    select(checkouts)
    .where(checkouts.c.unsent_since.is_not(None))
    .order_by(checkouts.c.unsent_since)
    .limit(bindparam("most"))
)
_PENDING: Final = (
    select(checkouts)
    .where(checkouts.c.pending_since.is_not(None))
    .order_by(checkouts.c.pending_since)
    .limit(bindparam("most"))
)


class SqlCheckouts(Repository):
    """The port `CheckoutStore`."""

    _rushed = staticmethod(write_sales)

    async def reserve(self, new: NewCheckout) -> OwnOrder:
        return await self._write(write_sales, new)

    async def change_order(self, change: OrderChange) -> OwnOrder:
        return await self._write(write_sales, change)

    async def own_order(self, id: str) -> OwnOrder | None:
        return await self._order("id", id)

    async def order_of_token(self, token: str) -> OwnOrder | None:
        return await self._order("token", token)

    async def order_of_session(self, session: str) -> OwnOrder | None:
        return await self._order("session", session)

    async def order_of_payment(self, payment: str) -> OwnOrder | None:
        return await self._order("payment", payment)

    async def open_checkout_of(self, buyer: str) -> OwnOrder | None:
        return await self._look_up(_first_orders, (_OPEN_OF, {"buyer": buyer}))

    async def due_checkouts(self, now: int, limit: int = 100) -> list[OwnOrder]:
        return await self._database.read(partial(_orders, _DUE, {"now": now, "most": limit}))

    async def untold_orders(self, limit: int = 100) -> list[OwnOrder]:
        return await self._database.read(partial(_orders, _UNTOLD, {"most": limit}))

    async def unsent_refunds(self, limit: int = 100) -> list[OwnOrder]:
        return await self._database.read(partial(_orders, _UNSENT, {"most": limit}))

    async def pending_refunds(self, limit: int = 100) -> list[OwnOrder]:
        return await self._database.read(partial(_orders, _PENDING, {"most": limit}))

    async def own_orders(
        self, wanted: WantedOrders, after: OrderPlace | None = None, limit: int = 50
    ) -> OrderPage:
        found = await self._database.read(partial(_placed, wanted, after, limit + 1))
        orders = [order for _, order in found[:limit]]
        last = found[limit - 1][0] if len(found) > limit else None
        return OrderPage(orders, last)

    async def count_deals(self, show: str, deals: Sequence[Deal]) -> None:
        await self._write_again(partial(start_missing, show, deals))

    async def stocks(self, skus: Sequence[str]) -> dict[str, int | None]:
        return dict((await self.count_stock(skus, ())).stocks)

    async def count_stock(self, skus: Sequence[str], deals: Sequence[DealId]) -> StockCount:
        return await self._database.read(partial(count_stock, skus, deals))

    async def deals_left(self, deals: Sequence[DealId]) -> dict[DealId, tuple[int | None, int]]:
        count = await self.count_stock((), deals)
        return {
            deal: (count.left[deal], count.held_in.get(deal, 0))
            for deal in deals
            if deal in count.left
        }

    async def _order(self, name: str, value: str) -> OwnOrder | None:
        return await self._look_up(_first_orders, (_BY[name], {"value": value}))


def _first_orders(
    connection: Connection, questions: Sequence[tuple[Executable, Mapping[str, Any]]]
) -> list[OwnOrder | None]:
    """The batch of look-ups of one order each; the facts of all are one look."""
    rows = [connection.execute(statement, values).first() for statement, values in questions]
    found = iter(orders_of([row for row in rows if row is not None], connection))
    return [None if row is None else next(found) for row in rows]


def _orders(
    statement: Executable, values: Mapping[str, Any], connection: Connection
) -> list[OwnOrder]:
    return orders_of(connection.execute(statement, values).all(), connection)


def _placed(
    wanted: WantedOrders, after: OrderPlace | None, limit: int, connection: Connection
) -> list[tuple[OrderPlace, OwnOrder]]:
    rows = order_page(wanted, after, limit, connection)
    places = [OrderPlace(row.placed_at, row.id) for row in rows]
    return list(zip(places, orders_of(rows, connection), strict=True))
