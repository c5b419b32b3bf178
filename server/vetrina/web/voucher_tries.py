"""Codes that buyers type: tried at a rate at which none is found by trying."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import Request

from vetrina.domain.errors import Refused
from vetrina.web.context import Context
from vetrina.web.http.rate_limiter import VOUCHER_TRIES, address_of


@asynccontextmanager
async def counted_tries(
    context: Context, request: Request, code: str | None
) -> AsyncIterator[None]:
    """Around whatever a code is used for: one that turns out not to be good counts.

    Raises `rate_limited` after some of them.
    """
    if not code:
        yield
        return
    who = address_of(request)
    await context.limiter.take(VOUCHER_TRIES, who)
    try:
        yield
    except Refused as refused:
        if refused.details.get("reason") != "not_good":
            context.limiter.give_back(VOUCHER_TRIES, who)
        raise
    context.limiter.give_back(VOUCHER_TRIES, who)
