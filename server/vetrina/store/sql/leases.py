"""Leases port in SQL."""

from __future__ import annotations

from functools import partial

from sqlalchemy import Connection, delete, insert, select, update

from vetrina.store.errors import Conflict
from vetrina.store.sql.repository import Repository
from vetrina.store.sql.tables import leases


class SqlLeases(Repository):
    """The port `LeaseStore`."""

    async def hold_lease(self, name: str, holder: str, now: int, until: int) -> bool:
        try:
            return await self._write_alone(partial(_hold, name, holder, now, until))
        except Conflict:
            return False

    async def release_lease(self, name: str, holder: str) -> None:
        own = delete(leases).where(leases.c.name == name, leases.c.holder == holder)
        await self._write_alone(lambda sql: sql.execute(own))


def _hold(name: str, holder: str, now: int, until: int, sql: Connection) -> bool:
    mine = (leases.c.holder == holder) | (leases.c.until <= now)
    take = update(leases).where(leases.c.name == name, mine).values(holder=holder, until=until)
    if sql.execute(take).rowcount > 0:
        return True
    if sql.execute(select(leases.c.name).where(leases.c.name == name)).first() is not None:
        return False
    # Of two who take a new name at once the second fails here: the name is a primary key.
    sql.execute(insert(leases), {"name": name, "holder": holder, "until": until})
    return True
