"""Polls port in SQL."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from vetrina.store.ports.polls import Poll
from vetrina.store.sql.repository import Repository
from vetrina.store.sql.tables import polls

_ALL = select(polls).order_by(polls.c.connection)
_ONE = select(polls).where(polls.c.connection == bindparam("of"))
_ACCESS = ("connection", "address", "key", "secret")


class SqlPolls(Repository):
    """The port `PollStore`."""

    async def put_poll(self, poll: Poll) -> None:
        await self._write_again(partial(_put, asdict(poll)))

    async def polls(self) -> list[Poll]:
        return [Poll(**row._mapping) for row in await self._rows(_ALL)]

    async def poll(self, connection: str) -> Poll | None:
        row = await self._row(_ONE, of=connection)
        return Poll(**row._mapping) if row else None

    async def note_poll(self, poll: Poll) -> bool:
        same = (polls.c.connection == poll.connection) & (polls.c.address == poll.address)
        stands = {name: value for name, value in asdict(poll).items() if name not in _ACCESS}
        change = update(polls).where(same).values(**stands)
        return await self._write_alone(lambda sql: sql.execute(change).rowcount > 0)

    async def remove_poll(self, connection: str) -> bool:
        gone = delete(polls).where(polls.c.connection == connection)
        return await self._write_alone(lambda sql: sql.execute(gone).rowcount > 0)


def _put(row: dict[str, Any], sql: Connection) -> None:
    sql.execute(delete(polls).where(polls.c.connection == row["connection"]))
    sql.execute(insert(polls), row)
