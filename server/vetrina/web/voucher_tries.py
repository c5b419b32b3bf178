"""Codes that buyers type: looked up at a rate at which none is found by trying."""

from __future__ import annotations

from starlette.requests import Request

from vetrina.domain.selling.voucher import Voucher
from vetrina.web.context import Context
from vetrina.web.http.rate_limiter import VOUCHER_TRIES, address_of


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
    who = address_of(request)
    await context.limiter.take(VOUCHER_TRIES, who)
    voucher = await context.vouchers.good_for(code, buyer, show=show, test=test)
    context.limiter.give_back(VOUCHER_TRIES, who)
    return voucher
