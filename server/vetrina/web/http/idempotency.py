"""Idempotency keys: a POST that is sent again gets the first answer and does nothing twice.

Answers are kept for 24 h, refusals too, but not those that say "try again" (5xx, 429), that
something is sold out, or that the request itself cannot be read. The store keeps either the whole
response, sealed (`sealing`), or, for a command, which events it led to; then the answer is built
from those again.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from vetrina.clock import Clock
from vetrina.live.show_writer import Busy
from vetrina.protocol.command_codec import FieldError
from vetrina.store.errors import Conflict
from vetrina.store.ports.answers import (
    Answered,
    AppendedRequest,
    IdempotentRequest,
    SealedResponse,
)
from vetrina.store.ports.shows import Appended
from vetrina.store.ports.store import Store
from vetrina.web.http.problem import Problem, invalid, problem_of
from vetrina.web.http.sealing import joined, seal, unseal

KEPT_MS: Final = 24 * 3_600_000
KEY_CHARS: Final = 255
# Nothing was tried: the caller mends the request and may keep its Idempotency-Key. Failed logins
# are among them, so that strangers cannot fill the store.
# What is sold out may be there for the next try; in a rush these would be nearly all that is kept.
_NOT_KEPT: Final = {
    *("bad_code", "bad_json", "invalid", "rate_limited", "sold_out", "unauthorized"),
}


@dataclass(slots=True)
class Attempt:
    """One try of a request that carries an Idempotency-Key."""

    request: IdempotentRequest
    secret: bytes
    written: bool = field(default=False, init=False)
    """Whether the answer is written together with the effect."""

    def sealed(self, response: Response) -> SealedResponse:
        """A response as the store keeps it."""
        media_type = response.headers.get("content-type", "")
        text = media_type.encode() + b"\n" + bytes(response.body)
        return SealedResponse(self.request, response.status_code, seal(self.secret, text))

    def with_effect(self, response: Response) -> SealedResponse:
        """For writes that take the answer along, so that both are there after a crash or neither.

        Where the write fails, the refusal is the answer, and kept as such.
        """
        self.written = True
        return self.sealed(response)

    def with_append(self) -> IdempotentRequest:
        """The same for `ShowService.handle(request=…)`, which writes what it led to."""
        self.written = True
        return self.request


Run = Callable[[Attempt | None], Awaitable[Response]]
Rebuild = Callable[[Appended], Response]
"""Makes the answer of an append that a first request led to."""


class Idempotency:
    """The requests that were answered, and those that are still under way in this process."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._running: set[str] = set()

    async def respond(
        self, request: Request, caller: str, body: bytes, run: Run, rebuild: Rebuild
    ) -> Response:
        """Run a POST, or repeat its first answer. `caller` is the secret of its key, "" for none.

        Raises `idempotency_mismatch` for another body under the same key, `in_progress` while
        the first request still runs.
        """
        key = request.headers.get("idempotency-key")
        if key is None:
            return await run(None)
        attempt = self._attempt(request, caller, key, body)
        row = attempt.request.key
        if row in self._running:
            raise _in_progress()
        self._running.add(row)
        try:
            known = await self._known(attempt, rebuild)
            return known if known is not None else await self._first(attempt, run, rebuild)
        finally:
            self._running.discard(row)

    async def _first(self, attempt: Attempt, run: Run, rebuild: Rebuild) -> Response:
        try:
            response = await run(attempt)
        except (Busy, Conflict):
            # Another process may have been given the same request, and have finished it.
            known = await self._known(attempt, rebuild)
            if known is None:
                raise
            return known
        except Exception as error:
            problem = problem_of(error)
            if problem.status >= 500 or problem.code in _NOT_KEPT:
                raise
            known = await self._known(attempt, rebuild)
            if known is not None:  # what refuses this one is what the first one did elsewhere
                return known
            attempt.written = False
            response = problem.response()
        if not attempt.written:
            await self._store.put_answer(attempt.sealed(response))
        return response

    async def _known(self, attempt: Attempt, rebuild: Rebuild) -> Response | None:
        request = attempt.request
        answered = await self._store.answer(request.key, request.received_at - KEPT_MS)
        if answered is None:
            return None
        if answered.request.fingerprint != request.fingerprint:
            detail = "This Idempotency-Key was used with another body. Use a new one."
            raise Problem(422, "idempotency_mismatch", detail)
        response = await self._response(attempt, answered, rebuild)
        response.headers["idempotency-replayed"] = "true"
        return response

    async def _response(self, attempt: Attempt, answered: Answered, rebuild: Rebuild) -> Response:
        if isinstance(answered, AppendedRequest):
            return rebuild(await self._appended(answered))
        media_type, _, body = unseal(attempt.secret, answered.body).partition(b"\n")
        headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
        return Response(body, answered.status, headers, media_type.decode() or None)

    async def _appended(self, answered: AppendedRequest) -> Appended:
        before = answered.first_seq - 1
        count = answered.position.seq - before
        events = await self._store.events(answered.show, before, count) if count else ()
        return Appended(answered.position, tuple(events))

    def _attempt(self, request: Request, caller: str, key: str, body: bytes) -> Attempt:
        if not 1 <= len(key) <= KEY_CHARS or not (key.isascii() and key.isprintable()):
            message = f"expected 1 to {KEY_CHARS} printable ASCII characters"
            raise invalid([FieldError("Idempotency-Key", message)])
        # Callers without a key share no namespace: there the body tells them apart.
        who = joined(b"caller", caller.encode()) if caller else joined(b"body", body)
        address = f"{request.method} {request.url.path}?{request.url.query}".encode()
        secret = joined(who, key.encode())
        identified = IdempotentRequest(
            key=hashlib.sha256(joined(secret, address)).hexdigest(),
            # Keyed, since a body may hold a provider's secret that is no more than a word.
            fingerprint=hmac.new(secret, body, hashlib.sha256).hexdigest(),
            received_at=self._clock.now_ms(),
        )
        return Attempt(identified, secret)


def _in_progress() -> Problem:
    return Problem(
        409,
        "in_progress",
        "The first request with this Idempotency-Key is still under way.",
        headers={"retry-after": "1"},
    )
