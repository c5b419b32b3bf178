"""Event log port in SQL: shows and their events."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from vetrina.domain.show.events import Event, Position, Recorded
from vetrina.domain.show.values import Host
from vetrina.store.errors import Conflict, Taken
from vetrina.store.ports.keys import FirstKey
from vetrina.store.ports.pages import Page
from vetrina.store.ports.shows import (
    Append,
    Appended,
    ListedShow,
    RawEvent,
    Running,
    Show,
    Standing,
)
from vetrina.store.sql.append import STAND, standing_row, write_entries
from vetrina.store.sql.chunks import slices
from vetrina.store.sql.event_log import raw_events, read_events, replace_events
from vetrina.store.sql.keys import insert_key
from vetrina.store.sql.repository import Repository
from vetrina.store.sql.states import forget_state
from vetrina.store.sql.tables import shows

_SHOW = select(shows).where(shows.c.slug == bindparam("slug"))
_SHOWS = select(shows).order_by(shows.c.created_at.desc(), shows.c.place.desc())
_LISTED = select(shows).order_by(shows.c.place.desc()).limit(bindparam("most"))
_HEAD = select(shows.c.epoch, shows.c.seq).where(shows.c.slug == bindparam("slug"))
_HEADS = select(shows.c.slug, shows.c.epoch, shows.c.seq).where(
    shows.c.slug.in_(bindparam("slugs", expanding=True))
)
_RUNNING = (
    select(shows)
    .where(or_(shows.c.status.is_(None), shows.c.status != "ended"))
    .order_by(shows.c.created_at.desc(), shows.c.place.desc())
)
_RENEW = (
    update(shows)
    .where(shows.c.slug == bindparam("show"), shows.c.epoch == bindparam("old"))
    .values(epoch=bindparam("new"))
)


class SqlShows(Repository):
    """The port `ShowStore`."""

    async def create_show(
        self,
        show: Show,
        events: Sequence[Event] = (),
        by: str | None = None,
        standing: Standing | None = None,
        first_key: FirstKey | None = None,
    ) -> Appended:
        return await self._write_alone(partial(_create, show, events, by, standing, first_key))

    async def show(self, slug: str) -> Show | None:
        row = await self._row(_SHOW, slug=slug)
        return to_show(row) if row else None

    async def shows(self) -> list[Show]:
        return [to_show(row) for row in await self._rows(_SHOWS)]

    async def show_page(
        self, before: int | None = None, limit: int = 100, only: str | None = None
    ) -> Page[ListedShow]:
        return await self._database.read(partial(_page, before, limit, only))

    async def head(self, slug: str) -> Position | None:
        row = await self._row(_HEAD, slug=slug)
        return Position(row.epoch, row.seq) if row else None

    async def heads(self, slugs: Sequence[str]) -> dict[str, Position]:
        found: dict[str, Position] = {}
        for some in slices(slugs):
            rows = await self._rows(_HEADS, slugs=some)
            found.update((row.slug, Position(row.epoch, row.seq)) for row in rows)
        return found

    async def running(self) -> list[Running]:
        return [_to_running(row) for row in await self._rows(_RUNNING)]

    async def set_standing(self, slug: str, standing: Standing) -> None:
        def stand(connection: Connection) -> None:
            connection.execute(STAND, standing_row(slug, standing))

        await self._write_alone(stand)

    async def renew_epoch(self, slug: str, old: str, new: str) -> bool:
        def renew(connection: Connection) -> bool:
            values = {"show": slug, "old": old, "new": new}
            return connection.execute(_RENEW, values).rowcount == 1

        return await self._write_alone(renew)

    async def append(self, append: Append) -> Appended:
        began = time.monotonic()
        appended: Appended = await self._write(write_entries, append)
        if self._watch is not None:
            self._watch.store_appended(time.monotonic() - began)
        return appended

    async def events(self, slug: str, after: int = 0, limit: int | None = None) -> list[Recorded]:
        return await self._database.read(partial(read_events, slug, after, limit))

    async def raw_events(self, slug: str) -> list[RawEvent]:
        return await self._database.read(partial(raw_events, slug))

    async def replace_events(
        self, show: Show, by_number: Mapping[int, Event], standing: Standing, epoch: str
    ) -> None:
        def replace(connection: Connection) -> None:
            values = {"show": show.slug, "old": show.epoch, "new": epoch}
            if connection.execute(_RENEW, values).rowcount != 1:
                raise Conflict(f"The log of {show.slug} was replaced meanwhile.")
            replace_events(show.slug, by_number, connection)
            forget_state(connection, show.slug)
            connection.execute(STAND, standing_row(show.slug, standing))

        await self._write_alone(replace)


def _page(
    before: int | None, limit: int, only: str | None, connection: Connection
) -> Page[ListedShow]:
    """One row more than fits says that there are more."""
    wanted = _LISTED if only is None else _LISTED.where(shows.c.slug == only)
    if before is not None:
        wanted = wanted.where(shows.c.place < before)
    rows = connection.execute(wanted, {"most": limit + 1}).all()
    listed = [ListedShow(to_show(row), row.status) for row in rows[:limit]]
    return Page(listed, rows[limit - 1].place if len(rows) > limit else None)


def _create(
    show: Show,
    first: Sequence[Event],
    by: str | None,
    standing: Standing | None,
    first_key: FirstKey | None,
    connection: Connection,
) -> Appended:
    if connection.execute(_HEAD, {"slug": show.slug}).first() is not None:
        raise _taken(show)
    try:
        connection.execute(insert(shows), _show_row(show))
    except IntegrityError as error:
        raise _taken(show) from error
    append = Append(show=show.slug, events=first, by=by, standing=standing)
    [outcome] = write_entries(connection, [append])
    if isinstance(outcome, Exception):
        raise outcome
    if first_key is not None:
        insert_key(first_key.key, first_key.digest, first_key.answer, connection)
    appended: Appended = outcome
    return appended


def _taken(show: Show) -> Taken:
    return Taken(f"There is a show {show.slug!r} already. Choose another slug.")


def _show_row(show: Show) -> dict[str, Any]:
    return {
        "slug": show.slug,
        "title": show.title,
        "currency": show.currency,
        "epoch": show.epoch,
        "created_at": show.created_at,
        "host_name": show.host.name if show.host else None,
        "host_url": show.host.url if show.host else None,
        "starts_at": show.starts_at,
        "seq": 0,
        "status": "draft",
    }


def _to_running(row: Row[Any]) -> Running:
    standing = None if row.status is None else Standing(row.status, row.due_at)
    return Running(row.slug, row.created_at, Position(row.epoch, row.seq), standing)


def to_show(row: Row[Any]) -> Show:
    """A show from its row."""
    return Show(
        slug=row.slug,
        title=row.title,
        currency=row.currency,
        epoch=row.epoch,
        created_at=row.created_at,
        host=None if row.host_name is None else Host(row.host_name, row.host_url),
        starts_at=row.starts_at,
        archived=row.archived_at is not None,
    )
