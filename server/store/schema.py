"""Bringing the tables up to date, by the migrations that travel with the program."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, inspect

from server.store.base import StoreNotReady, StoreUnusable

# It tells at every start which kind of database it found.
logging.getLogger("alembic").setLevel(logging.WARNING)

MIGRATIONS = Path(__file__).with_name("migrations")


def migrate(connection: Connection, name: str, migrations: Path = MIGRATIONS) -> None:
    """Run what is missing, within the caller's transaction. `name` is for messages.

    Raises StoreUnusable for a schema from a newer version and for tables that are not ours.
    """
    config = _config(connection, migrations)
    if not _is_current(connection, name, config, migrations):
        command.upgrade(config, "head")


def check(connection: Connection, name: str, migrations: Path = MIGRATIONS) -> None:
    """Only look. Raises like `migrate`, and StoreNotReady where that would change something."""
    if not _is_current(connection, name, _config(connection, migrations), migrations):
        raise StoreNotReady(
            f"{name} is of an earlier version: the next `vetrina serve` brings it up to date."
        )


def _config(connection: Connection, migrations: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _is_current(connection: Connection, name: str, config: Config, migrations: Path) -> bool:
    known, newest = _revisions(config, migrations)
    current = MigrationContext.configure(connection).get_current_revision()
    if current is None and inspect(connection).get_table_names():
        raise StoreUnusable(
            f"{name} holds tables of another program: choose another --data directory."
        )
    if current is not None and current not in known:
        raise StoreUnusable(
            f"{name} was written by a newer version (schema {current}): install that version."
        )
    return current == newest


def _revisions(config: Config, migrations: Path) -> tuple[set[str], str]:
    """All revisions and the newest. A gap in their chain means that a file was lost."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            script = ScriptDirectory.from_config(config)
            known = {revision.revision for revision in script.walk_revisions()}
            newest = script.get_current_head()
    except (CommandError, KeyError) as error:
        raise _missing(migrations) from error
    if newest is None:
        raise _missing(migrations)
    return known, newest


def _missing(migrations: Path) -> StoreUnusable:
    return StoreUnusable(f"A migration is missing in {migrations}/versions: install Vetrina again.")
