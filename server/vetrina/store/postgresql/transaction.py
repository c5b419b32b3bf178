"""Retries of a transaction whose COMMIT may have happened: each leaves a mark of its own.

When only the answer to COMMIT is lost, nobody knows whether it happened. The next connection looks
whether the mark of the transaction is there, and does it again only if not.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from sqlalchemy import Connection, Transaction
from sqlalchemy.dialects.postgresql import insert

from vetrina.store.postgresql.errors import ERRORS, is_lost
from vetrina.store.sql.tables import installation

T = TypeVar("T")

_new_mark = insert(installation)
_MARK = _new_mark.on_conflict_do_update(
    index_elements=["name"], set_={"value": _new_mark.excluded.value}
)
# Waits for a transaction that holds the mark, whatever becomes of it, and changes nothing.
_LAST_MARK = _new_mark.on_conflict_do_update(
    index_elements=["name"], set_={"value": installation.c.value}
).returning(installation.c.value)


class RetriableTransaction(Generic[T]):
    """A transaction that can be called again after a loss: it happens once or not at all."""

    def __init__(self, writer: str, work: Callable[[Connection], T]) -> None:
        self._writer = writer
        self._work = work
        self._pending: tuple[bytes, T] | None = None

    @property
    def unanswered(self) -> bool:
        """Whether a COMMIT was sent and its answer never came."""
        return self._pending is not None

    def __call__(self, connection: Connection) -> T:
        with connection.begin() as transaction, dropped_when_silent(connection):
            if self._pending is not None and self._last(connection) == self._pending[0]:
                return self._pending[1]
            self._pending = None
            mark = (time.time_ns() // 1_000_000).to_bytes(8) + secrets.token_bytes(16)
            connection.execute(_MARK, {"name": self._writer, "value": mark})
            result = self._work(connection)
            self._commit(transaction, (mark, result))
        return result

    def _last(self, connection: Connection) -> bytes:
        none = {"name": self._writer, "value": b""}
        return bytes(connection.execute(_LAST_MARK, none).scalar_one())

    def _commit(self, transaction: Transaction, pending: tuple[bytes, T]) -> None:
        self._pending = pending
        try:
            transaction.commit()
        except ERRORS as error:
            if not is_lost(error):  # the server answered: it did not happen
                self._pending = None
            raise


@contextmanager
def dropped_when_silent(connection: Connection) -> Iterator[None]:
    """No answer came in time. Asking this connection for anything more would wait again."""
    try:
        yield
    except OSError:
        connection.invalidate()
        raise
