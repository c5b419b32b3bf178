"""What the store needs of a database: somewhere to run functions over a connection.

The statements are written once, as plain functions over SQLAlchemy's `Connection`. How such a
function gets its connection is each database's own affair: threads for SQLite.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from server.store.base import StoreError

T = TypeVar("T")


class Database(Protocol):
    """A place that keeps the tables."""

    async def open(self) -> None:
        """Connect and bring the schema up to date. Raises StoreUnusable."""
        ...

    async def close(self) -> None:
        """Let go. What runs is waited for."""
        ...

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run a function that only reads, next to others. Raises StoreError."""
        ...

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run a function that begins and commits its own transaction; one after the other.

        A transaction that begins here sees every earlier commit, of other processes too.
        """
        ...


def store_error(error: SQLAlchemyError) -> StoreError:
    """The driver's complaint without the statement: its parameters may hold what is secret."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return StoreError(f"The database failed: {cause}")
