"""`vetrina migrate` and `vetrina db`: bring a database up to date, copy one, repair a log."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from vetrina.cli.exits import USED_WRONGLY, UsedWrongly, errors, fail, run
from vetrina.cli.installation import opened_store
from vetrina.cli.options import DatabaseOption, DataOption, settings_of
from vetrina.cli.progress import RowsProgress
from vetrina.live.log_repair import examine_log, repair_log
from vetrina.live.service import UnknownShow
from vetrina.settings import Settings
from vetrina.store.errors import StoreUnusable
from vetrina.store.sql.copy import Tell, copy_all
from vetrina.store.sql.store import FILE, postgres_database, sqlite_database
from vetrina.store.sqlite.database import SqliteDatabase

if TYPE_CHECKING:
    from vetrina.store.postgresql.database import PostgresDatabase


databases = typer.Typer(help="Move or repair the database.", no_args_is_help=True)


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


@databases.command("repair")
def repair_command(
    show: Annotated[str, typer.Argument(help="The show's slug, as `vetrina doctor` says it.")],
    copy: Annotated[
        Path | None, typer.Option(help="Where the log as it was goes; SHOW-log.jsonl without it.")
    ] = None,
    data: DataOption = None,
    database: DatabaseOption = None,
) -> None:
    """Make a show readable whose log is damaged, without the events that cannot be read."""
    settings = settings_of(data=data, database=database)
    typer.echo(run(repair_show(settings, show, copy or Path(f"{show}-log.jsonl"))))


async def repair_show(settings: Settings, slug: str, copy: Path) -> str:
    """Keep a copy of the log, then repair it; what was done, in a sentence. Raises UsedWrongly."""
    async with opened_store(settings) as store:
        try:
            before = await examine_log(store, slug)
            if not before.replaced:
                return f"The log of {slug} can be read: there was nothing to do."
            with copy.open("xb") as file:
                file.writelines(orjson.dumps(asdict(raw)) + b"\n" for raw in before.log)
            done = await repair_log(store, slug)
        except UnknownShow as error:
            raise UsedWrongly(f"There is no show {slug}.") from error
        except OSError as error:
            raise UsedWrongly(f"--copy: {copy} cannot be made ({error.strerror}).") from error
    count, of = len(done.replaced), len(done.log)
    return f"{count} of {of} events of {slug} gave way; the log as it was is in {copy}."


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
