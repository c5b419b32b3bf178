"""Catalogue port in SQL: products."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from vetrina.domain.catalogue.matching import folded
from vetrina.domain.catalogue.product import Product
from vetrina.domain.money import Money
from vetrina.store.ports.pages import Page
from vetrina.store.sql.chunks import slices
from vetrina.store.sql.clock import installation_ms
from vetrina.store.sql.prices import note_prices
from vetrina.store.sql.repository import Repository
from vetrina.store.sql.tables import products

# A look at so many takes a few milliseconds.
LOOKED_AT = 10_000
_ALL = select(products).order_by(products.c.place)
_SOME = select(products).where(products.c.sku.in_(bindparam("skus", expanding=True)))
_KNOWN = select(products.c.sku).where(products.c.sku.in_(bindparam("skus", expanding=True)))
_SKUS = select(products.c.sku)
_COUNT = select(func.count(products.c.place).label("many"))
_LAST = select(products.c.place, products.c.sku).order_by(products.c.place.desc()).limit(1)
_PAGE = (
    select(products)
    .where(products.c.place > bindparam("after"))
    .order_by(products.c.place)
    .limit(bindparam("most"))
)
_WITHIN = _PAGE.where(products.c.place <= bindparam("end"))
_BEYOND = select(products.c.place).where(products.c.place > bindparam("end")).limit(1)
_REPLACE = update(products).where(products.c.sku == bindparam("of"))


class SqlCatalogue(Repository):
    """The port `CatalogueStore`."""

    async def put_products(self, products: Sequence[Product], *, at: int | None = None) -> None:
        await self._write_again(partial(self._put, products, at))

    async def products(self, skus: Sequence[str] | None = None) -> list[Product]:
        if skus is None:
            return [product_of(row) for row in await self._rows(_ALL)]
        found: dict[str, Product] = {}
        for some in slices(skus):
            rows = await self._rows(_SOME, skus=some)
            found.update((row.sku, product_of(row)) for row in rows)
        return [found[sku] for sku in skus if sku in found]

    async def product_page(
        self, after: int = 0, limit: int = 100, text: str | None = None
    ) -> Page[Product]:
        if text is None:
            return await self._database.read(partial(_page, after, limit))
        return await self._database.read(partial(_found, after, limit, folded(text)))

    async def skus(self) -> list[str]:
        return [row.sku for row in await self._rows(_SKUS)]

    async def skus_mark(self) -> tuple[int, int, str]:
        return await self._database.read(_mark)

    def _put(self, wanted: Sequence[Product], at: int | None, connection: Connection) -> None:
        _put(wanted, connection)
        now = installation_ms(self._database, connection) if at is None else at
        note_prices(((product.sku, product.price) for product in wanted), now, connection)


def _mark(connection: Connection) -> tuple[int, int, str]:
    many = connection.execute(_COUNT).scalar_one()
    last = connection.execute(_LAST).first()
    return (0, 0, "") if last is None else (many, last.place, last.sku)


def _page(after: int, limit: int, connection: Connection) -> Page[Product]:
    """Products are made here, off the event loop where the database has threads."""
    rows = connection.execute(_PAGE, {"after": after, "most": limit + 1}).all()
    return _paged(rows, limit, None)


def _found(after: int, limit: int, text: str, connection: Connection) -> Page[Product]:
    end = after + LOOKED_AT
    holding = _WITHIN.where(products.c.search.contains(text, autoescape=True))
    rows = connection.execute(holding, {"after": after, "end": end, "most": limit + 1}).all()
    beyond = len(rows) <= limit and connection.execute(_BEYOND, {"end": end}).first() is not None
    return _paged(rows, limit, end if beyond else None)


def _paged(rows: Sequence[Row[Any]], limit: int, rest: int | None) -> Page[Product]:
    """One row more than fits says that there are more."""
    fitting = rows[:limit]
    return Page(
        [product_of(row) for row in fitting], fitting[-1].place if len(rows) > limit else rest
    )


def _put(wanted: Sequence[Product], connection: Connection) -> None:
    """Find out which are known, instead of an upsert: each database spells that differently."""
    rows = {product.sku: {**row_of(product), **_searched(product)} for product in wanted}
    known: set[str] = set()
    for some in slices(list(rows)):
        known.update(connection.execute(_KNOWN, {"skus": some}).scalars())
    if known:
        replaced = [{"of": sku, **rows[sku]} for sku in sorted(known)]
        connection.execute(_REPLACE, replaced)
    if len(known) < len(rows):
        connection.execute(insert(products), [rows[sku] for sku in rows if sku not in known])


def _searched(product: Product) -> dict[str, str]:
    return {"search": folded(f"{product.title} {product.sku}")}


def row_of(product: Product) -> dict[str, Any]:
    """The columns of a product."""
    return {
        "sku": product.sku,
        "title": product.title,
        "currency": product.price.currency,
        "price": product.price.amount,
        "prior_price": product.prior_price.amount if product.prior_price else None,
        "image": product.image,
        "link": product.link,
        "stock": product.stock,
    }


def product_of(row: Row[Any]) -> Product:
    """The product of a row."""
    prior = row.prior_price
    return Product(
        sku=row.sku,
        title=row.title,
        price=Money(row.price, row.currency),
        prior_price=None if prior is None else Money(prior, row.currency),
        image=row.image,
        link=row.link,
        stock=row.stock,
    )
