"""Keys port in SQL: API keys and login codes."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, insert, select, update

from vetrina.domain.access import Role
from vetrina.store.ports.answers import SealedResponse
from vetrina.store.ports.keys import Key
from vetrina.store.sql.answers import insert_response
from vetrina.store.sql.repository import Repository
from vetrina.store.sql.tables import keys, login_codes

_BY_DIGEST = select(keys).where(keys.c.digest == bindparam("digest"))
_REVOKED_AT = select(keys.c.revoked_at).where(keys.c.id == bindparam("id")).with_for_update()
_MAKER_OF_CODE = select(login_codes.c.made_by).where(login_codes.c.digest == bindparam("digest"))
_ALL = select(keys).order_by(keys.c.created_at, keys.c.place)
_REVOKED = select(keys.c.id).where(keys.c.revoked_at >= bindparam("since"))


class SqlKeys(Repository):
    """The port `KeyStore`."""

    async def add_key(self, key: Key, digest: str, answer: SealedResponse | None = None) -> None:
        await self._write_alone(partial(insert_key, key, digest, answer))

    async def key(self, digest: str) -> Key | None:
        row = await self._row(_BY_DIGEST, digest=digest)
        return _to_key(row) if row else None

    async def keys(self, show: str | None = None) -> list[Key]:
        statement = _ALL if show is None else _ALL.where(keys.c.show == show)
        return [_to_key(row) for row in await self._rows(statement)]

    async def revoke_key(self, key_id: str, at: int, *, with_made: bool = False) -> list[Key]:
        return await self._write_alone(partial(_revoke, key_id, at, with_made))

    async def revoked_since(self, at: int) -> list[str]:
        rows = await self._rows(_REVOKED, since=at)
        return [row.id for row in rows]

    async def note_key_used(self, key_id: str, at: int) -> None:
        note = update(keys).where(keys.c.id == key_id).values(last_used_at=at)
        await self._write_alone(lambda connection: connection.execute(note))

    async def add_login_code(
        self, digest: str, expires_at: int, made_by: str | None = None
    ) -> None:
        row = {"digest": digest, "expires_at": expires_at, "made_by": made_by}
        await self._write_alone(lambda connection: connection.execute(insert(login_codes), row))

    async def exchange_login_code(
        self, code: str, key: Key, digest: str, answer: SealedResponse | None = None
    ) -> bool:
        return await self._write_alone(partial(_exchange_code, code, key, digest, answer))


def _revoke(key_id: str, at: int, with_made: bool, connection: Connection) -> list[Key]:
    found = _revoke_where(keys.c.id == key_id, at, connection)
    newest = found if with_made else []
    while newest:
        makers = [key.id for key in newest]
        newest = _revoke_where(keys.c.made_by.in_(makers), at, connection)
        found += newest
    return found


def _revoke_where(which: ColumnElement[bool], at: int, connection: Connection) -> list[Key]:
    connection.execute(update(keys).where(which, keys.c.revoked_at.is_(None)).values(revoked_at=at))
    rows = connection.execute(select(keys).where(which).order_by(keys.c.place))
    return [_to_key(row) for row in rows]


def insert_key(
    key: Key, digest: str, answer: SealedResponse | None, connection: Connection
) -> None:
    """Within the caller's transaction, with the answer of the request that made the key."""
    row = {**asdict(key), "role": key.role.value, "actions": list(key.actions), "digest": digest}
    if key.made_by is not None:
        row["revoked_at"] = key.revoked_at or _revoked_at(key.made_by, connection)
    connection.execute(insert(keys), row)
    if answer is not None:
        insert_response(connection, answer)


def _exchange_code(
    code: str, key: Key, digest: str, answer: SealedResponse | None, connection: Connection
) -> bool:
    """Deleting is taking: of two at once only one finds the row."""
    connection.execute(delete(login_codes).where(login_codes.c.expires_at <= key.created_at))
    made_by = connection.execute(_MAKER_OF_CODE, {"digest": code}).scalar()
    taken = connection.execute(delete(login_codes).where(login_codes.c.digest == code))
    if taken.rowcount == 0 or (made_by and _revoked_at(made_by, connection)):
        return False
    insert_key(replace(key, made_by=made_by), digest, answer, connection)
    return True


def _revoked_at(key_id: str, connection: Connection) -> int | None:
    """Locks the key where others write at once: it is not revoked before this is committed."""
    at: int | None = connection.execute(_REVOKED_AT, {"id": key_id}).scalar()
    return at


def _to_key(row: Row[Any]) -> Key:
    return Key(
        id=row.id,
        role=Role(row.role),
        show=row.show,
        label=row.label,
        created_at=row.created_at,
        actions=tuple(row.actions),
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
        made_by=row.made_by,
    )
