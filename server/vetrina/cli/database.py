"""What the command line does with databases: bring one up to date, copy one into another."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from vetrina.settings import Settings
from vetrina.store.errors import StoreUnusable
from vetrina.store.sql.copy import Tell, copy_all
from vetrina.store.sql.store import FILE, postgres_database, sqlite_database
from vetrina.store.sqlite.database import SqliteDatabase

if TYPE_CHECKING:
    from vetrina.store.postgresql.database import PostgresDatabase


async def bring_up_to_date(settings: Settings) -> str:
    """Make or migrate the tables; what was done, in a sentence. Raises StoreUnusable."""
    database: SqliteDatabase | PostgresDatabase
    if settings.database is None:
        database = sqlite_database(settings.data, serve=True)
    else:
        database = postgres_database(settings.database.get_secret_value())
    await database.open()
    await database.close()
    name, migrated = f"{database.name[0].upper()}{database.name[1:]}", database.migrated
    if migrated is None:
        return f"{name} is up to date: there was nothing to do."
    if migrated.before is None:
        return f"{name} has its tables now (schema {migrated.after})."
    return f"{name} was brought from schema {migrated.before} to {migrated.after}."


async def copy_database(settings: Settings, url: str, setting: str, tell: Tell) -> int:
    """Copy the SQLite database of `data` into a PostgreSQL one; returns the number of rows.

    Both are brought up to date before. Raises StoreUnusable, also while a server runs.
    """
    target = postgres_database(url, setting=setting)
    if not (settings.data / FILE).is_file():
        raise StoreUnusable(f"There is no database in {settings.data} to copy.")
    source = sqlite_database(settings.data, serve=True)
    await source.open()
    try:
        await target.open()
        with source.long_read() as reading:
            return await target.alone(partial(copy_all, reading, tell=tell))
    finally:
        await target.close()
        await source.close()
