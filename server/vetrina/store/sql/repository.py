"""Base of every port in SQL: batched look-ups, group commit of writes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar, Final, TypeVar

from sqlalchemy import Connection, Executable, Row, delete, insert

from vetrina.encryption import Cipher
from vetrina.store.errors import Conflict, StoreFault
from vetrina.store.ports.observer import StoreObserver
from vetrina.store.sql.batched_reads import first_rows, read_together
from vetrina.store.sql.batching import Batch, Batcher, Call, Outcome
from vetrina.store.sql.database import Database
from vetrina.store.sql.group_commit import Work, commit_together, one_by_one
from vetrina.store.sql.tables import installation

logger = logging.getLogger(__name__)
ROOM_BYTES: Final = 512 * 1024
T = TypeVar("T")
Item = TypeVar("Item")


class Repository:
    """Short look-ups and writes go in groups, what reads much goes by itself."""

    _rushed: ClassVar[Callable[..., object] | None] = None
    """Writes that let others pass."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher
        self._watch: StoreObserver | None = None
        self._fault: str | None = None
        """Why writing fails: its words, for an error keeps whoever met it alive."""
        self._reader = Batcher("store-reader", self._read_group)
        self._writer = Batcher("store-writer", self._write_group, self._rushed)

    async def _row(self, statement: Executable, **values: Any) -> Row[Any] | None:
        return await self._reader.call(first_rows, (statement, values))

    async def _rows(self, statement: Executable, **values: Any) -> Sequence[Row[Any]]:
        def fetch(connection: Connection) -> Sequence[Row[Any]]:
            return connection.execute(statement, values).all()

        return await self._database.read(fetch)

    async def _look_up(self, batch: Batch[Item, T], item: Item) -> T:
        return await self._reader.call(batch, item)

    async def _write(self, batch: Batch[Item, T], item: Item) -> T:
        return await self._writer.call(batch, item)

    async def _write_alone(self, work: Work[T]) -> T:
        return await self._writer.call(one_by_one, work)

    async def _write_again(self, work: Work[T]) -> T:
        """Run a write that reads first, again on a conflict: then it sees what caused it."""
        try:
            return await self._write_alone(work)
        except Conflict:
            return await self._write_alone(work)

    async def _read_group(self, calls: Sequence[Call]) -> Sequence[Outcome[Any]]:
        return await self._database.read(partial(read_together, calls))

    async def _write_group(self, calls: Sequence[Call]) -> Sequence[Outcome[Any]]:
        outcomes = await commit_together(self._database, calls)
        faults = [outcome for outcome in outcomes if isinstance(outcome, StoreFault)]
        if faults and self._fault is None:
            self._fault = str(faults[0])
            logger.error("Writing fails: %s", self._fault)
        return outcomes

    async def _try_writing(self) -> None:
        """After a write has failed: is there room again? Raises StoreFault."""
        await self._write_alone(_make_room)
        if self._fault is not None:
            self._fault = None
            logger.warning("Writing goes on.")


def _make_room(connection: Connection) -> None:
    """A write that changes nothing, and is large: on a full disk small ones fit now and then."""
    connection.execute(insert(installation).values(name="room", value=bytes(ROOM_BYTES)))
    connection.execute(delete(installation).where(installation.c.name == "room"))
