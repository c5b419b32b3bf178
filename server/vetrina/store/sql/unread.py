"""Unread deliveries in SQL."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from vetrina.store.ports.unread import UnreadDelivery
from vetrina.store.sql.repository import Repository
from vetrina.store.sql.tables import unread_deliveries as table

_OLDEST = (table.c.received_at, table.c.connection, table.c.id)
_ALL = select(table).order_by(*_OLDEST)
_OF = _ALL.where(table.c.connection == bindparam("of"))
_ONE = select(table.c.id).where(
    table.c.connection == bindparam("of"), table.c.id == bindparam("of_id")
)
_COUNTS = select(table.c.connection, func.count().label("n")).group_by(table.c.connection)


class SqlUnread(Repository):
    """The port `UnreadStore`."""

    async def keep_unread(self, delivery: UnreadDelivery, *, since: int, at_most: int) -> None:
        await self._write_again(partial(_keep, asdict(delivery), since, at_most))

    async def unread(self, connection: str | None = None) -> list[UnreadDelivery]:
        asked = self._rows(_ALL) if connection is None else self._rows(_OF, of=connection)
        return [UnreadDelivery(**row._mapping) for row in await asked]

    async def unread_counts(self) -> dict[str, int]:
        return {row.connection: row.n for row in await self._rows(_COUNTS)}

    async def forget_unread(self, connection: str, id: str) -> bool:
        gone = delete(table).where(table.c.connection == connection, table.c.id == id)
        return await self._write_alone(lambda sql: sql.execute(gone).rowcount > 0)


def _keep(row: dict[str, Any], since: int, at_most: int, sql: Connection) -> None:
    of = row["connection"]
    if sql.execute(_ONE, {"of": of, "of_id": row["id"]}).first() is None:
        sql.execute(insert(table), row)
    sql.execute(delete(table).where(table.c.received_at < since))
    kept = [one.id for one in sql.execute(_OF, {"of": of})]
    for id in kept[: max(0, len(kept) - at_most)]:
        sql.execute(delete(table).where(table.c.connection == of, table.c.id == id))
