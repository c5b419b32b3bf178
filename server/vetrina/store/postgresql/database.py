"""PostgreSQL: for many processes and machines. The same statements, on an asynchronous driver.

Processes order their writes by the row of the show: whoever appends locks it until its commit. A
connection may break at any moment; what was certainly not committed is done again, a few times in
about two seconds.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, delete, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from vetrina.store.errors import StoreError, StoreNotReady, StoreUnusable
from vetrina.store.postgresql.address import Address
from vetrina.store.postgresql.connection import PostgresConnections
from vetrina.store.postgresql.errors import ERRORS, away, is_away, is_lost, unusable
from vetrina.store.postgresql.transaction import RetriableTransaction, dropped_when_silent
from vetrina.store.sql.copy import MARKS
from vetrina.store.sql.database import store_error
from vetrina.store.sql.observer import on_read
from vetrina.store.sql.schema import Migrated, check, migrate
from vetrina.store.sql.tables import installation

T = TypeVar("T")
logger = logging.getLogger(__name__)

OLDEST = 130_000
CONNECTIONS = 5
PAUSES_S = (0.1, 0.5, 1.4)
GIVE_UP_S = 5.0
OPENING = "opening"
DAY_MS = 24 * 3_600_000
# Any number that is always the same: whoever migrates or copies a database holds this lock.
_LOCK = text("SELECT pg_advisory_xact_lock(8386640107)")
_SERVER = text(
    "SELECT current_setting('server_version_num')::int AS version, "
    "current_setting('server_version') AS name, pg_is_in_recovery() AS replica"
)
_CLOCK = text("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")


class PostgresDatabase:
    """One database of a server. With `look` it is neither made nor migrated."""

    def __init__(
        self, address: Address, *, look: bool = False, connections: int = CONNECTIONS
    ) -> None:
        self._address = address
        self._look = look
        self._writer = MARKS + secrets.token_hex(8)
        self._writing = PostgresConnections(address).engine(1)
        reading = PostgresConnections(address, read_only=True).engine(max(1, connections - 1))
        self._reading = reading.execution_options(isolation_level="AUTOCOMMIT")
        self._reads: set[asyncio.Task[Any]] = set()
        self._closed = False
        self._failing = False
        self.name = f"the PostgreSQL {str(address).removeprefix('the ')}"
        self.migrated: Migrated | None = None
        """What opening did to the schema."""

    async def open(self) -> None:
        try:
            self.migrated = await self._try(
                OPENING, lambda: self._at_leisure(self._bring_up_to_date)
            )
        except (*ERRORS, ValueError) as error:
            raise unusable(error, self._address) from error

    async def close(self) -> None:
        self._closed = True
        if self._reads:
            await asyncio.wait(self._reads)
        await self._reading.dispose()
        await self._writing.dispose()

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Who gives up waiting leaves the statement to its end, and the connection whole."""
        task = asyncio.create_task(self._read(work))
        self._reads.add(task)
        task.add_done_callback(self._reads.discard)
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        return await asyncio.shield(task)

    def still_there(self) -> None:
        """PostgreSQL ends by itself when its files are gone."""

    def clock_ns(self, connection: Connection) -> int:
        return int(connection.execute(_CLOCK).scalar_one()) * 1_000

    def on_read(self, tell: Callable[[str], None]) -> None:
        on_read(self._reading.sync_engine, tell)

    async def _read(self, work: Callable[[Connection], T]) -> T:
        try:
            result: T = await self._try("reading", lambda: _run(self._reading, work))
            return result
        except SQLAlchemyError as error:
            raise (away(error) if is_away(error) else store_error(error)) from error
        except ERRORS as error:
            raise away(error) from error

    async def write(self, work: Callable[[Connection], T]) -> T:
        write = RetriableTransaction(self._writer, work)
        try:
            result: T = await self._try(
                "writing", lambda: _run(self._writing, write), lambda: write.unanswered
            )
            return result
        except ERRORS as error:
            # While nobody knows whether it happened, nobody else may run it again.
            if not is_away(error) and not write.unanswered:
                raise
            raise away(error, unknown=write.unanswered) from error

    async def alone(self, work: Callable[[Connection], T]) -> T:
        """Run a long job in one transaction, while nobody migrates. Raises StoreUnusable."""

        def locked(connection: Connection) -> T:
            connection.execute(_LOCK)
            return work(connection)

        try:
            return await self._at_leisure(locked)
        except ERRORS as error:
            raise unusable(error, self._address) from error

    async def _at_leisure(self, work: Callable[[Connection], T]) -> T:
        """By a connection of its own, without limits: it may take longer than other statements."""
        engine = PostgresConnections(self._address, hurried=False).engine()
        try:
            async with engine.begin() as connection:
                return await connection.run_sync(work)
        finally:
            await engine.dispose()

    def _bring_up_to_date(self, connection: Connection) -> Migrated | None:
        check_server(connection, self._address)
        name, elsewhere = _named(self._address), "give Vetrina a database of its own"
        try:
            check(connection, name, elsewhere=elsewhere)
            migrated = None
        except StoreNotReady:
            if self._look:
                raise
            connection.execute(_LOCK)
            migrated = migrate(connection, name, elsewhere=elsewhere)
        if not self._look:
            old = (time.time_ns() // 1_000_000 - DAY_MS).to_bytes(8)
            marks = installation.c.name.startswith(MARKS)
            connection.execute(delete(installation).where(marks, installation.c.value < old))
        return migrated

    async def _try(
        self,
        doing: str,
        attempt: Callable[[], Any],
        must_know: Callable[[], bool] = lambda: False,
    ) -> Any:
        """Again while the connection breaks, within bounds. Raises what the last attempt raised."""
        if self._closed:
            raise StoreError("The store is closed.")
        began = time.monotonic()
        for pause_s in (*PAUSES_S, None):
            try:
                result = await attempt()
            except ERRORS as error:
                if not is_lost(error):
                    raise
                if doing != OPENING:  # who opens is told by the exception
                    self._tell(doing, error)
                late = time.monotonic() - began > GIVE_UP_S and not must_know()
                if pause_s is None or late:
                    raise
                await asyncio.sleep(pause_s)
            else:
                self._failing = False
                return result
        raise AssertionError

    def _tell(self, doing: str, error: BaseException) -> None:
        """Once for each outage, not for everybody who meets it."""
        if not self._failing:
            logger.warning("%s failed: %s", doing, str(unusable(error, self._address)))
        self._failing = True


async def _run(engine: AsyncEngine, work: Callable[[Connection], T]) -> T:
    def run(connection: Connection) -> T:
        with dropped_when_silent(connection):
            return work(connection)

    async with engine.connect() as connection:
        return await connection.run_sync(run)


def check_server(connection: Connection, address: Address) -> None:
    """Raises StoreUnusable for a server that cannot keep a store."""
    server = connection.execute(_SERVER).one()
    if server.version < OLDEST:
        raise StoreUnusable(
            f"{address.setting}: the PostgreSQL at {address.host} is version {server.name}, "
            f"which is too old: Vetrina needs {OLDEST // 10_000} or newer."
        )
    if server.replica:
        raise StoreUnusable(
            f"{address.setting}: {address} is a replica that can only be read: name the primary."
        )


def _named(address: Address) -> str:
    return f"{address.setting}: {address}"
