"""Stored states port in SQL: one row for each show."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from vetrina.store.ports.states import StoredState
from vetrina.store.sql.repository import Repository
from vetrina.store.sql.tables import shows, states

_STATE = select(states).where(states.c.show == bindparam("slug"))
_SEQS = select(states.c.show, states.c.seq).where(states.c.version == bindparam("version"))
_FORGET = delete(states).where(states.c.show == bindparam("slug"))
# Who appends holds the row of the show too, so that no two write a state at once.
_SHOW = (
    select(shows.c.slug).where(shows.c.slug == bindparam("slug")).with_for_update(key_share=True)
)


class SqlStates(Repository):
    """The port `StateStore`."""

    async def stored_state(self, slug: str) -> StoredState | None:
        row = await self._row(_STATE, slug=slug)
        return StoredState(row.seq, row.version, row.checksum, row.data) if row else None

    async def put_state(self, slug: str, state: StoredState) -> None:
        await self._write_alone(partial(_put, slug, state))

    async def stored_seqs(self, version: str) -> dict[str, int]:
        rows = await self._rows(_SEQS, version=version)
        return {row.show: row.seq for row in rows}


def write_state(connection: Connection, slug: str, state: StoredState) -> None:
    """Replace a show's state, where the row of the show is locked."""
    forget_state(connection, slug)
    connection.execute(insert(states), _values(slug, state))


def forget_state(connection: Connection, slug: str) -> None:
    """The log says something else now, or is to be read whole."""
    connection.execute(_FORGET, {"slug": slug})


def _put(slug: str, state: StoredState, connection: Connection) -> None:
    if connection.execute(_SHOW, {"slug": slug}).first() is None:
        raise LookupError(f"There is no show {slug!r}.")
    known = connection.execute(_STATE, {"slug": slug}).first()
    if known is None or known.version != state.version or known.seq < state.seq:
        write_state(connection, slug, state)


def _values(slug: str, state: StoredState) -> dict[str, Any]:
    return {
        "show": slug,
        "seq": state.seq,
        "version": state.version,
        "checksum": state.checksum,
        "data": state.data,
    }
