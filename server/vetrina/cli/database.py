"""`vetrina migrate` and `vetrina db`: bring a database up to date, copy one into another."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from vetrina.cli.exits import USED_WRONGLY, errors, fail, run
from vetrina.cli.installation import opened_store
from vetrina.cli.options import DatabaseOption, DataOption, settings_of
from vetrina.cli.progress import RowsProgress
from vetrina.settings import Settings
from vetrina.store.errors import StoreUnusable
from vetrina.store.sql.copy import Tell, copy_all
from vetrina.store.sql.store import FILE, postgres_database, sqlite_database
from vetrina.store.sqlite.database import SqliteDatabase

if TYPE_CHECKING:
    from vetrina.store.postgresql.database import PostgresDatabase


databases = typer.Typer(help="Move the database.", no_args_is_help=True)


def migrate(data: DataOption = None, database: DatabaseOption = None) -> None:
    """Make the tables, or bring them up to date. `serve` does it too."""
    typer.echo(run(bring_up_to_date(settings_of(data=data, database=database))))


@databases.command("copy")
def copy_command(
    to: Annotated[str | None, typer.Option(help="Address of an empty PostgreSQL database.")] = None,
    data: DataOption = None,
) -> None:
    """Copy the SQLite database into PostgreSQL, while no server runs. Viewers resume there."""
    settings = settings_of(data=data)
    if to is None and settings.database is None:
        fail("Where to? Say --to postgresql://user@host/name.", USED_WRONGLY)
    given, setting = (settings.database, "VETRINA_DATABASE") if to is None else (to, "--to")
    url = given if isinstance(given, str) else given.get_secret_value() if given else ""
    with RowsProgress(errors) as progress:
        rows = run(copy_database(settings, url, setting, progress.show))
    typer.echo(f"{rows} rows are copied. Pictures stay in {settings.data}: keep it as --data.")


async def bring_up_to_date(settings: Settings) -> str:
    """Make or migrate the tables; what was done, in a sentence. Raises StoreUnusable."""
    database: SqliteDatabase | PostgresDatabase
    if settings.database is None:
        database = sqlite_database(settings.data, serve=True)
    else:
        database = postgres_database(settings.database.get_secret_value())
    await database.open()
    await database.close()
    async with opened_store(settings) as store:
        await store.encrypt_secrets()
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
