"""SQLite: the embedded default. One file, one writing thread, a few reading ones.

The driver is the standard library's own, in threads of ours: through an asynchronous one each
call is four hops between threads, which costs four times the CPU of the query.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from vetrina.clock import wall_ns
from vetrina.store.errors import StoreFault, StoreNotReady, StoreUnusable
from vetrina.store.sql.database import store_error
from vetrina.store.sql.observer import on_read
from vetrina.store.sql.schema import Migrated, check, migrate
from vetrina.store.sqlite.serving_lock import ServingLock

T = TypeVar("T")

READERS = 3
BUSY_MS = 5_000
# What `synchronous=FULL` promises on macOS too, where an ordinary fsync does not reach the disk.
_PRAGMAS = (
    f"PRAGMA busy_timeout={BUSY_MS}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA fullfsync=ON",
    "PRAGMA checkpoint_fullfsync=ON",
    "PRAGMA foreign_keys=ON",
    "PRAGMA journal_size_limit=67108864",
)


class SqliteDatabase:
    """One database file. With `serve` it is this process's alone to serve, or, `shared`, that of
    several servers that hear each other.

    Without `serve` it can be opened beside a running server, for a short write. With `look` it is
    neither made nor migrated: nothing is written at all.
    """

    def __init__(
        self, path: Path, *, serve: bool = False, shared: bool = False, look: bool = False
    ) -> None:
        self._path = path
        self._look = look
        self.name = f"the database in {path.parent}"
        self.migrated: Migrated | None = None
        """What opening did to the schema."""
        self._opened: tuple[int, int] | None = None
        self._lock = ServingLock(path.with_suffix(".lock"), shared=shared) if serve else None
        self._writing = _engine(path, _PRAGMAS, size=1)
        event.listen(self._writing, "begin", _begin_immediate)
        pragmas = [pragma for pragma in _PRAGMAS if not (look and "journal" in pragma)]
        reading = _engine(path, (*pragmas, "PRAGMA query_only=ON"), size=READERS)
        self._reading = reading.execution_options(isolation_level="AUTOCOMMIT")
        self._write_thread = ThreadPoolExecutor(1, thread_name_prefix="store-write")
        self._read_threads = ThreadPoolExecutor(READERS, thread_name_prefix="store-read")

    async def open(self) -> None:
        try:
            await self._in(self._write_thread, self._open)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        await asyncio.to_thread(self._close)

    async def read(self, work: Callable[[Connection], T]) -> T:
        return await self._in(self._read_threads, partial(_run, self._reading, work))

    async def write(self, work: Callable[[Connection], T]) -> T:
        def still_there_at_the_end(connection: Connection) -> T:
            result = work(connection)
            self.still_there()
            return result

        return await self._in(
            self._write_thread, partial(_transact, self._writing, still_there_at_the_end)
        )

    def on_read(self, tell: Callable[[str], None]) -> None:
        on_read(self._reading, tell)

    def still_there(self) -> None:
        """A file that was removed is written to without an error, until it is closed."""
        if self._opened is not None and self._opened != _identity(self._path):
            raise StoreFault(
                f"{self._path} was removed or replaced while the server runs: what is written now "
                "would be lost. Put it back, or stop the server, restore a backup and start again."
            )

    def clock_ns(self, _: Connection) -> int:
        return wall_ns()

    def long_read(self) -> Connection:
        """A connection to read much, in the caller's own thread; to be closed by the caller."""
        return self._reading.connect()

    async def _in(self, threads: ThreadPoolExecutor, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(threads, call)

    def _open(self) -> None:
        try:
            if self._look:
                self._look_at()
                return
            _make_file(self._path)
            if self._lock is not None:
                self._lock.acquire()
            with self._writing.begin() as connection:
                self.migrated = migrate(connection, str(self._path))
            self._opened = _identity(self._path)
        except OSError as error:
            raise StoreUnusable(_about_the_place(self._path, error)) from error
        except DatabaseError as error:
            raise StoreUnusable(_about_the_file(self._path, error)) from error

    def _look_at(self) -> None:
        if not self._path.is_file():
            raise StoreNotReady(f"There is no database {self._path}: `vetrina serve` makes it.")
        with self._reading.connect() as connection:
            check(connection, str(self._path))

    def _close(self) -> None:
        self._read_threads.shutdown()
        self._write_thread.shutdown()
        # The writing engine last: closing the last connection empties the write-ahead log.
        self._reading.dispose()
        self._writing.dispose()
        if self._lock is not None:
            self._lock.release()


def _engine(path: Path, pragmas: tuple[str, ...], size: int) -> Engine:
    # "rw": a connection that is made later must not make the file anew that somebody removed.
    existing = f"{path.absolute().as_uri()}?mode=rw"
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        creator=lambda: sqlite3.connect(existing, uri=True, check_same_thread=False),
        pool_size=size,
        max_overflow=0,
        pool_reset_on_return=None,
    )

    def prepare(driver: sqlite3.Connection, _record: Any) -> None:
        # None: the driver begins no transactions of its own accord.
        driver.isolation_level = None
        for pragma in pragmas:
            driver.execute(pragma)

    event.listen(engine, "connect", prepare)
    return engine


def _begin_immediate(connection: Connection) -> None:
    """Take the write lock at once: a transaction that reads first could fail to get it later."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _run(engine: Engine, work: Callable[[Connection], T]) -> T:
    try:
        with engine.connect() as connection:
            return work(connection)
    except SQLAlchemyError as error:
        raise store_error(error) from error


def _transact(engine: Engine, work: Callable[[Connection], T]) -> T:
    with engine.connect() as connection:
        with connection.begin() as transaction:
            result = work(connection)
            try:
                transaction.commit()
            except SQLAlchemyError as error:
                # The driver's transaction goes on; it ends with its connection, undone.
                connection.invalidate()
                raise store_error(error) from error
        return result


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file it is, whatever its name; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _make_file(path: Path) -> None:
    """The directory and the file hold secrets, so they are their owner's alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _about_the_place(path: Path, error: OSError) -> str:
    if isinstance(error, FileExistsError | NotADirectoryError):
        return f"{path.parent} is not a directory: choose another --data directory."
    if isinstance(error, IsADirectoryError):
        return f"{path} is a directory where a database file is expected: move it away."
    what = error.strerror or str(error)
    return f"{path} cannot be written ({what}): choose a --data directory that is yours to write."


def _about_the_file(path: Path, error: DatabaseError) -> str:
    """By the name of SQLite's result code; an extended one begins with the plain one's name."""
    name = getattr(error.orig, "sqlite_errorname", "")
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return f"{path} is not a database or is damaged: move it away or restore a backup."
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return f"{path} is locked by another program: close that program and start again."
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return f"{path} cannot be written ({error.orig}): it must belong to the user who serves."
    return f"{path} cannot be opened ({error.orig}): look at the disk and its free space."
