"""Polls port in SQL."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from vetrina.store.ports.polls import Poll
from vetrina.store.sql.secrets import SqlSecrets
from vetrina.store.sql.tables import polls

_ALL = select(polls).order_by(polls.c.connection)
_ONE = select(polls).where(polls.c.connection == bindparam("of"))
_ACCESS = ("connection", "address", "key", "secret")


class SqlPolls(SqlSecrets):
    """The port `PollStore`."""

    async def put_poll(self, poll: Poll) -> None:
        key, *secret = await self._encrypted(poll.key, *_given(poll.secret))
        row = {**asdict(poll), "key": key, "secret": secret[0] if secret else None}
        await self._write_again(partial(_put, row))

    async def polls(self) -> list[Poll]:
        return [self._poll_of(row) for row in await self._rows(_ALL)]

    async def poll(self, connection: str) -> Poll | None:
        row = await self._row(_ONE, of=connection)
        return self._poll_of(row) if row else None

    def _poll_of(self, row: Row[Any]) -> Poll:
        key, *secret = self._decrypted(row.key, *_given(row.secret))
        return Poll(**{**row._mapping, "key": key, "secret": secret[0] if secret else None})

    async def note_poll(self, poll: Poll) -> bool:
        same = (polls.c.connection == poll.connection) & (polls.c.address == poll.address)
        stands = {name: value for name, value in asdict(poll).items() if name not in _ACCESS}
        change = update(polls).where(same).values(**stands)
        return await self._write_alone(lambda sql: sql.execute(change).rowcount > 0)

    async def remove_poll(self, connection: str) -> bool:
        gone = delete(polls).where(polls.c.connection == connection)
        return await self._write_alone(lambda sql: sql.execute(gone).rowcount > 0)


def _given(secret: str | None) -> list[str]:
    return [] if secret is None else [secret]


def _put(row: dict[str, Any], sql: Connection) -> None:
    sql.execute(delete(polls).where(polls.c.connection == row["connection"]))
    sql.execute(insert(polls), row)
