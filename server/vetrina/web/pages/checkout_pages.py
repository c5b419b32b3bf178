"""`/checkouts/{token}/pay`: from a reservation to where it is paid, without a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import Response

from vetrina.domain.errors import Refused
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.shop.checkouts.buyer_status import status_of
from vetrina.shop.checkouts.sessions import QueueFull
from vetrina.shop.payments.port import Embedded, PaymentError, Redirect
from vetrina.web.http.accept_language import language_of
from vetrina.web.http.security_headers import Page, frame_of
from vetrina.web.pages.bag_forms import from_elsewhere, never_kept, read_form, see_other
from vetrina.web.pages.order_view import order_view
from vetrina.web.pages.shop_pages import shop_colours
from vetrina.web.pages.token_pages import Draw, with_order
from vetrina.web.pages.words import SurfaceWords

if TYPE_CHECKING:
    from vetrina.web.context import Context
    from vetrina.web.pages.pages import Pages

WAIT_S: Final = 1.5
AGAIN_S: Final = 1
AWAY_S: Final = 5


class CheckoutPages:
    """One method for each address. `pages` draws them, and says what is not there."""

    def __init__(self, context: Context, pages: Pages) -> None:
        self._context = context
        self._pages = pages
        self._words = SurfaceWords(context.assets, "js/i18n/orders")

    async def pay(self, request: Request) -> Response:
        """Where it is paid, or what became of it."""
        return await self._answer(request, self._pay)

    async def form(self, request: Request) -> Response:
        """Pay for a test, or give the reservation back."""
        return await self._answer(request, self._done)

    async def _answer(self, request: Request, draw: Draw) -> Response:
        return await with_order(self._context, self._pages, request, draw)

    async def _pay(self, request: Request, order: OwnOrder) -> Response:
        status, _ = status_of(order)
        if status in ("paid", "processing"):
            return see_other(self._order_path(request))
        if status == "over":
            return await self._page(request, order, "over")
        if order.checkout.adapter == "test":
            return await self._page(request, order, "test")
        if "wait" in request.query_params:
            # A form's answer may not lead to another site: the next step is a step of its own.
            return await self._page(request, order, "wait", again_s=0)
        try:
            begun = await self._context.checkouts.page(order, WAIT_S)
        except QueueFull:
            return await self._page(request, order, "away", again_s=AWAY_S)
        match begun:
            case Redirect(url=url):
                return see_other(url)
            case Embedded():
                return await self._page(request, order, "embedded", embedded=begun)
            case _:
                late = self._context.clock.now_ms() - order.checkout.created_at > AWAY_S * 1000
                kind = "away" if late else "wait"
                return await self._page(request, order, kind, again_s=AGAIN_S)

    async def _done(self, request: Request, order: OwnOrder) -> Response:
        form = {} if from_elsewhere(request) else await read_form(request)
        checkouts, root = self._context.checkouts, self._context.settings.root
        try:
            match form.get("do"):
                case "pay":
                    await checkouts.paying.test(order)
                    return see_other(self._order_path(request))
                case "give_back":
                    await checkouts.give_back(order)
                    return see_other(f"{root}/shop/{order.checkout.shop}/bag")
        except PaymentError:
            return await self._page(request, order, "away", again_s=AWAY_S)
        except Refused:
            order = await checkouts.of_token(str(request.path_params["token"]))
        return await self._pay(request, order)

    async def _page(
        self,
        request: Request,
        order: OwnOrder,
        kind: str,
        *,
        again_s: int | None = None,
        embedded: Embedded | None = None,
    ) -> Response:
        """`again_s`: the page is asked for again after so many seconds."""
        words = self._words.of(language_of(request))
        front, now = self._context.storefront, self._context.clock.now_ms()
        shop = await front.shop(order.checkout.shop)
        if shop is None:
            return self._pages.lost(request)
        markets = await front.markets()
        market = next((one for one in markets if one.code == order.checkout.market), None)
        timing: dict[str, Any] = {"now": now}
        timing["expires_at"] = order.expires_at if kind != "over" else None
        path = self._context.settings.root + request.url.path
        data = timing | {"over": words("time_over"), "failed": words("frame_failed")}
        frame = None
        if embedded is not None:
            frame = frame_of(embedded.script)
            data |= {"key": embedded.publishable_key, "secret": embedded.client_secret}
            data |= {"script": embedded.script}
        answer = self._pages.page(
            request,
            "checkout.html",
            Page.PAYING,
            data,
            409 if kind == "over" else 200,
            frame,
            t=words,
            shop=shop,
            kind=kind,
            view=order_view(order, shop, market, words, now),
            left=order.expires_at - now,
            here=path,
            colours=shop_colours(shop),
        )
        if again_s is not None:
            answer.headers["refresh"] = f"{again_s}; url={path}"
        return never_kept(answer)

    def _order_path(self, request: Request) -> str:
        return f"{self._context.settings.root}/orders/{request.path_params['token']}"
