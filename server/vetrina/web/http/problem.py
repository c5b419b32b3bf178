"""What goes wrong, told as RFC 9457 `application/problem+json`.

Problem                 raised anywhere in `web`; carries everything that the answer says
Every other exception   becomes a Problem in one place, `problem_of`, by the table below it
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from vetrina.domain.errors import InvalidValue, Refused
from vetrina.live.service import UnknownShow
from vetrina.live.show_writer import Busy
from vetrina.protocol.command_codec import BadCommand
from vetrina.protocol.command_codec import FieldError as FieldError
from vetrina.store.errors import Conflict, DamagedLog, StoreAway, StoreError, Taken

MEDIA_TYPE = "application/problem+json"
BUSY_RETRY_S = 1
DAMAGED_RETRY_S = 60
log = logging.getLogger(__name__)


class Problem(Exception):
    """A refusal. `code` is stable, `detail` is for people.

    A `field` in `errors` is dotted, and positions in a list count from 0: `0.price.amount`.
    `details` are further members of the body (RFC 9457, 3.2): what is left, both prices.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.details = dict(details or {})

    def body(self) -> bytes:
        """The JSON of the answer; `errors` only where fields are at fault."""
        told: dict[str, Any] = {
            **self.details,
            "type": f"/docs#problem-{self.code}",
            "title": self.code.replace("_", " ").capitalize(),
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
        }
        if self.errors:
            told["errors"] = [asdict(error) for error in self.errors]
        return orjson.dumps(told)

    def response(self) -> Response:
        """The answer itself; never to be kept by a cache."""
        headers = {"cache-control": "no-store", "x-content-type-options": "nosniff", **self.headers}
        return Response(self.body(), self.status, headers, MEDIA_TYPE)


def invalid(errors: Sequence[FieldError]) -> Problem:
    """A body whose fields do not fit; all of them are listed."""
    fields = ", ".join(error.field or "the body" for error in errors[:5])
    return Problem(422, "invalid", f"Not valid: {fields}. See `errors`.", errors=errors)


def unknown(what: str, detail: str) -> Problem:
    """Something addressed that is not there: `unknown_show`, `unknown_key` …"""
    return Problem(404, f"unknown_{what}", detail)


def _refused(error: Refused) -> Problem:
    return Problem(error.status, error.code, error.message, details=error.details)


def problem_of(error: Exception) -> Problem:
    """The one place where exceptions become answers. What is not in the table is a 500."""
    for kind, translate in _TABLE:
        if isinstance(error, kind):
            return translate(error)
    return Problem(500, "internal_error", "The server made a mistake; its log says more.")


async def answer_problem(request: Request, error: Exception) -> Response:
    """Exception handler for every exception of the application."""
    problem = problem_of(error)
    if problem.code == "internal_error":
        # The server above logs the traceback; the path could hold a key and is left out here.
        log.error("A %s was answered with 500: %s", request.method, type(error).__name__)
    return problem.response()


EXCEPTION_HANDLERS: dict[Any, Callable[[Request, Exception], Any]] = {
    kind: answer_problem
    for kind in (
        *(Problem, HTTPException, Refused, InvalidValue, BadCommand, UnknownShow),
        *(Busy, StoreError, ClientDisconnect, Exception),
    )
}


def _from_http(error: HTTPException) -> Problem:
    code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_").replace("'", "")
    detail = {
        404: "There is nothing at this address.",
        405: "This address does not take this method; `Allow` lists those it takes.",
    }.get(error.status_code, error.detail)
    return Problem(error.status_code, code, detail, headers=error.headers)


def _from_value(error: InvalidValue) -> Problem:
    return invalid([FieldError(error.field, error.message)])


def _from_command(error: BadCommand) -> Problem:
    return invalid(error.errors)


def _busy(_: Exception) -> Problem:
    return Problem(
        503,
        "busy",
        "The server could not write this now. Try again with the same Idempotency-Key.",
        headers={"retry-after": str(BUSY_RETRY_S)},
    )


def _away(error: StoreAway) -> Problem:
    problem = _busy(error)
    problem.detail = f"{error} Try again with the same Idempotency-Key."
    return problem


def _damaged(error: DamagedLog) -> Problem:
    return Problem(
        503,
        "damaged_show",
        "The log of this show cannot be read, so it is set aside; the other shows go on. "
        f"On the server, `vetrina db repair {error.slug}` makes it readable again.",
        headers={"retry-after": str(DAMAGED_RETRY_S)},
    )


_TABLE: tuple[tuple[type[Exception], Callable[[Any], Problem]], ...] = (
    (Problem, lambda error: error),
    (Refused, _refused),
    (InvalidValue, _from_value),
    (BadCommand, _from_command),
    (UnknownShow, lambda error: unknown("show", "There is no show with this slug.")),
    (Taken, lambda error: Problem(409, "taken", "This slug is in use. Choose another.")),
    (Busy, _busy),
    (Conflict, _busy),
    (StoreAway, _away),
    (DamagedLog, _damaged),
    (StoreError, _busy),
    (HTTPException, _from_http),
    (ClientDisconnect, lambda error: Problem(400, "cut_short", "The request ended too early.")),
)
