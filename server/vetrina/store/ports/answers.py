"""Idempotency port: what became of requests that carry an Idempotency-Key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from vetrina.domain.show.events import Position


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotentRequest:
    """A request that may come again. `received_at` is in ms."""

    key: str
    """A hash over caller, path and Idempotency-Key."""
    fingerprint: str
    """A hash of the request's body: another body under the same key is a mistake."""
    received_at: int


@dataclass(frozen=True, slots=True)
class SealedResponse:
    """The response to a request, encrypted: only who made the request can open `body`."""

    request: IdempotentRequest
    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class AppendedRequest:
    """A request that led to an append: the events `first_seq` to `position.seq` of `show`.

    Without events `first_seq` is one more than `position.seq`.
    """

    request: IdempotentRequest
    show: str
    position: Position
    first_seq: int


Answered = SealedResponse | AppendedRequest


class AnswerStore(Protocol):
    """Requests that were answered, for 24 h. Other ports write answers together with effects."""

    async def put_answer(self, answer: SealedResponse) -> None:
        """Keep an answer; an existing one stays. Those older than 24 h are deleted."""
        ...

    async def answer(self, key: str, since: int) -> Answered | None:
        """What became of a request received at or after `since` (ms); None if it is unknown."""
        ...
