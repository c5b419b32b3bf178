"""Keys, login codes and remembered answers in SQL."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from vetrina.store.ports.keys import Key, Remembered
from vetrina.store.sql.append import DAY_MS
from vetrina.store.sql.repository import Repository
from vetrina.store.sql.tables import answers, keys, login_codes

_BY_DIGEST = select(keys).where(keys.c.digest == bindparam("digest"))
_BY_ID = select(keys).where(keys.c.id == bindparam("id"))
_ALL = select(keys).order_by(keys.c.created_at, keys.c.place)
_REVOKED = select(keys.c.id).where(keys.c.revoked_at >= bindparam("since"))
_ANSWER = select(answers).where(
    answers.c.key == bindparam("key"), answers.c.created_at >= bindparam("since")
)


class SqlKeys(Repository):
    """The port `KeyStore`."""

    async def add_key(self, key: Key, digest: str, answer: Remembered | None = None) -> None:
        await self._write_alone(partial(insert_key, key, digest, answer))

    async def key(self, digest: str) -> Key | None:
        row = await self._row(_BY_DIGEST, digest=digest)
        return _to_key(row) if row else None

    async def keys(self, show: str | None = None) -> list[Key]:
        statement = _ALL if show is None else _ALL.where(keys.c.show == show)
        return [_to_key(row) for row in await self._rows(statement)]

    async def revoke_key(self, key_id: str, at: int) -> Key | None:
        return await self._write_alone(partial(_revoke, key_id, at))

    async def revoked_since(self, at: int) -> list[str]:
        rows = await self._rows(_REVOKED, since=at)
        return [row.id for row in rows]

    async def note_key_used(self, key_id: str, at: int) -> None:
        note = update(keys).where(keys.c.id == key_id).values(last_used_at=at)
        await self._write_alone(lambda connection: connection.execute(note))

    async def add_login_code(self, digest: str, expires_at: int) -> None:
        row = {"digest": digest, "expires_at": expires_at}
        await self._write_alone(lambda connection: connection.execute(insert(login_codes), row))

    async def exchange_login_code(
        self, code: str, key: Key, digest: str, answer: Remembered | None = None
    ) -> bool:
        return await self._write_alone(partial(_exchange_code, code, key, digest, answer))

    async def remember(self, answer: Remembered) -> None:
        await self._write_again(partial(_remember, answer))

    async def remembered(self, key: str, since: int) -> Remembered | None:
        row = await self._row(_ANSWER, key=key, since=since)
        return Remembered(**row._mapping) if row else None


def _revoke(key_id: str, at: int, connection: Connection) -> Key | None:
    valid = update(keys).where(keys.c.id == key_id, keys.c.revoked_at.is_(None))
    connection.execute(valid.values(revoked_at=at))
    row = connection.execute(_BY_ID, {"id": key_id}).first()
    return None if row is None else _to_key(row)


def insert_key(key: Key, digest: str, answer: Remembered | None, connection: Connection) -> None:
    """Within the caller's transaction, with the answer of the request that made the key."""
    row = {**asdict(key), "actions": list(key.actions), "digest": digest}
    connection.execute(insert(keys), row)
    if answer is not None:
        _sweep(answer, connection)
        connection.execute(insert(answers), asdict(answer))


def _exchange_code(
    code: str, key: Key, digest: str, answer: Remembered | None, connection: Connection
) -> bool:
    """Deleting is taking: of two at once only one finds the row."""
    connection.execute(delete(login_codes).where(login_codes.c.expires_at <= key.created_at))
    taken = connection.execute(delete(login_codes).where(login_codes.c.digest == code))
    if taken.rowcount == 0:
        return False
    insert_key(key, digest, answer, connection)
    return True


def _sweep(newest: Remembered, connection: Connection) -> None:
    old = answers.c.created_at < newest.created_at - DAY_MS
    connection.execute(delete(answers).where(old))


def _remember(answer: Remembered, connection: Connection) -> None:
    _sweep(answer, connection)
    if connection.execute(select(answers.c.key).where(answers.c.key == answer.key)).first() is None:
        connection.execute(insert(answers), asdict(answer))


def _to_key(row: Row[Any]) -> Key:
    return Key(
        id=row.id,
        role=row.role,
        show=row.show,
        label=row.label,
        created_at=row.created_at,
        actions=tuple(row.actions),
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )
