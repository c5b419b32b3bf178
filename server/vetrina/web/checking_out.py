"""Beginning a checkout: the same limits and cookie for programs and for the pages of the shop."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from vetrina.shop.checkouts.starting import SoldElsewhere, Started, Wanted
from vetrina.web.buyer_cookie import new_token, remember, token_of
from vetrina.web.context import Context
from vetrina.web.http.rate_limiter import address_of, is_own
from vetrina.web.voucher_tries import counted_tries


@dataclass(frozen=True, slots=True)
class Beginning:
    """What was begun. `browser` is the browser's new token, None where it has one already."""

    started: Started | SoldElsewhere
    browser: str | None

    def remember(self, context: Context, request: Request, response: Response) -> None:
        """Let the browser be known again."""
        if self.browser is not None:
            remember(context, request, response, self.browser)


async def begin(
    context: Context, request: Request, wanted: Wanted, id: str | None = None
) -> Beginning:
    """Reserve what is wanted. Raises Unknown, Refused, QueueFull, and Problem for one who asks too
    often or tries voucher codes."""
    who = address_of(request)
    if not is_own(who):
        await context.limiter.take(context.checkout_rate, who)
    known = token_of(request)
    browser = known or new_token()
    checkouts = context.checkouts
    buyer = checkouts.tokens.buyer(browser)
    async with counted_tries(context, request, wanted.voucher):
        started = await checkouts.start(wanted, buyer, known=known is not None, id=id)
    return Beginning(started, browser if known is None else None)
