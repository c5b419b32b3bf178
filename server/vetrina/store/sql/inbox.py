"""Webhook connections, receipts and orders in SQL."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import fields
from functools import partial
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection as SqlConnection
from sqlalchemy import Row, bindparam, delete, insert, select, update

from vetrina.domain.selling.order_record import OrderRecord
from vetrina.store.ports.shows import Connection, Receipt, VersionedRecord
from vetrina.store.sql.append import DELIVERIES, by_pairs, write_entries
from vetrina.store.sql.append_plan import AppendRequest, Pair
from vetrina.store.sql.batching import Outcome
from vetrina.store.sql.repository import Repository
from vetrina.store.sql.tables import connections, installation, matches, orders, unread_deliveries

_RECORD = TypeAdapter(OrderRecord)
_SALT_BYTES = 32

_BY_ID = select(connections).where(connections.c.id == bindparam("id"))
_ALL = select(connections).order_by(connections.c.created_at, connections.c.place)
_RECORDS = select(orders).where(
    orders.c.connection.in_(bindparam("connections", expanding=True)),
    orders.c.purchase.in_(bindparam("ids", expanding=True)),
)
# Each database reads JSON in its own way. The text is ours, and a quote in it is escaped.
_COUNTED = (
    select(orders.c.purchase)
    .where(
        orders.c.connection == bindparam("of"),
        orders.c.data.like('%"show":"%'),
        orders.c.data.like('%"test":false%'),
    )
    .limit(1)
)
_VALUE = select(installation.c.value).where(installation.c.name == bindparam("name"))
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
Wanted = tuple[str, Sequence[str]]
Note = tuple[str, int, str | None, str | None]


class SqlInbox(Repository):
    """The port `InboxStore`."""

    async def add_connection(self, connection: Connection) -> None:
        row = _row(connection)
        await self._write_alone(lambda sql: sql.execute(insert(connections), row))

    async def connection(self, connection_id: str) -> Connection | None:
        row = await self._row(_BY_ID, id=connection_id)
        return _to_connection(row) if row else None

    async def connections(self) -> list[Connection]:
        return [_to_connection(row) for row in await self._rows(_ALL)]

    async def remove_connection(self, connection_id: str) -> bool:
        return await self._write_alone(partial(_forget, connection_id))

    async def set_secrets(self, connection_id: str, secrets: Sequence[str]) -> bool:
        change = update(connections).where(connections.c.id == connection_id)
        change = change.values(secrets=list(secrets))
        return await self._write_alone(lambda sql: sql.execute(change).rowcount > 0)

    async def note_delivery(
        self, connection_id: str, at: int, refusal: str | None, detail: str | None = None
    ) -> None:
        await self._write(_note, (connection_id, at, refusal, detail))

    async def seen_deliveries(self, connection: str, deliveries: Sequence[str]) -> set[str]:
        return await self._look_up(_seen, (connection, deliveries))

    async def order_records(
        self, connection: str, purchases: Sequence[str]
    ) -> dict[str, VersionedRecord]:
        return await self._look_up(_records, (connection, purchases))

    async def has_counted(self, connection: str) -> bool:
        return await self._row(_COUNTED, of=connection) is not None

    async def put_receipts(
        self, receipts: Sequence[Receipt], records: Sequence[VersionedRecord] = ()
    ) -> None:
        await self._write(write_entries, AppendRequest(receipts, records))

    async def salt(self) -> bytes:
        row = await self._row(_VALUE, name="salt")
        return bytes(row.value) if row else await self._write_again(_make_salt)


def _seen(sql: SqlConnection, wanted: Sequence[Wanted]) -> list[set[str]]:
    rows = by_pairs(sql, DELIVERIES, _pairs(wanted))
    known = {(row.connection, row.delivery) for row in rows}
    return [{id for id in ids if (source, id) in known} for source, ids in wanted]


def _records(sql: SqlConnection, wanted: Sequence[Wanted]) -> list[dict[str, VersionedRecord]]:
    rows = by_pairs(sql, _RECORDS, _pairs(wanted))
    known = {(row.connection, row.purchase): _to_record(row) for row in rows}
    return [
        {id: known[source, id] for id in ids if (source, id) in known} for source, ids in wanted
    ]


def _pairs(wanted: Sequence[Wanted]) -> Iterator[Pair]:
    return ((source, id) for source, ids in wanted for id in ids)


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


def _make_salt(connection: SqlConnection) -> bytes:
    known = connection.execute(_VALUE, {"name": "salt"}).scalar()
    if known is not None:
        return bytes(known)
    made = secrets.token_bytes(_SALT_BYTES)
    connection.execute(insert(installation), {"name": "salt", "value": made})
    return made


def _row(connection: Connection) -> dict[str, Any]:
    values = {field.name: getattr(connection, field.name) for field in fields(connection)}
    return {**values, "secrets": list(connection.secrets), "options": dict(connection.options)}


def _to_connection(row: Row[Any]) -> Connection:
    values = dict(row._mapping)
    del values["place"]
    return Connection(**{**values, "secrets": tuple(row.secrets)})


def _to_record(row: Row[Any]) -> VersionedRecord:
    return VersionedRecord(row.connection, _RECORD.validate_json(row.data), row.version)
