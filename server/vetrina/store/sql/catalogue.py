"""Catalogue port in SQL: products."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from vetrina.domain.catalogue.product import Product
from vetrina.domain.money import Money
from vetrina.store.sql.chunks import slices
from vetrina.store.sql.repository import Repository
from vetrina.store.sql.tables import products

_ALL = select(products).order_by(products.c.place)
_SOME = select(products).where(products.c.sku.in_(bindparam("skus", expanding=True)))
_KNOWN = select(products.c.sku).where(products.c.sku.in_(bindparam("skus", expanding=True)))
_REPLACE = update(products).where(products.c.sku == bindparam("of"))


class SqlCatalogue(Repository):
    """The port `CatalogueStore`."""

    async def put_products(self, products: Sequence[Product]) -> None:
        await self._write_again(partial(_put, products))

    async def products(self, skus: Sequence[str] | None = None) -> list[Product]:
        if skus is None:
            return [product_of(row) for row in await self._rows(_ALL)]
        found: dict[str, Product] = {}
        for some in slices(skus):
            rows = await self._rows(_SOME, skus=some)
            found.update((row.sku, product_of(row)) for row in rows)
        return [found[sku] for sku in skus if sku in found]


def _put(wanted: Sequence[Product], connection: Connection) -> None:
    """Find out which are known, instead of an upsert: each database spells that differently."""
    rows = {product.sku: row_of(product) for product in wanted}
    known: set[str] = set()
    for some in slices(list(rows)):
        known.update(connection.execute(_KNOWN, {"skus": some}).scalars())
    if known:
        replaced = [{"of": sku, **rows[sku]} for sku in sorted(known)]
        connection.execute(_REPLACE, replaced)
    if len(known) < len(rows):
        connection.execute(insert(products), [rows[sku] for sku in rows if sku not in known])


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
