"""Event log in SQL: reading it, and what can be done where it cannot be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, select, update
from sqlalchemy.exc import DBAPIError

from vetrina.domain.show.events import Event, Recorded
from vetrina.protocol.codec import BadEvent, decode_event, encode_event, type_of
from vetrina.store.errors import DamagedLog
from vetrina.store.ports.shows import RawEvent
from vetrina.store.sql.database import sqlstate
from vetrina.store.sql.tables import events

_EVENTS = (
    select(events.c.seq, events.c.type, events.c.data, events.c.by)
    .where(events.c.show == bindparam("show"), events.c.seq > bindparam("after"))
    .order_by(events.c.seq)
)
_NUMBERS = (
    select(events.c.seq, events.c.at)
    .where(events.c.show == bindparam("show"))
    .order_by(events.c.seq)
)
_ONE = select(events.c.type, events.c.data, events.c.by).where(
    events.c.show == bindparam("show"), events.c.seq == bindparam("number")
)
_REPLACE = (
    update(events)
    .where(events.c.show == bindparam("of"), events.c.seq == bindparam("number"))
    .values(type=bindparam("kind"), at=bindparam("moment"), data=bindparam("fields"))
)
_NO_TEXT: Final = "Could not decode to UTF-8"
_CORRUPT: Final = ("XX001", "XX002")
"""PostgreSQL's codes for data and indexes that are damaged."""


def read_events(slug: str, after: int, limit: int | None, connection: Connection) -> list[Recorded]:
    """Decoding is done here, off the event loop: a long show has a long log. Raises DamagedLog."""
    try:
        # All of them first: a result that is left half read keeps SQLite at what it saw then.
        rows = connection.execute(_EVENTS.limit(limit), {"show": slug, "after": after}).all()
        return [_recorded(slug, row) for row in rows]
    except DBAPIError as error:
        if not _is_damage(error):
            raise
        raise DamagedLog(slug, None, str(error.orig)) from error


def raw_events(slug: str, connection: Connection) -> list[RawEvent]:
    """Every row of a log, as far as each can be read."""
    rows = connection.execute(_NUMBERS, {"show": slug}).all()
    return [_raw(slug, row, connection) for row in rows]


def replace_events(slug: str, by_number: Mapping[int, Event], connection: Connection) -> None:
    """Put other events in the place of some."""
    for rows in _replacements(slug, by_number):
        connection.execute(_REPLACE, rows)


def _recorded(slug: str, row: Row[Any, Any, Any, Any]) -> Recorded:
    try:
        return Recorded(row.seq, decode_event(row.type, row.data), row.by)
    except BadEvent as error:
        raise DamagedLog(slug, row.seq, str(error)) from error


def _raw(slug: str, row: Row[Any, Any], connection: Connection) -> RawEvent:
    at = row.at if isinstance(row.at, int) else 0
    try:
        found = connection.execute(_ONE, {"show": slug, "number": row.seq}).one()
    except DBAPIError as error:
        if not _is_damage(error):
            raise
        return RawEvent(row.seq, at, None, None, None)
    return RawEvent(row.seq, at, found.type, found.data, found.by)


def _replacements(slug: str, by_number: Mapping[int, Event]) -> Iterator[dict[str, Any]]:
    for number, event in by_number.items():
        fields = encode_event(event).decode()
        kind = type_of(event)
        yield {"of": slug, "number": number, "kind": kind, "moment": event.at, "fields": fields}


def _is_damage(error: DBAPIError) -> bool:
    """Whether what is on the disk is wrong, and not the disk or the way to it."""
    name = str(getattr(error.orig, "sqlite_errorname", ""))
    corrupt = name.startswith("SQLITE_CORRUPT") or sqlstate(error) in _CORRUPT
    return corrupt or _NO_TEXT in str(error.orig)
