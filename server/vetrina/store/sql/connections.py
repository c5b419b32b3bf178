"""Connections port in SQL: webhook addresses and how their deliveries fare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from functools import partial
from typing import Any

from sqlalchemy import Connection as SqlConnection
from sqlalchemy import Row, bindparam, delete, insert, select, update

from vetrina.store.ports.connections import Connection
from vetrina.store.sql.batching import Outcome
from vetrina.store.sql.secrets import SqlSecrets
from vetrina.store.sql.tables import connections, matches, unread_deliveries

_BY_ID = select(connections).where(connections.c.id == bindparam("id"))
_ALL = select(connections).order_by(connections.c.created_at, connections.c.place)
_VERIFIED = (
    update(connections)
    .where(connections.c.id == bindparam("of"))
    .values(last_delivery_at=bindparam("now"), last_verified_at=bindparam("at"))
)
_REFUSED = (
    update(connections)
    .where(connections.c.id == bindparam("of"))
    .values(
        last_delivery_at=bindparam("now"),
        last_refused_at=bindparam("at"),
        last_refusal=bindparam("why"),
        last_refusal_detail=bindparam("detail"),
    )
)
Note = tuple[str, int, str | None, str | None]


class SqlConnections(SqlSecrets):
    """The port `ConnectionStore`."""

    async def add_connection(self, connection: Connection) -> None:
        row = {**_row(connection), "secrets": await self._encrypted(*connection.secrets)}
        await self._write_alone(lambda sql: sql.execute(insert(connections), row))

    async def connection(self, connection_id: str) -> Connection | None:
        row = await self._row(_BY_ID, id=connection_id)
        return self._connection_of(row) if row else None

    async def connections(self) -> list[Connection]:
        return [self._connection_of(row) for row in await self._rows(_ALL)]

    async def remove_connection(self, connection_id: str) -> bool:
        return await self._write_alone(partial(_forget, connection_id))

    async def set_secrets(self, connection_id: str, secrets: Sequence[str]) -> bool:
        change = update(connections).where(connections.c.id == connection_id)
        change = change.values(secrets=await self._encrypted(*secrets))
        return await self._write_alone(lambda sql: sql.execute(change).rowcount > 0)

    def _connection_of(self, row: Row[Any]) -> Connection:
        values = dict(row._mapping)
        del values["place"]
        return Connection(**{**values, "secrets": tuple(self._decrypted(*row.secrets))})

    async def note_delivery(
        self, connection_id: str, at: int, refusal: str | None, detail: str | None = None
    ) -> None:
        await self._write(_note, (connection_id, at, refusal, detail))


def _note(connection: SqlConnection, notes: Sequence[Note]) -> list[Outcome[None]]:
    """Only the newest of each kind matters, however many came together."""
    newest = {of: at for of, at, _, _ in notes}
    verified = {of: {"of": of, "at": at} for of, at, refusal, _ in notes if refusal is None}
    refused = {
        of: {"of": of, "at": at, "why": why, "detail": detail}
        for of, at, why, detail in notes
        if why is not None
    }
    for statement, rows in ((_VERIFIED, verified), (_REFUSED, refused)):
        if rows:
            stamped = [{**rows[of], "now": newest[of]} for of in sorted(rows)]
            connection.execute(statement, stamped)
    return [None] * len(notes)


def _forget(connection_id: str, sql: SqlConnection) -> bool:
    """A connection goes with what it calls our products; what it counted stays."""
    sql.execute(delete(matches).where(matches.c.connection == connection_id))
    sql.execute(delete(unread_deliveries).where(unread_deliveries.c.connection == connection_id))
    return sql.execute(delete(connections).where(connections.c.id == connection_id)).rowcount > 0


def _row(connection: Connection) -> dict[str, Any]:
    values = {field.name: getattr(connection, field.name) for field in fields(connection)}
    return {**values, "options": dict(connection.options)}
