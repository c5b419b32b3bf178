"""What is left and what is held, read in one statement, so that all of it is of one moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, bindparam, false, func, literal, select, union_all

from vetrina.domain.selling.reservation import DealId, StockCount
from vetrina.store.sql.chunks import bound
from vetrina.store.sql.selling_tables import deal_stocks, reservations
from vetrina.store.sql.shop_tables import products, variants

_SKUS: Final[Any] = bindparam("skus", expanding=True)
_SHOWS: Final[Any] = bindparam("shows", expanding=True)
_DEALS: Final[Any] = bindparam("deals", expanding=True)
_NO: Final = literal("")
_COUNT: Final = union_all(
    *(
        select(
            literal("stock").label("what"),
            table.c.sku.label("sku"),
            _NO.label("show"),
            _NO.label("deal"),
            table.c.stock.label("pieces"),
        ).where(table.c.sku.in_(_SKUS), *where)
        for table, where in ((products, [products.c.options.is_(None)]), (variants, []))
    ),
    select(literal("left"), _NO, deal_stocks.c.show, deal_stocks.c.deal, deal_stocks.c.left).where(
        deal_stocks.c.show.in_(_SHOWS), deal_stocks.c.deal.in_(_DEALS)
    ),
    select(
        literal("held"),
        _NO,
        reservations.c.show,
        reservations.c.deal,
        func.sum(reservations.c.quantity),
    )
    .where(
        reservations.c.show.in_(_SHOWS),
        reservations.c.deal.in_(_DEALS),
        reservations.c.sold == false(),
    )
    .group_by(reservations.c.show, reservations.c.deal),
    select(literal("held"), reservations.c.sku, _NO, _NO, func.sum(reservations.c.quantity))
    .where(reservations.c.sku.in_(_SKUS), reservations.c.sold == false())
    .group_by(reservations.c.sku),
)


def count_stock(skus: Sequence[str], deals: Sequence[DealId], connection: Connection) -> StockCount:
    """At one moment. Two lists search the index where pairs would read the whole table."""
    wanted = {
        "skus": bound(sorted(set(skus))),
        "shows": bound(sorted({deal.show for deal in deals})),
        "deals": bound(sorted({deal.deal for deal in deals})),
    }
    stocks: dict[str, int | None] = {}
    held: dict[str, int] = {}
    left: dict[DealId, int | None] = {}
    held_in: dict[DealId, int] = {}
    for row in connection.execute(_COUNT, wanted):
        deal = DealId(row.show, row.deal)
        # PostgreSQL makes decimals of all of them, since it makes them of sums.
        pieces = None if row.pieces is None else int(row.pieces)
        if row.what == "stock":
            stocks[row.sku] = pieces
        elif row.what == "left":
            left[deal] = pieces
        elif row.sku:
            held[row.sku] = pieces or 0
        else:
            held_in[deal] = pieces or 0
    return StockCount(stocks, held, left, held_in)
