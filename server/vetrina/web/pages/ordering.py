"""From a bag to a checkout: what the order button of the shop's pages does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from vetrina.domain.errors import Refused
from vetrina.domain.selling.buyer_bag import BuyerBag
from vetrina.domain.selling.checkout import WantedLine
from vetrina.domain.selling.shop import ShopProfile
from vetrina.shop.checkouts.starting import SoldElsewhere, Unknown, Wanted
from vetrina.web.api.checkouts import pay_path
from vetrina.web.buyer_cookie import remember
from vetrina.web.checking_out import begin as begin_checkout
from vetrina.web.http.accept_language import language_of

if TYPE_CHECKING:
    from vetrina.web.context import Context


@dataclass(frozen=True, slots=True)
class Begun:
    """Where it is paid: `url` is a path of ours, or where `away` another shop's address.

    `order` is ours, None with another shop; `buyer` the browser's new token, None where it has one.
    """

    url: str
    order: str | None
    away: bool
    buyer: str | None

    def remember(self, context: Context, request: Request, answer: Response) -> None:
        """Let the browser be known again."""
        if self.buyer is not None:
            remember(context, request, answer, self.buyer)


async def begin(
    context: Context,
    request: Request,
    shop: ShopProfile,
    items: tuple[WantedLine, ...],
    *,
    bag: BuyerBag,
    show: str | None,
    adult: bool,
) -> Begun:
    """Reserve all of it. Raises Refused, QueueFull, and Problem for one who asks too often."""
    wanted = Wanted(
        shop=shop.handle,
        items=items,
        show=show,
        voucher=bag.voucher,
        market=bag.market,
        adult=adult,
        lang=language_of(request),
        origin=context.base_url(request),
    )
    try:
        begun = await begin_checkout(context, request, wanted)
    except Unknown as error:
        raise Refused("not_for_sale", str(error)) from error
    started = begun.started
    if isinstance(started, SoldElsewhere):
        return Begun(started.url, None, away=True, buyer=begun.browser)
    path = context.settings.root + pay_path(started.token)
    return Begun(path, started.order.checkout.id, away=False, buyer=begun.browser)
