"""`Idempotency-Key`: a POST that is sent again gets the first answer and does nothing twice.

Answers are kept for 24 h, refusals too, but not those that say "try again" (5xx, 429) or that the
request itself cannot be read. They are kept sealed, see `sealing`.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from vetrina.clock import Clock
from vetrina.domain.show.events import Position, Recorded
from vetrina.live.show_writer import Busy
from vetrina.protocol.command_codec import FieldError
from vetrina.store.ports.shows import Conflict, KeyStore, Remembered
from vetrina.web.http.problem import Problem, invalid, problem_of
from vetrina.web.http.sealing import joined, seal, unseal

KEPT_MS: Final = 24 * 3_600_000
KEY_CHARS: Final = 255
# Nothing was tried: the caller mends the request and may keep its Idempotency-Key. Failed logins
# are among them, so that strangers cannot fill the store.
_NOT_KEPT: Final = {"bad_code", "bad_json", "invalid", "rate_limited", "unauthorized"}

Body = Callable[[Position, Sequence[Recorded]], bytes]


@dataclass(slots=True)
class Once:
    """One request under one Idempotency-Key."""

    row: str
    fingerprint: str
    secret: bytes
    now: int
    written: bool = field(default=False, init=False)

    def remembered(self, status: int, media_type: str, body: bytes) -> Remembered:
        """The row to keep for an answer."""
        return Remembered(
            key=self.row,
            fingerprint=self.fingerprint,
            status=status,
            body=seal(self.secret, media_type.encode() + b"\n" + body),
            created_at=self.now,
        )

    def with_events(self, body: Body) -> Callable[[Position, Sequence[Recorded]], Remembered]:
        """For `ShowService.handle(remember=…)`: answer and events are written together or not."""

        def remember(position: Position, events: Sequence[Recorded]) -> Remembered:
            self.written = True
            return self.remembered(200, "application/json", body(position, events))

        return remember

    def with_effect(self, response: Response) -> Remembered:
        """For writes that take the answer along, so that both are there after a crash or neither.

        Where the write fails, the refusal is the answer, and kept as such.
        """
        self.written = True
        media_type = response.headers.get("content-type", "")
        return self.remembered(response.status_code, media_type, bytes(response.body))


Run = Callable[[Once | None], Awaitable[Response]]


class RememberedAnswers:
    """The answers given, and the requests that are still under way in this process."""

    def __init__(self, store: KeyStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._running: set[str] = set()

    async def once(self, request: Request, caller: str, body: bytes, run: Run) -> Response:
        """Run a POST, or repeat its first answer. `caller` is the secret of its key, "" for none.

        Raises `idempotency_mismatch` for another body under the same key, `in_progress` while
        the first request still runs.
        """
        key = request.headers.get("idempotency-key")
        if key is None:
            return await run(None)
        attempt = self._attempt(request, caller, key, body)
        if attempt.row in self._running:
            raise _in_progress()
        self._running.add(attempt.row)
        try:
            known = await self._known(attempt)
            return known if known is not None else await self._first(attempt, run)
        finally:
            self._running.discard(attempt.row)

    async def _first(self, attempt: Once, run: Run) -> Response:
        try:
            response = await run(attempt)
        except (Busy, Conflict):
            # Another process may have been given the same request, and have finished it.
            known = await self._known(attempt)
            if known is None:
                raise
            return known
        except Exception as error:
            problem = problem_of(error)
            if problem.status >= 500 or problem.code in _NOT_KEPT:
                raise
            known = await self._known(attempt)
            if known is not None:  # what refuses this one is what the first one did elsewhere
                return known
            attempt.written = False
            response = problem.response()
        if not attempt.written:
            media_type = response.headers.get("content-type", "")
            kept = attempt.remembered(response.status_code, media_type, bytes(response.body))
            await self._store.remember(kept)
        return response

    async def _known(self, attempt: Once) -> Response | None:
        kept = await self._store.remembered(attempt.row, attempt.now - KEPT_MS)
        if kept is None:
            return None
        if kept.fingerprint != attempt.fingerprint:
            detail = "This Idempotency-Key was used with another body. Use a new one."
            raise Problem(422, "idempotency_mismatch", detail)
        media_type, _, body = unseal(attempt.secret, kept.body).partition(b"\n")
        headers = {
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
            "idempotency-replayed": "true",
        }
        return Response(body, kept.status, headers, media_type.decode() or None)

    def _attempt(self, request: Request, caller: str, key: str, body: bytes) -> Once:
        if not 1 <= len(key) <= KEY_CHARS or not (key.isascii() and key.isprintable()):
            message = f"expected 1 to {KEY_CHARS} printable ASCII characters"
            raise invalid([FieldError("Idempotency-Key", message)])
        # Callers without a key share no namespace: there the body tells them apart.
        who = joined(b"caller", caller.encode()) if caller else joined(b"body", body)
        address = f"{request.method} {request.url.path}?{request.url.query}".encode()
        secret = joined(who, key.encode())
        row = hashlib.sha256(joined(secret, address)).hexdigest()
        # Keyed, since a body may hold a provider's secret that is no more than a word.
        fingerprint = hmac.new(secret, body, hashlib.sha256).hexdigest()
        return Once(row, fingerprint, secret, self._clock.now_ms())


def _in_progress() -> Problem:
    return Problem(
        409,
        "in_progress",
        "The first request with this Idempotency-Key is still under way.",
        headers={"retry-after": "1"},
    )
