"""Bringing the tables up to date, by the migrations that travel with the program."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, inspect

from server.store.base import StoreUnusable

MIGRATIONS = Path(__file__).with_name("migrations")


def migrate(connection: Connection, name: str, migrations: Path = MIGRATIONS) -> None:
    """Run what is missing, within the caller's transaction. `name` is for messages.

    Raises StoreUnusable for a schema from a newer version and for tables that are not ours.
    """
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.attributes["connection"] = connection
    script = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_revision()
    if current is None and inspect(connection).get_table_names():
        raise StoreUnusable(
            f"{name} is not a Vetrina database: move it away, or choose another data directory."
        )
    if current is not None and current not in _known(script, migrations):
        raise StoreUnusable(
            f"{name} was written by a newer version (schema {current}): "
            "install that version or a later one."
        )
    if current != script.get_current_head():
        command.upgrade(config, "head")


def _known(script: ScriptDirectory, migrations: Path) -> set[str]:
    try:
        return {revision.revision for revision in script.walk_revisions()}
    except (CommandError, KeyError) as error:
        raise StoreUnusable(
            f"A migration is missing from {migrations / 'versions'}: install Vetrina again."
        ) from error
