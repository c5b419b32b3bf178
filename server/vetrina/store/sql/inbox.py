"""Inbox port in SQL: receipts and orders."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Connection as SqlConnection
from sqlalchemy import Row, bindparam, insert, select

from vetrina.domain.selling.order_record import OrderRecord
from vetrina.store.ports.inbox import Receipt, VersionedRecord
from vetrina.store.sql.append import DELIVERIES, by_pairs, write_entries
from vetrina.store.sql.append_plan import InboxEntry, Pair
from vetrina.store.sql.repository import Repository
from vetrina.store.sql.tables import installation, orders

_RECORD = TypeAdapter(OrderRecord)
_SALT_BYTES = 32

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
Wanted = tuple[str, Sequence[str]]


class SqlInbox(Repository):
    """The port `InboxStore`."""

    async def seen_deliveries(self, connection: str, deliveries: Sequence[str]) -> set[str]:
        return await self._look_up(_seen, (connection, deliveries))

    async def order_records(
        self, connection: str, purchases: Sequence[str]
    ) -> dict[str, VersionedRecord]:
        return await self._look_up(_records, (connection, purchases))

    async def ordered(self, skus: Sequence[str]) -> bool:
        """Each SKU stands in an order's text as it is written in JSON."""
        for sku in skus:
            text = f'"sku":{orjson.dumps(sku).decode()}'
            named = select(orders.c.purchase).where(orders.c.data.contains(text, autoescape=True))
            if await self._rows(named.limit(1)):
                return True
        return False

    async def has_counted(self, connection: str) -> bool:
        return await self._row(_COUNTED, of=connection) is not None

    async def put_receipts(
        self, receipts: Sequence[Receipt], records: Sequence[VersionedRecord] = ()
    ) -> None:
        await self._write(write_entries, InboxEntry(receipts, records))

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


def _make_salt(connection: SqlConnection) -> bytes:
    known = connection.execute(_VALUE, {"name": "salt"}).scalar()
    if known is not None:
        return bytes(known)
    made = secrets.token_bytes(_SALT_BYTES)
    connection.execute(insert(installation), {"name": "salt", "value": made})
    return made


def _to_record(row: Row[Any]) -> VersionedRecord:
    return VersionedRecord(row.connection, _RECORD.validate_json(row.data), row.version)
