"""One-time codes: a link logs a browser in without a key ever being typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field
from starlette.responses import Response

from vetrina.domain.access import Permission, Role
from vetrina.web.api.keys import new_key
from vetrina.web.first_keys import login_code
from vetrina.web.http.auth import digest_of
from vetrina.web.http.json_response import json_answer
from vetrina.web.http.operation import Call, Caller, Operation
from vetrina.web.http.problem import Problem
from vetrina.web.http.rate_limiter import FAILURES, address_of
from vetrina.web.http.request_body import JsonBody
from vetrina.web.http.user_agent import login_label

DEVICE_MS: Final = 10 * 60 * 1000


@dataclass(frozen=True)
class LoginLink:
    """A link that logs one device in, once."""

    url: str
    expires_at: int


@dataclass(frozen=True)
class LoggedIn:
    """A control key for all shows."""

    key: str


@dataclass(frozen=True)
class CodeBody:
    """The code of the link `/control#code=…`; the part after # never reaches a log."""

    code: Annotated[str, Field(min_length=1, max_length=200)]


async def log_in(call: Call) -> Response:
    """Exchange a code, once, for a control key."""
    body: CodeBody = call.body
    label = login_label(call.request.headers.get("user-agent", ""), call.now)
    key, secret = new_key(call, Role.CONTROL, show=None, label=label)
    response = json_answer(LoggedIn(secret))
    code, digest, kept = digest_of(body.code), digest_of(secret), call.answer_kept(response)
    if not await call.context.store.exchange_login_code(code, key, digest, kept):
        await call.context.limiter.take(FAILURES, address_of(call.request))
        raise Problem(401, "bad_code", "This code is unknown, used or too old. Make a new link.")
    return response


async def create_login_code(call: Call) -> Response:
    """A link for one more device."""
    code = await login_code(call.context, DEVICE_MS, None if call.key is None else call.key.id)
    url = f"{call.context.base_url(call.request)}/control#code={code}"
    return json_answer(LoginLink(url, call.now + DEVICE_MS), 201)


OPERATIONS = (
    Operation(
        method="POST",
        path="/api/v1/login",
        name="log_in",
        summary="Exchange a one-time code for a control key",
        handler=log_in,
        caller=Caller.ANYONE,
        body=JsonBody[CodeBody](CodeBody),
        answer=LoggedIn,
        refusals=("bad_code",),
    ),
    Operation(
        method="POST",
        path="/api/v1/login-codes",
        name="create_login_code",
        summary="Make a link that logs in another device",
        about="It works once, within 10 minutes.",
        handler=create_login_code,
        needs=Permission.MANAGE_KEYS,
        scope="all",
        status=201,
        answer=LoginLink,
    ),
)
