"""Schema migrations: whether the tables are up to date, and bringing them there.

Alembic is imported for tables that are not: it takes a fifth of a second, and most starts find
their tables as the last one left them.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, inspect, text

from vetrina.store.errors import StoreNotReady

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"
ELSEWHERE = "choose another --data directory"
NUMBER_CHARS = 4
"""A migration's file begins with its revision: 0001, 0002 and so on."""


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
    if _up_to_date(connection, migrations):
        return None
    from vetrina.store.sql.migrating import upgrade, versions

    before, newest = versions(connection, name, migrations, elsewhere)
    if before == newest:
        return None
    upgrade(connection, migrations)
    return Migrated(before, newest)


def check(
    connection: Connection, name: str, migrations: Path = MIGRATIONS, elsewhere: str = ELSEWHERE
) -> None:
    """Only look. Raises like `migrate`, and StoreNotReady where that would change something."""
    if _up_to_date(connection, migrations):
        return
    from vetrina.store.sql.migrating import versions

    before, newest = versions(connection, name, migrations, elsewhere)
    if before is None:
        raise StoreNotReady(f"{name} holds nothing yet: `vetrina serve` makes the tables.")
    if before != newest:
        raise StoreNotReady(
            f"{name} is of an earlier version: the next `vetrina serve` brings it up to date."
        )


def _up_to_date(connection: Connection, migrations: Path) -> bool:
    """Whether the tables are of the newest version, and no file of a migration was lost.

    A migration whose name does not follow the others is left to Alembic to understand.
    """
    found = sorted(path.name[:NUMBER_CHARS] for path in (migrations / "versions").glob("*.py"))
    unbroken = [f"{number:0{NUMBER_CHARS}}" for number in range(1, len(found) + 1)]
    if not found or found != unbroken or not inspect(connection).has_table("alembic_version"):
        return False
    reached = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    return reached == found[-1:]
