"""Vouchers that a show offers, taken by tap."""

from __future__ import annotations

from dataclasses import dataclass, replace

from starlette.responses import Response

from vetrina.domain.money import Money
from vetrina.web.buyer_cookie import new_token, remember, token_of
from vetrina.web.http.auth import forbidden
from vetrina.web.http.json_response import json_answer
from vetrina.web.http.operation import Call, Caller, Operation
from vetrina.web.http.rate_limiter import CLAIMS, address_of, is_own
from vetrina.web.pages.bag_cookie import bag_of, keep_bag
from vetrina.web.pages.bag_forms import from_elsewhere


@dataclass(frozen=True, kw_only=True)
class ClaimedVoucher:
    """The voucher is this browser's: its bag has it, and its checkouts may name the code.

    `left`: what the offer still has, null for no limit.
    """

    voucher: str
    code: str
    percent: int | float | None
    amount: Money | None
    min_spend: Money | None
    left: int | None


async def claim_voucher(call: Call) -> Response:
    """Give the voucher to this browser, once; asked again it is the same one."""
    context, request = call.context, call.request
    if from_elsewhere(request):
        raise forbidden()
    _, state = await context.shows.state(call.slug)
    if not is_own(address_of(request)):
        await context.limiter.take(CLAIMS, address_of(request))
    token = token_of(request) or new_token()
    offer = str(request.path_params["id"])
    buyer = context.checkouts.tokens.buyer(token)
    claimed, code = await context.vouchers.claim(state, offer, buyer)
    context.voucher_telling.changed(call.slug)
    offered = state.vouchers[offer]
    told = ClaimedVoucher(
        voucher=offer,
        code=code,
        percent=offered.percent,
        amount=offered.amount,
        min_spend=offered.min_spend,
        left=claimed.left,
    )
    response = json_answer(told)
    response.headers["cache-control"] = "no-store"
    remember(context, request, response, token)
    secure = context.base_url(request).startswith("https:")
    bag = replace(bag_of(request), voucher=code)
    keep_bag(response, bag, context.settings.root or "/", secure=secure)
    return response


OPERATIONS = (
    Operation(
        method="POST",
        path="/api/v1/shows/{slug}/vouchers/{id}/claims",
        name="claim_voucher",
        summary="Take a voucher that the show offers",
        about="One for each browser, which is known by the cookie `vetrina_buyer`. The first ones "
        "get it, counted exactly; `sold_out` where all are taken.",
        handler=claim_voucher,
        caller=Caller.ANYONE,
        answer=ClaimedVoucher,
        refusals=("unknown_show", "voucher_refused", "sold_out", "forbidden"),
    ),
)
