"""What the store needs of a database: somewhere to run functions over a connection.

The statements are written once, as plain functions over SQLAlchemy's `Connection`. How such a
function gets its connection is each database's own affair: threads for SQLite, greenlets over an
asynchronous driver for PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError, SQLAlchemyError

from vetrina.store.errors import StoreFault

T = TypeVar("T")
# Serialization failure and deadlock: the transaction had to make room for another.
MADE_ROOM = frozenset({"40001", "40P01"})


class Database(Protocol):
    """A place that keeps the tables. `name` is for messages."""

    name: str

    async def open(self) -> None:
        """Connect and bring the schema up to date. Raises StoreUnusable."""
        ...

    async def close(self) -> None:
        """Let go. What runs is waited for."""
        ...

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run a function that only reads, next to others, and maybe again. Raises StoreError."""
        ...

    def on_read(self, tell: Callable[[str], None]) -> None:
        """Call this with the table of each statement that `read` runs."""
        ...

    def still_there(self) -> None:
        """Raises StoreFault when what was opened is not what others would find in its place."""
        ...

    def clock_ns(self, connection: Connection) -> int:
        """What the clock of the machine says that keeps the data: nanoseconds since 1970."""
        ...

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run a function in a transaction of its own, and commit it; one after the other.

        The transaction sees every earlier commit, of other processes too. Where the connection
        breaks it may run again, but only as long as it certainly was not committed. Raises what
        the function raises, and StoreError when the database cannot commit.
        """
        ...


def store_error(error: SQLAlchemyError) -> StoreFault:
    """The driver's complaint without the statement: its parameters may hold what is secret."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return StoreFault(f"The database failed: {cause}")


def sqlstate(error: BaseException) -> str:
    """PostgreSQL's five characters for what went wrong; empty where there are none."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(cause, "sqlstate", None) or "")


def is_lost(error: SQLAlchemyError) -> bool:
    """Whether the connection is gone, and with it whatever was under way on it."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


def is_of_one(error: SQLAlchemyError) -> bool:
    """Whether one write of many brought it about, or an encounter with another process."""
    alone = isinstance(error, IntegrityError | DataError | InterfaceError)
    return alone or sqlstate(error) in MADE_ROOM
