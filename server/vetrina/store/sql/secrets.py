"""Secrets port in SQL: what is encrypted, and with which key.

A row of the table `installation` is a word that the right key can read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Table, delete, insert, select, update

from vetrina.encryption import Cipher, WrongKey
from vetrina.store.errors import StoreUnusable
from vetrina.store.sql.hook_tables import hook_targets
from vetrina.store.sql.repository import Repository
from vetrina.store.sql.selling_tables import payments
from vetrina.store.sql.tables import connections, installation, polls, unread_deliveries

KEY_CHECK: Final = "encryption key"
WORD: Final = b"vetrina"
MARK: Final = "encrypted:"
"""How an encrypted text begins; an earlier version wrote others."""


def encrypted(cipher: Cipher, text: str) -> str:
    """What is written in place of a text. Raises WrongKey."""
    return MARK + cipher.encrypt(text.encode()).decode()


def decrypted(cipher: Cipher, text: str) -> str:
    """The text that was encrypted. Raises WrongKey."""
    if not text.startswith(MARK):
        return text
    return cipher.decrypt(text.removeprefix(MARK).encode()).decode()


@dataclass(frozen=True, slots=True)
class _Secret:
    """One encrypted value and where it stands."""

    table: Table
    column: str
    row: ColumnElement[bool]
    value: Any

    def plain(self, cipher: Cipher) -> Any:
        """Raises WrongKey."""
        match self.value:
            case bytes():
                return cipher.decrypt(self.value)
            case list():
                return [decrypted(cipher, one) for one in self.value]
            case _:
                return decrypted(cipher, self.value)

    @property
    def is_plain(self) -> bool:
        """Whether an earlier version wrote it."""
        texts = self.value if isinstance(self.value, list) else [self.value]
        return any(isinstance(one, str) and not one.startswith(MARK) for one in texts)

    def write(self, sql: Connection, value: Any) -> None:
        sql.execute(update(self.table).where(self.row).values({self.column: value}))

    def encrypt(self, sql: Connection, cipher: Cipher) -> None:
        """Raises WrongKey."""
        match self.plain(cipher):
            case bytes(plain):
                self.write(sql, cipher.encrypt(plain))
            case list(texts):
                self.write(sql, [encrypted(cipher, one) for one in texts])
            case text:
                self.write(sql, encrypted(cipher, text))

    def forget(self, sql: Connection) -> None:
        """A poll is nothing without its key, nor an unread delivery without its words, nor a
        hook without its secret."""
        if self.table is connections:
            self.write(sql, [])
        elif self.table is payments:
            self.write(sql, None)
        else:
            sql.execute(delete(self.table).where(self.row))


def _secrets(sql: Connection) -> Iterator[_Secret]:
    for row in sql.execute(select(connections.c.id, connections.c.secrets)).all():
        if row.secrets:
            yield _Secret(connections, "secrets", connections.c.id == row.id, row.secrets)
    for poll in sql.execute(select(polls)).all():
        own = polls.c.connection == poll.connection
        yield _Secret(polls, "key", own, poll.key)
        if poll.secret is not None:
            yield _Secret(polls, "secret", own, poll.secret)
    for target in sql.execute(select(hook_targets.c.id, hook_targets.c.secret)).all():
        yield _Secret(hook_targets, "secret", hook_targets.c.id == target.id, target.secret)
    for adapter in sql.execute(select(payments.c.adapter, payments.c.key)).all():
        if adapter.key is not None:
            yield _Secret(payments, "key", payments.c.adapter == adapter.adapter, adapter.key)
    table = unread_deliveries
    for unread in sql.execute(select(table)).all():
        own = (table.c.connection == unread.connection) & (table.c.id == unread.id)
        yield _Secret(table, "sealed", own, bytes(unread.sealed))


class SqlSecrets(Repository):
    """The port `SecretStore`, and what keeps secrets is made of it."""

    _key_checked = False

    async def encrypt_secrets(self) -> None:
        await self._with_key(_encrypt_secrets)
        self._key_checked = True

    async def check_key(self) -> None:
        with self._explained():
            await self._database.read(partial(_check, self._cipher))

    async def reencrypt(self) -> int:
        return await self._with_key(_reencrypt)

    async def forget_unreadable(self) -> int:
        return await self._with_key(_forget_unreadable)

    async def _encrypted(self, *texts: str) -> list[str]:
        """Never with another key than what is there already. Raises StoreUnusable."""
        if not self._key_checked:
            await self.encrypt_secrets()
        with self._explained():
            return [encrypted(self._cipher, text) for text in texts]

    def _decrypted(self, *texts: str) -> list[str]:
        """Raises StoreUnusable."""
        with self._explained():
            return [decrypted(self._cipher, text) for text in texts]

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """A wrong key as a sentence for the operator. Raises StoreUnusable."""
        try:
            yield
        except WrongKey as error:
            raise StoreUnusable(
                f"The secrets of shops in {self._database.name} cannot be read: {error}. Put back "
                f"the key that they were encrypted with, in {self._cipher.place}; if it is lost, "
                "`vetrina encryption-key forget` lets go of them."
            ) from None
        except OSError as error:
            raise StoreUnusable(
                f"The key for secrets of shops cannot be kept in {self._cipher.place}: {error}."
            ) from error

    async def _with_key(self, work: Callable[[Cipher, Connection], int]) -> int:
        with self._explained():
            return await self._write_again(partial(work, self._cipher))


def _check(cipher: Cipher, sql: Connection) -> bool:
    """Whether there is a word that the key can read. Raises WrongKey for one that it cannot."""
    word = sql.execute(
        select(installation.c.value).where(installation.c.name == KEY_CHECK)
    ).scalar()
    if word is not None:
        cipher.decrypt(bytes(word))
    return word is not None


def _write_word(cipher: Cipher, sql: Connection) -> None:
    sql.execute(delete(installation).where(installation.c.name == KEY_CHECK))
    word = {"name": KEY_CHECK, "value": cipher.encrypt(WORD)}
    sql.execute(insert(installation), word)


def _encrypt_secrets(cipher: Cipher, sql: Connection) -> int:
    if not _check(cipher, sql):
        cipher.prepare()
        _write_word(cipher, sql)
    plain = [secret for secret in _secrets(sql) if secret.is_plain]
    for secret in plain:
        secret.encrypt(sql, cipher)
    return len(plain)


def _reencrypt(cipher: Cipher, sql: Connection) -> int:
    found = list(_secrets(sql))
    for secret in found:
        secret.encrypt(sql, cipher)
    _write_word(cipher, sql)
    return len(found)


def _forget_unreadable(cipher: Cipher, sql: Connection) -> int:
    cipher.prepare()
    gone = 0
    for secret in _secrets(sql):
        try:
            secret.plain(cipher)
        except WrongKey:
            secret.forget(sql)
            gone += 1
    _write_word(cipher, sql)
    return gone
