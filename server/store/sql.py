"""The store in SQL: all ports over one database."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from server.store.base import StoreError
from server.store.catalog import SqlCatalog
from server.store.inbox import SqlInbox
from server.store.keys import SqlKeys
from server.store.leases import SqlLeases
from server.store.matches import SqlMatches
from server.store.polls import SqlPolls
from server.store.shows import SqlShows
from server.store.sqlite import SqliteDatabase
from server.store.tables import installation

FILE = "vetrina.db"


class SqlStore(SqlShows, SqlCatalog, SqlKeys, SqlInbox, SqlMatches, SqlPolls, SqlLeases):
    """The port `Store`. One object serves one open and one close."""

    async def open(self) -> None:
        await self._database.open()
        self._reader.start()
        self._writer.start()

    async def close(self) -> None:
        await self._reader.stop()
        await self._writer.stop()
        await self._database.close()

    async def ping(self) -> None:
        if not self._writer.running:
            raise StoreError("The store is closed.")
        await self._row(select(installation.c.name).limit(1))


def sqlite_store(
    data: Path, *, serve: bool = False, shared: bool = False, look: bool = False
) -> SqlStore:
    """The store in a data directory. `serve`: as its one server, or, `shared`, as one of several
    that hear each other; else for a short visit.

    `look`: only to read; opening raises StoreNotReady for one that a start would make or change.
    """
    return SqlStore(SqliteDatabase(data / FILE, serve=serve, shared=shared, look=look))
