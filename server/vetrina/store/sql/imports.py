"""Port of imports in SQL: products as the last import had them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy import Connection, bindparam, delete, insert, select

from vetrina.domain.catalogue.product import Product
from vetrina.store.sql.catalogue import product_of, row_of
from vetrina.store.sql.chunks import slices
from vetrina.store.sql.repository import Repository
from vetrina.store.sql.tables import imported_products as table

_SOME = select(table).where(table.c.sku.in_(bindparam("skus", expanding=True)))
_FORGET = delete(table).where(table.c.sku.in_(bindparam("skus", expanding=True)))


class SqlImports(Repository):
    """The port `ImportStore`."""

    async def imported(self, skus: Sequence[str]) -> dict[str, Product]:
        rows = [row for some in slices(skus) for row in await self._rows(_SOME, skus=some)]
        return {row.sku: product_of(row) for row in rows}

    async def remember_imported(self, products: Sequence[Product]) -> None:
        if products:
            await self._write_alone(partial(_remember, products))


def _remember(products: Sequence[Product], connection: Connection) -> None:
    for some in slices([product.sku for product in products]):
        connection.execute(_FORGET, {"skus": some})
    connection.execute(insert(table), [row_of(product) for product in products])
