"""Schema migrations: bringing the tables up to date, with what travels with the program."""

from __future__ import annotations

import logging
import warnings
from functools import cache
from pathlib import Path
from typing import NamedTuple

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, inspect

from vetrina.store.errors import StoreNotReady, StoreUnusable

# It tells at every start which kind of database it found.
logging.getLogger("alembic").setLevel(logging.WARNING)

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"
ELSEWHERE = "choose another --data directory"


class Migrated(NamedTuple):
    """The schema's version, before and after; None: there were no tables."""

    before: str | None
    after: str


def migrate(
    connection: Connection, name: str, migrations: Path = MIGRATIONS, elsewhere: str = ELSEWHERE
) -> Migrated | None:
    """Run what is missing, within the caller's transaction. `name` is for messages.

    None when nothing was. Raises StoreUnusable for a schema from a newer version and for tables
    that are not ours; `elsewhere` says what to do then.
    """
    config = _config(migrations)
    config.attributes["connection"] = connection
    before, newest = _versions(connection, name, migrations, elsewhere)
    if before == newest:
        return None
    command.upgrade(config, "head")
    return Migrated(before, newest)


def check(
    connection: Connection, name: str, migrations: Path = MIGRATIONS, elsewhere: str = ELSEWHERE
) -> None:
    """Only look. Raises like `migrate`, and StoreNotReady where that would change something."""
    before, newest = _versions(connection, name, migrations, elsewhere)
    if before is None:
        raise StoreNotReady(f"{name} holds nothing yet: `vetrina serve` makes the tables.")
    if before != newest:
        raise StoreNotReady(
            f"{name} is of an earlier version: the next `vetrina serve` brings it up to date."
        )


def _config(migrations: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    return config


def _versions(
    connection: Connection, name: str, migrations: Path, elsewhere: str
) -> tuple[str | None, str]:
    """The schema's version and the newest one that is known."""
    known, newest = _revisions(migrations)
    current = MigrationContext.configure(connection).get_current_revision()
    if current is None and inspect(connection).get_table_names():
        raise StoreUnusable(f"{name} holds tables of another program: {elsewhere}.")
    if current is not None and current not in known:
        raise StoreUnusable(
            f"{name} was written by a newer version (schema {current}): install that version."
        )
    return current, newest


@cache
def _revisions(migrations: Path) -> tuple[frozenset[str], str]:
    """All revisions and the newest, read once. A gap in their chain means that a file was lost."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            script = ScriptDirectory.from_config(_config(migrations))
            known = frozenset(each.revision for each in script.walk_revisions())
            newest = script.get_current_head()
    except (CommandError, KeyError) as error:
        raise _missing(migrations) from error
    if newest is None:
        raise _missing(migrations)
    return known, newest


def _missing(migrations: Path) -> StoreUnusable:
    return StoreUnusable(f"A migration is missing in {migrations}/versions: install Vetrina again.")
