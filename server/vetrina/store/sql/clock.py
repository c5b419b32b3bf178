"""The installation's time in SQL: a clock, and one row with what is added to it."""

from __future__ import annotations

from functools import partial

import orjson
from sqlalchemy import Connection, Row, insert, or_, select, update

from vetrina.clock_discipline import MS_NS, Correction
from vetrina.store.errors import Conflict
from vetrina.store.ports.clock import KEEPER, StoreTime
from vetrina.store.sql.database import Database
from vetrina.store.sql.repository import Repository
from vetrina.store.sql.tables import installation, leases, shows

_NAME = "clock"
_CORRECTION = select(installation.c.value).where(installation.c.name == _NAME)
_KEPT = select(leases.c.until).where(leases.c.name == KEEPER)
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
        kept = connection.execute(_KEPT).first()
        return StoreTime(
            self._database.clock_ns(connection),
            _correction(row),
            _idle(connection),
            None if kept is None else kept.until,
        )


def installation_ms(database: Database, connection: Connection) -> int:
    """The installation's time, for what is written within a transaction."""
    store_ns = database.clock_ns(connection)
    correction = _correction(connection.execute(_CORRECTION).first())
    return (store_ns + correction.at(store_ns)) // MS_NS


def _correct(old: Correction, new: Correction, connection: Connection) -> bool:
    row = connection.execute(_CORRECTION).first()
    if _correction(row) != old or (new.steps != old.steps and not _idle(connection)):
        return False
    value = orjson.dumps([new.ns, new.since_ns, new.steps])
    if row is None:
        # Of two who write the first one the second fails here: the name is a primary key.
        connection.execute(insert(installation), {"name": _NAME, "value": value})
        return True
    same = (installation.c.name == _NAME) & (installation.c.value == row.value)
    return connection.execute(update(installation).where(same).values(value=value)).rowcount > 0


def _correction(row: Row[tuple[bytes]] | None) -> Correction:
    return Correction() if row is None else Correction(*orjson.loads(row.value))


def _idle(connection: Connection) -> bool:
    return connection.execute(_ON).first() is None
