"""Port of imports in SQL: products as the last import had them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Connection, bindparam, delete, insert, select

from vetrina.domain.catalogue.entry import CatalogueEntry
from vetrina.store.sql.chunks import slices
from vetrina.store.sql.repository import Repository
from vetrina.store.sql.shop_tables import imported_products as table

_SOME = select(table).where(table.c.sku.in_(bindparam("skus", expanding=True)))
_FORGET = delete(table).where(table.c.sku.in_(bindparam("skus", expanding=True)))
_ENTRY: Final = TypeAdapter(CatalogueEntry)


class SqlImports(Repository):
    """The port `ImportStore`."""

    async def imported(self, skus: Sequence[str]) -> dict[str, CatalogueEntry]:
        return await self._database.read(partial(_imported, skus))

    async def remember_imported(self, entries: Sequence[CatalogueEntry]) -> None:
        if entries:
            await self._write_alone(partial(_remember, entries))


def _imported(skus: Sequence[str], connection: Connection) -> dict[str, CatalogueEntry]:
    found: dict[str, CatalogueEntry] = {}
    for some in slices(skus):
        rows = connection.execute(_SOME, {"skus": some})
        found.update((row.sku, _ENTRY.validate_json(row.entry)) for row in rows)
    return found


def _remember(entries: Sequence[CatalogueEntry], connection: Connection) -> None:
    for some in slices([entry.sku for entry in entries]):
        connection.execute(_FORGET, {"skus": some})
    rows = [{"sku": entry.sku, "entry": orjson.dumps(entry).decode()} for entry in entries]
    connection.execute(insert(table), rows)
