"""Codes that buyers type: tried at a rate at which none is found by trying."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import Request

from vetrina.domain.errors import Refused
from vetrina.domain.selling.voucher import Voucher
from vetrina.web.context import Context
from vetrina.web.http.rate_limiter import VOUCHER_TRIES, address_of


@asynccontextmanager
async def counted_tries(
    context: Context, request: Request, code: str | None
) -> AsyncIterator[None]:
    """Around whatever a code is used for: one that turns out not to be good counts, and nothing
    else does.

    Raises `rate_limited` after some of them.
    """
    if not code:
        yield
        return
    who = address_of(request)
    await context.limiter.take(VOUCHER_TRIES, who)
    try:
        yield
    except Exception as error:
        bad = isinstance(error, Refused) and error.details.get("reason") == "not_good"
        if not bad:
            context.limiter.give_back(VOUCHER_TRIES, who)
        raise
    context.limiter.give_back(VOUCHER_TRIES, who)


async def tried_voucher(
    context: Context,
    request: Request,
    code: str,
    buyer: str,
    *,
    show: str | None = None,
    test: bool = False,
) -> Voucher:
    """The voucher of a code. Raises Refused with the same words for every code that is not good,
    and `rate_limited` after some of them."""
    async with counted_tries(context, request, code):
        return await context.vouchers.good_for(code, buyer, show=show, test=test)
