"""Schema migrations by Alembic, from the files that travel with the program."""

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

from vetrina.store.errors import StoreUnusable

# It tells at every migration which kind of database it found.
logging.getLogger("alembic").setLevel(logging.WARNING)


def upgrade(connection: Connection, migrations: Path) -> None:
    """Run what is missing."""
    command.upgrade(_config(connection, migrations), "head")


def versions(
    connection: Connection, name: str, migrations: Path, elsewhere: str
) -> tuple[str | None, str]:
    """The schema's version and the newest one that is known."""
    known, newest = _revisions(_config(connection, migrations), migrations)
    current = MigrationContext.configure(connection).get_current_revision()
    if current is None and inspect(connection).get_table_names():
        raise StoreUnusable(f"{name} holds tables of another program: {elsewhere}.")
    if current is not None and current not in known:
        raise StoreUnusable(
            f"{name} was written by a newer version (schema {current}): install that version."
        )
    return current, newest


def _config(connection: Connection, migrations: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


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
