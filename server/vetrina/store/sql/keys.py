"""Keys port in SQL: API keys and login codes."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from vetrina.domain.access import Role
from vetrina.store.ports.answers import SealedResponse
from vetrina.store.ports.keys import Key
from vetrina.store.sql.answers import insert_response
from vetrina.store.sql.repository import Repository
from vetrina.store.sql.tables import keys, login_codes

_BY_DIGEST = select(keys).where(keys.c.digest == bindparam("digest"))
_BY_ID = select(keys).where(keys.c.id == bindparam("id"))
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
        self, code: str, key: Key, digest: str, answer: SealedResponse | None = None
    ) -> bool:
        return await self._write_alone(partial(_exchange_code, code, key, digest, answer))


def _revoke(key_id: str, at: int, connection: Connection) -> Key | None:
    valid = update(keys).where(keys.c.id == key_id, keys.c.revoked_at.is_(None))
    connection.execute(valid.values(revoked_at=at))
    row = connection.execute(_BY_ID, {"id": key_id}).first()
    return None if row is None else _to_key(row)


def insert_key(
    key: Key, digest: str, answer: SealedResponse | None, connection: Connection
) -> None:
    """Within the caller's transaction, with the answer of the request that made the key."""
    row = {**asdict(key), "role": key.role.value, "actions": list(key.actions), "digest": digest}
    connection.execute(insert(keys), row)
    if answer is not None:
        insert_response(connection, answer)


def _exchange_code(
    code: str, key: Key, digest: str, answer: SealedResponse | None, connection: Connection
) -> bool:
    """Deleting is taking: of two at once only one finds the row."""
    connection.execute(delete(login_codes).where(login_codes.c.expires_at <= key.created_at))
    taken = connection.execute(delete(login_codes).where(login_codes.c.digest == code))
    if taken.rowcount == 0:
        return False
    insert_key(key, digest, answer, connection)
    return True


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
    )
