"""Matches port in SQL: what shops call our products."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from vetrina.store.ports.matches import Match
from vetrina.store.sql.chunks import bound
from vetrina.store.sql.repository import Repository
from vetrina.store.sql.tables import matches

_ALL = select(matches).where(matches.c.connection == bindparam("of")).order_by(matches.c.place)
_KNOWN = select(matches.c.ref).where(
    matches.c.connection == bindparam("of"), matches.c.ref.in_(bindparam("refs", expanding=True))
)
_SAY = (
    update(matches)
    .where(matches.c.connection == bindparam("of"), matches.c.ref == bindparam("of_ref"))
    .values(sku=bindparam("to"))
)


class SqlMatches(Repository):
    """The port `MatchStore`."""

    async def matches(self, connection: str) -> list[Match]:
        rows = await self._rows(_ALL, of=connection)
        return [
            Match(
                ref=row.ref,
                sku=row.sku,
                title=row.title,
                shop_sku=row.shop_sku,
                seen_at=row.seen_at,
            )
            for row in rows
        ]

    async def put_matches(self, connection: str, skus: Mapping[str, str | None]) -> None:
        await self._write_again(partial(_put, connection, dict(skus)))

    async def note_references(self, connection: str, references: Sequence[Match]) -> None:
        await self._write_again(partial(_note, connection, references))


def _put(of: str, skus: Mapping[str, str | None], sql: Connection) -> None:
    known = _known(sql, of, skus)
    if known:
        sql.execute(_SAY, [{"of": of, "of_ref": ref, "to": skus[ref]} for ref in sorted(known)])
    new = [Match(ref=ref, sku=sku) for ref, sku in skus.items() if ref not in known]
    _insert(sql, of, [match for match in new if match.sku is not None])


def _note(of: str, references: Sequence[Match], sql: Connection) -> None:
    new = {match.ref: match for match in references}
    for ref in _known(sql, of, new):
        del new[ref]
    _insert(sql, of, new.values())


def _known(sql: Connection, of: str, refs: Iterable[str]) -> set[str]:
    return set(sql.execute(_KNOWN, {"of": of, "refs": bound(sorted(refs))}).scalars())


def _insert(sql: Connection, of: str, new: Iterable[Match]) -> None:
    rows: list[dict[str, Any]] = [{"connection": of, **asdict(match)} for match in new]
    if rows:
        sql.execute(insert(matches), rows)
