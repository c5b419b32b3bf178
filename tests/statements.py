"""A statement that SQLAlchemy has compiled for one SQLite engine serves all engines of the tests.

Each test opens a store of its own, and each store compiled all of its statements again.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from sqlalchemy import create_engine
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from vetrina.store.sqlite import database

MOST: Final = 500


def share() -> None:
    """From now on; statements are kept by dialect, and the dialects of SQLite are all alike."""
    SQLiteDialect_pysqlite.__eq__ = lambda one, other: type(one) is type(other)  # type: ignore[method-assign]
    SQLiteDialect_pysqlite.__hash__ = lambda one: hash(type(one))  # type: ignore[method-assign]
    kept = {"compiled_cache": LRUCache(MOST)}
    database.create_engine = partial(create_engine, execution_options=kept)  # type: ignore[attr-defined]
