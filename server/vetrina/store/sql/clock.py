"""The installation's time in SQL: a clock, and one row with what is added to it."""

from __future__ import annotations

from functools import partial

import orjson
from sqlalchemy import Connection, insert, or_, select, update

from vetrina.clock_discipline import Correction
from vetrina.store.errors import Conflict
from vetrina.store.ports.clock import StoreTime
from vetrina.store.sql.repository import Repository
from vetrina.store.sql.tables import installation, shows

_NAME = "clock"
_CORRECTION = select(installation.c.value).where(installation.c.name == _NAME)
_ON = (
    select(shows.c.slug)
    .where(
        or_(
            shows.c.status.is_(None),  # from before it was kept: nobody knows
            shows.c.status.not_in(("draft", "ended")),
            shows.c.due_at.is_not(None),
        )
    )
    .limit(1)
)


class SqlClock(Repository):
    """The port `ClockStore`."""

    async def read_clock(self) -> StoreTime:
        return await self._database.read(self._read_time)

    async def correct_clock(self, old: Correction, new: Correction) -> bool:
        try:
            return await self._write_alone(partial(_correct, old, new))
        except Conflict:
            return False

    def _read_time(self, connection: Connection) -> StoreTime:
        row = connection.execute(_CORRECTION).first()
        store_ns = self._database.clock_ns(connection)
        idle = connection.execute(_ON).first() is None
        correction = Correction() if row is None else Correction(*orjson.loads(row.value))
        return StoreTime(store_ns, correction, idle)


def _correct(old: Correction, new: Correction, connection: Connection) -> bool:
    replace = (
        update(installation)
        .where(installation.c.name == _NAME, installation.c.value == _row(old))
        .values(value=_row(new))
    )
    if connection.execute(replace).rowcount > 0:
        return True
    if connection.execute(_CORRECTION).first() is not None or old != Correction():
        return False
    # Of two who write the first one the second fails here: the name is a primary key.
    connection.execute(insert(installation), {"name": _NAME, "value": _row(new)})
    return True


def _row(correction: Correction) -> bytes:
    return orjson.dumps([correction.ns, correction.since_ns])
