"""Copying an installation from one database into another, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, Table, delete, func, insert, select, text

from vetrina.store.errors import StoreUnusable
from vetrina.store.sql.secrets import KEY_CHECK
from vetrina.store.sql.tables import events, installation, leases, metadata, shows

BATCH = 1_000
MARKS = "writer/"
"""What processes note of themselves in the table `installation`; it is of no other database."""

Tell: TypeAlias = Callable[[str, int, int], None]
"""Told of a table's name, how many of its rows are copied, and how many there are."""

# Who does what for all is settled anew. The others in an order that foreign keys allow.
TABLES = tuple(table for table in metadata.sorted_tables if table is not leases)


def copy_all(source: Connection, target: Connection, tell: Tell) -> int:
    """Copy every row within the target's transaction; returns how many.

    Raises StoreUnusable when the target is not empty, or not like the source afterwards.
    """
    target.execute(delete(installation).where(installation.c.name == KEY_CHECK))
    names = ", ".join(f'"{table.name}"' for table in TABLES)
    target.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))
    full = [table.name for table in TABLES if _count(target, table)]
    if full:
        raise StoreUnusable(
            f"The target is not empty (there are rows in {', '.join(full)}): "
            "copy into a new database."
        )
    rows = sum(_copy(source, target, table, tell) for table in TABLES)
    _compare(source, target)
    _number_on(target)
    return rows


def _copy(source: Connection, target: Connection, table: Table, tell: Tell) -> int:
    total, copied = _count(source, table), 0
    tell(table.name, copied, total)
    for rows in source.execute(_own(table)).partitions(BATCH):
        target.execute(insert(table), [dict(row._mapping) for row in rows])
        copied += len(rows)
        tell(table.name, copied, max(copied, total))
    return copied


def _own(table: Table) -> Any:
    rows = select(table).order_by(*table.primary_key.columns)
    if table is installation:
        return rows.where(~table.c.name.startswith(MARKS))
    return rows


def _count(connection: Connection, table: Table) -> int:
    rows = _own(table).order_by(None).subquery()
    return int(connection.execute(select(func.count()).select_from(rows)).scalar_one())


def _compare(source: Connection, target: Connection) -> None:
    """Counts of rows, and each show's epoch, head and number of events."""
    for table in TABLES:
        if _count(source, table) != _count(target, table):
            raise _unlike(f"the number of rows in {table.name} differs")
    heads = _heads(target)
    if _heads(source) != heads:
        raise _unlike("a show's epoch, head or log differs")
    for head in heads:
        if head.seq != head.written:
            raise StoreUnusable(
                f"The log of {head.slug} has {head.written} events and should have {head.seq}: "
                "nothing was copied, restore a backup first."
            )


def _heads(connection: Connection) -> Sequence[Row[Any]]:
    return connection.execute(
        select(shows.c.slug, shows.c.epoch, shows.c.seq, func.count(events.c.seq).label("written"))
        .select_from(shows.outerjoin(events, events.c.show == shows.c.slug))
        .group_by(shows.c.slug, shows.c.epoch, shows.c.seq)
        .order_by(shows.c.slug)
    ).all()


def _number_on(target: Connection) -> None:
    """New rows come after those that brought their own numbers."""
    for table in TABLES:
        if "place" in table.c:
            sequence = f"pg_get_serial_sequence('\"{table.name}\"', 'place')"
            newest = select(func.max(table.c.place)).scalar_subquery()
            target.execute(select(func.setval(text(sequence), func.coalesce(newest, 1))))


def _unlike(why: str) -> StoreUnusable:
    return StoreUnusable(
        f"Something wrote while it was copied ({why}): nothing was copied, stop it and try again."
    )
