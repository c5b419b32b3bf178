"""Event log reads in SQL."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from vetrina.domain.show.events import Recorded
from vetrina.protocol.codec import BadEvent, decode_event
from vetrina.store.errors import StoreError
from vetrina.store.sql.tables import events

_EVENTS = (
    select(events.c.seq, events.c.type, events.c.data, events.c.by)
    .where(events.c.show == bindparam("show"), events.c.seq > bindparam("after"))
    .order_by(events.c.seq)
)


def read_events(slug: str, after: int, limit: int | None, connection: Connection) -> list[Recorded]:
    """Decoding is done here, off the event loop: a long show has a long log."""
    rows = connection.execute(_EVENTS.limit(limit), {"show": slug, "after": after})
    try:
        return [Recorded(row.seq, decode_event(row.type, row.data), row.by) for row in rows]
    except BadEvent as error:
        raise StoreError(f"The log of {slug!r} cannot be read: {error}") from error
