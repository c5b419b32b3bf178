"""Syncs port in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from vetrina.store.ports.syncs import Sync, SyncedProduct
from vetrina.store.sql.chunks import slices
from vetrina.store.sql.repository import Repository
from vetrina.store.sql.shop_tables import synced_skus, syncs

_ALL = select(syncs).order_by(syncs.c.connection)
_ONE = select(syncs).where(syncs.c.connection == bindparam("of"))
_OF = synced_skus.c.connection == bindparam("of")
_BY_PRODUCT = select(synced_skus).where(
    _OF, synced_skus.c.product.in_(bindparam("ids", expanding=True))
)
_BY_SKU = select(synced_skus.c.sku, synced_skus.c.product).where(
    _OF, synced_skus.c.sku.in_(bindparam("skus", expanding=True))
)
_FORGET = delete(synced_skus).where(
    _OF, synced_skus.c.product.in_(bindparam("ids", expanding=True))
)
_NUMBERS = select(synced_skus.c.product).where(_OF).distinct().order_by(synced_skus.c.product)
_UNMET = _NUMBERS.where(synced_skus.c.round != bindparam("round")).limit(bindparam("most"))
_HELD = _NUMBERS.where(synced_skus.c.held).limit(bindparam("most"))


class SqlSyncs(Repository):
    """The port `SyncStore`."""

    async def put_sync(self, sync: Sync) -> None:
        await self._write_again(partial(_put, _row_of(sync)))

    async def note_sync(self, sync: Sync) -> bool:
        same = (syncs.c.connection == sync.connection) & (syncs.c.round == sync.round)
        stands = {name: value for name, value in _row_of(sync).items() if name != "keep"}
        change = update(syncs).where(same).values(**stands)
        return await self._write_alone(lambda sql: sql.execute(change).rowcount > 0)

    async def sync(self, connection: str) -> Sync | None:
        row = await self._row(_ONE, of=connection)
        return _sync_of(row) if row else None

    async def syncs(self) -> list[Sync]:
        return [_sync_of(row) for row in await self._rows(_ALL)]

    async def remove_sync(self, connection: str) -> bool:
        return await self._write_alone(partial(_remove, connection))

    async def synced(self, connection: str, ids: Sequence[str]) -> dict[str, SyncedProduct]:
        found: dict[str, list[Row[Any]]] = {}
        for some in slices(ids):
            for row in await self._rows(_BY_PRODUCT, of=connection, ids=some):
                found.setdefault(row.product, []).append(row)
        return {id: _product_of(id, rows) for id, rows in found.items()}

    async def synced_owners(self, connection: str, skus: Sequence[str]) -> dict[str, str]:
        rows = [
            row
            for some in slices(skus)
            for row in await self._rows(_BY_SKU, of=connection, skus=some)
        ]
        return {row.sku: row.product for row in rows}

    async def put_synced(self, connection: str, products: Sequence[SyncedProduct]) -> None:
        if products:
            await self._write_again(partial(_put_products, connection, products))

    async def forget_synced(self, connection: str, ids: Sequence[str]) -> None:
        await self._write_alone(partial(_forget, connection, ids))

    async def not_in_round(self, connection: str, round: int, limit: int) -> list[str]:
        rows = await self._rows(_UNMET, of=connection, round=round, most=limit)
        return [row.product for row in rows]

    async def held(self, connection: str, limit: int) -> list[str]:
        return [row.product for row in await self._rows(_HELD, of=connection, most=limit)]


def _row_of(sync: Sync) -> dict[str, Any]:
    return {**asdict(sync), "problems": [list(problem) for problem in sync.problems]}


def _sync_of(row: Row[Any]) -> Sync:
    problems = tuple((title, why) for title, why in row.problems)
    return Sync(**{**row._mapping, "problems": problems})


def _product_of(id: str, rows: Sequence[Row[Any]]) -> SyncedProduct:
    first = rows[0]
    return SyncedProduct(
        id=id,
        skus=tuple(sorted(row.sku for row in rows)),
        changed_at=first.changed_at,
        round=first.round,
        held=first.held,
    )


def _put(row: dict[str, Any], sql: Connection) -> None:
    sql.execute(delete(syncs).where(syncs.c.connection == row["connection"]))
    sql.execute(insert(syncs), row)


def _remove(connection: str, sql: Connection) -> bool:
    sql.execute(delete(synced_skus).where(synced_skus.c.connection == connection))
    return sql.execute(delete(syncs).where(syncs.c.connection == connection)).rowcount > 0


def _put_products(connection: str, products: Sequence[SyncedProduct], sql: Connection) -> None:
    _forget(connection, [product.id for product in products], sql)
    rows = [
        {
            "connection": connection,
            "sku": sku,
            "product": product.id,
            "changed_at": product.changed_at,
            "round": product.round,
            "held": product.held,
        }
        for product in products
        for sku in product.skus
    ]
    if rows:
        sql.execute(insert(synced_skus), rows)


def _forget(connection: str, ids: Sequence[str], sql: Connection) -> None:
    for some in slices(ids):
        sql.execute(_FORGET, {"of": connection, "ids": some})
