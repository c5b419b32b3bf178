"""Listings: the rows by which the shop tab finds its products, kept with every change of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from vetrina.domain.catalogue.searching import words_of
from vetrina.store.sql.chunks import slices
from vetrina.store.sql.shop_tables import listing_words, listings, products

_SKUS: Final[Any] = bindparam("skus", expanding=True)
_PRODUCTS: Final = (
    select(
        products.c.place,
        products.c.status,
        products.c.price,
        products.c.stock,
        products.c.search,
        products.c.details,
    )
    .where(products.c.sku.in_(_SKUS))
    .order_by(products.c.place)
)
_PLACES: Final = select(products.c.place).where(products.c.sku.in_(_SKUS)).scalar_subquery()
_GONE: Final = tuple(
    delete(table).where(table.c.product.in_(_PLACES)) for table in (listings, listing_words)
)
_SOLD_OUT: Final = (
    update(listings)
    .where(
        listings.c.product
        == select(products.c.place).where(products.c.sku == bindparam("of")).scalar_subquery(),
        listings.c.sold_out != bindparam("now"),
    )
    .values(sold_out=bindparam("now"))
)


def relist(skus: Sequence[str], connection: Connection) -> None:
    """List these products as they stand now; drafts and archived ones are not listed."""
    for some in slices(skus):
        unlist(some, connection)
        rows = connection.execute(_PRODUCTS, {"skus": some}).all()
        active = [row for row in rows if row.status == "active"]
        _write(active, connection)


def unlist(skus: Sequence[str], connection: Connection) -> None:
    """Take these products out of the list."""
    for statement in _GONE:
        connection.execute(statement, {"skus": list(skus)})


def list_stocks(stocks: Mapping[str, int | None], connection: Connection) -> None:
    """Products that are sold out by now, or are there again, change their places."""
    if stocks:
        changed = sorted(stocks.items(), key=lambda one: one[0])
        connection.execute(
            _SOLD_OUT, [{"of": sku, "now": int(stock == 0)} for sku, stock in changed]
        )


def _write(rows: Sequence[Any], connection: Connection) -> None:
    told = [(row, _labels(row.details)) for row in rows]
    listed = [one for row, (_, categories) in told for one in _listings(row, categories)]
    words = [
        {"word": word, "product": row.place}
        for row, (brand, categories) in told
        for word in words_of((row.search or "", brand, *categories))
    ]
    if listed:
        connection.execute(insert(listings), listed)
    if words:
        connection.execute(insert(listing_words), words)


def _listings(row: Row[Any], categories: Sequence[str]) -> Iterator[dict[str, Any]]:
    for category in dict.fromkeys(("", *categories)):
        yield {
            "product": row.place,
            "category": category,
            "sold_out": int(row.stock == 0),
            "price": row.price,
        }


def _labels(details: str | None) -> tuple[str, Sequence[str]]:
    told = orjson.loads(details) if details else {}
    return told.get("brand") or "", told.get("categories") or ()
