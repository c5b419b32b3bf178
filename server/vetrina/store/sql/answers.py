"""Idempotency port in SQL: answered requests, whole or as the events that they led to."""

from __future__ import annotations

from collections.abc import Iterable, Set
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select

from vetrina.domain.show.events import Position
from vetrina.store.ports.answers import (
    Answered,
    AppendedRequest,
    IdempotentRequest,
    SealedResponse,
)
from vetrina.store.sql.chunks import bound
from vetrina.store.sql.repository import Repository
from vetrina.store.sql.tables import answers

DAY_MS = 24 * 3_600_000
# Before a row could name events, it held a whole response; such rows still have their status.
_NO_RESPONSE = 0
_ANSWER = select(answers).where(
    answers.c.key == bindparam("key"), answers.c.created_at >= bindparam("since")
)
_KNOWN = select(answers.c.key).where(answers.c.key.in_(bindparam("keys", expanding=True)))
_EXPIRED = delete(answers).where(answers.c.created_at < bindparam("since"))


class SqlAnswers(Repository):
    """The port `AnswerStore`."""

    async def put_answer(self, answer: SealedResponse) -> None:
        await self._write_again(partial(_put, answer))

    async def answer(self, key: str, since: int) -> Answered | None:
        row = await self._row(_ANSWER, key=key, since=since)
        return _to_answer(row) if row else None


def answered_keys(connection: Connection, requests: Iterable[IdempotentRequest]) -> Set[str]:
    """Which of these requests have an answer. Deletes expired ones first: their keys are free."""
    requests = list(requests)
    if not requests:
        return frozenset()
    _delete_expired(connection, max(request.received_at for request in requests))
    keys = bound(sorted({request.key for request in requests}))
    return set(connection.execute(_KNOWN, {"keys": keys}).scalars())


def insert_answers(connection: Connection, made: Iterable[Answered]) -> None:
    """Within the caller's transaction. Raises IntegrityError for a request that has an answer."""
    rows = [_row(answer) for answer in made]
    if rows:
        connection.execute(insert(answers), rows)


def insert_response(connection: Connection, answer: SealedResponse) -> None:
    """Like `insert_answers`, for one; deletes expired ones first."""
    _delete_expired(connection, answer.request.received_at)
    insert_answers(connection, [answer])


def _put(answer: SealedResponse, connection: Connection) -> None:
    if answer.request.key not in answered_keys(connection, [answer.request]):
        insert_answers(connection, [answer])


def _delete_expired(connection: Connection, now: int) -> None:
    connection.execute(_EXPIRED, {"since": now - DAY_MS})


def _row(answer: Answered) -> dict[str, Any]:
    request = answer.request
    row = {
        "key": request.key,
        "fingerprint": request.fingerprint,
        "created_at": request.received_at,
        "status": _NO_RESPONSE,
        "body": b"",
        "show": None,
        "epoch": None,
        "seq": None,
        "first_seq": None,
    }
    if isinstance(answer, SealedResponse):
        return {**row, "status": answer.status, "body": answer.body}
    position = answer.position
    return {
        **row,
        "show": answer.show,
        "epoch": position.epoch,
        "seq": position.seq,
        "first_seq": answer.first_seq,
    }


def _to_answer(row: Row[Any]) -> Answered:
    request = IdempotentRequest(
        key=row.key, fingerprint=row.fingerprint, received_at=row.created_at
    )
    if row.show is None:
        return SealedResponse(request, row.status, row.body)
    return AppendedRequest(request, row.show, Position(row.epoch, row.seq), row.first_seq)
