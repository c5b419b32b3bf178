"""The buyer's cookie: a random token of the browser, by which limits for each buyer are counted.

Nobody is known by it. What is kept is a hash with this installation's salt, so that the database
says nothing about a cookie.
"""

from __future__ import annotations

import re
import secrets
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from vetrina.web.context import Context

COOKIE: Final = "vetrina_buyer"
TOKEN_BYTES: Final = 16
KEPT_S: Final = 180 * 86_400
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{22}")


def token_of(request: Request) -> str | None:
    """The token that the browser brought; None where it brought none, or something else."""
    token = request.cookies.get(COOKIE, "")
    return token if _TOKEN.fullmatch(token) else None


def new_token() -> str:
    """128 random bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def remember(context: Context, request: Request, response: Response, token: str) -> None:
    """Ask the browser to keep it. No script can read it, and no other site's form brings it."""
    set_cookie(context, request, response, COOKIE, token, KEPT_S)


def set_cookie(
    context: Context, request: Request, response: Response, name: str, value: str, kept_s: int
) -> None:
    """A cookie of the shop's pages, for this server alone."""
    response.set_cookie(
        name,
        value,
        max_age=kept_s,
        path=context.settings.root or "/",
        secure=context.base_url(request).startswith("https:"),
        httponly=True,
        samesite="lax",
    )
