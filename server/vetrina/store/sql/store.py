"""Store port in SQL: all ports over one database."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from vetrina.encryption import Cipher
from vetrina.store.errors import StoreError, StoreUnusable
from vetrina.store.ports.observer import StoreObserver
from vetrina.store.sql.answers import SqlAnswers
from vetrina.store.sql.catalogue import SqlCatalogue
from vetrina.store.sql.checkouts import SqlCheckouts
from vetrina.store.sql.clock import SqlClock
from vetrina.store.sql.connections import SqlConnections
from vetrina.store.sql.import_jobs import SqlImportJobs
from vetrina.store.sql.imports import SqlImports
from vetrina.store.sql.inbox import SqlInbox
from vetrina.store.sql.keys import SqlKeys
from vetrina.store.sql.leases import SqlLeases
from vetrina.store.sql.markets import SqlMarkets
from vetrina.store.sql.matches import SqlMatches
from vetrina.store.sql.order_hooks import SqlOrderHooks
from vetrina.store.sql.payments import SqlPayments
from vetrina.store.sql.places import SqlPlaces
from vetrina.store.sql.polls import SqlPolls
from vetrina.store.sql.prices import SqlPrices
from vetrina.store.sql.shop import SqlShop
from vetrina.store.sql.shop_orders import SqlShopOrders
from vetrina.store.sql.shows import SqlShows
from vetrina.store.sql.states import SqlStates
from vetrina.store.sql.syncs import SqlSyncs
from vetrina.store.sql.tables import installation
from vetrina.store.sql.unread import SqlUnread
from vetrina.store.sql.vouchers import SqlVouchers
from vetrina.store.sqlite.database import SqliteDatabase

if TYPE_CHECKING:
    from vetrina.store.postgresql.database import PostgresDatabase

FILE = "vetrina.db"
SETTING = "VETRINA_DATABASE"


class SqlStore(
    SqlShows,
    SqlStates,
    SqlCatalogue,
    SqlPrices,
    SqlCheckouts,
    SqlPlaces,
    SqlImports,
    SqlImportJobs,
    SqlShop,
    SqlShopOrders,
    SqlMarkets,
    SqlKeys,
    SqlAnswers,
    SqlConnections,
    SqlInbox,
    SqlMatches,
    SqlPayments,
    SqlPolls,
    SqlSyncs,
    SqlLeases,
    SqlClock,
    SqlUnread,
    SqlVouchers,
    SqlOrderHooks,
):
    """The port `Store`. One object serves one open and one close."""

    @property
    def name(self) -> str:
        """Which database this is, for messages."""
        return self._database.name

    async def open(self) -> None:
        await self._database.open()
        self._reader.start()
        self._writer.start()

    async def close(self) -> None:
        await self._reader.stop()
        await self._writer.stop()
        await self._database.close()

    def watched_by(self, watch: StoreObserver) -> None:
        self._watch = watch
        self._database.on_read(watch.store_read)

    async def ping(self) -> None:
        if not self._writer.running:
            raise StoreError("The store is closed.")
        await asyncio.to_thread(self._database.still_there)
        await self._row(select(installation.c.name).limit(1))
        if self._fault is not None:
            await self._try_writing()


def sqlite_database(data: Path, **more: Any) -> SqliteDatabase:
    """The database in a data directory."""
    return SqliteDatabase(data / FILE, **more)


def sqlite_store(
    data: Path,
    cipher: Cipher | None = None,
    *,
    serve: bool = False,
    shared: bool = False,
    look: bool = False,
) -> SqlStore:
    """The store in a data directory. `serve`: as its one server, or, `shared`, as one of several
    that hear each other; else for a short visit. `cipher`: with other keys than those of the file
    in the directory.

    `look`: only to read; opening raises StoreNotReady for one that a start would make or change.
    """
    database = SqliteDatabase(data / FILE, serve=serve, shared=shared, look=look)
    return SqlStore(database, cipher or Cipher(data))


def postgres_store(
    url: str, cipher: Cipher, *, look: bool = False, connections: int = 5
) -> SqlStore:
    """The store in a PostgreSQL database, whoever else uses it. `look` as for SQLite.

    Raises StoreUnusable for an address that is none, and without the driver.
    """
    return SqlStore(postgres_database(url, look=look, connections=connections), cipher)


def postgres_database(url: str, *, setting: str = SETTING, **more: Any) -> PostgresDatabase:
    """The database that a setting names; imported only now, since its driver is an extra."""
    try:
        from vetrina.store.postgresql.address import parsed
        from vetrina.store.postgresql.database import PostgresDatabase
    except ModuleNotFoundError as error:
        if error.name != "asyncpg":
            raise
        raise StoreUnusable(
            f"{setting} names a PostgreSQL database, and its driver is not installed: "
            "pip install 'vetrina[postgres]'."
        ) from error
    return PostgresDatabase(parsed(url, setting), **more)
