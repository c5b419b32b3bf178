"""`/orders/{token}`: the buyer's page of an order, and withdrawing from the contract."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import orjson
from starlette.requests import Request
from starlette.responses import Response

from vetrina.domain.errors import Refused
from vetrina.domain.selling.order_facts import WithdrawalAsked
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.shop.checkouts.buyer_status import status_of
from vetrina.web.http.accept_language import language_of
from vetrina.web.http.etags import matches
from vetrina.web.http.security_headers import Page
from vetrina.web.pages.bag_cookie import bag_of, keep_bag
from vetrina.web.pages.bag_forms import (
    from_elsewhere,
    never_kept,
    read_form,
    see_other,
    wants_json,
)
from vetrina.web.pages.order_view import OrderView, order_view
from vetrina.web.pages.shop_pages import shop_colours
from vetrina.web.pages.token_pages import Draw, with_order
from vetrina.web.pages.words import SurfaceWords, Words

if TYPE_CHECKING:
    from vetrina.web.context import Context
    from vetrina.web.pages.pages import Pages


class OrderPages:
    """One method for each address. `pages` draws them, and says what is not there."""

    def __init__(self, context: Context, pages: Pages) -> None:
        self._context = context
        self._pages = pages
        self._words = SurfaceWords(context.assets, "js/i18n/orders")

    async def order(self, request: Request) -> Response:
        """How it stands. Whoever comes back from paying comes here."""
        return await self._answer(request, self._order)

    async def withdrawal(self, request: Request) -> Response:
        """The question before withdrawing."""
        return await self._answer(request, self._asked)

    async def withdraw(self, request: Request) -> Response:
        """Withdraw from the contract."""
        return await self._answer(request, self._withdrawn)

    async def receipt(self, request: Request) -> Response:
        """The acknowledgement of a withdrawal, to keep."""
        return await self._answer(request, self._receipt)

    async def _answer(self, request: Request, draw: Draw) -> Response:
        return await with_order(self._context, self._pages, request, draw)

    async def _order(self, request: Request, order: OwnOrder) -> Response:
        order = await self._context.checkouts.look(order)
        if wants_json(request):
            return _version(request, order)
        answer = await self._page(request, order, "order.html")
        if status_of(order)[0] == "paid":
            self._empty_bag(request, answer, order)
        return answer

    async def _asked(self, request: Request, order: OwnOrder) -> Response:
        return await self._page(request, order, "withdrawal.html")

    async def _withdrawn(self, request: Request, order: OwnOrder) -> Response:
        form = {} if from_elsewhere(request) else await read_form(request)
        if form.get("do") != "withdraw":
            return await self._page(request, order, "withdrawal.html")
        shop = await self._context.storefront.shop(order.checkout.shop)
        if shop is None or not shop.withdrawal_days:
            return self._pages.lost(request)
        try:
            await self._context.withdrawing.whole(order, shop.withdrawal_days)
        except Refused as refused:
            return await self._page(request, order, "withdrawal.html", refused.status)
        root, token = self._context.settings.root, request.path_params["token"]
        return see_other(f"{root}/orders/{token}#withdrawal")

    async def _receipt(self, request: Request, order: OwnOrder) -> Response:
        words = self._words.of(language_of(request))
        view, shop = await self._view(order, words), order.checkout.shop
        if view is None or not view.withdrawal.asked_at:
            return self._pages.lost(request)
        profile = await self._context.storefront.shop(shop)
        seller = profile.seller if profile else None
        lines = [
            words("withdrawn", number=view.number),
            words("withdrawn_at", when=view.withdrawal.asked_at),
            "",
            *(
                words("pieces", n=pieces, title=f"{line.title} {line.choice}".strip())
                for line in order.checkout.lines
                if (pieces := _withdrawn_of(order, line.sku, line.quantity))
            ),
            "",
            f"{seller.legal_name}, {seller.address}, {seller.contact}" if seller else "",
        ]
        name = f"withdrawal-{view.number}.txt"
        headers = {
            "content-disposition": f'attachment; filename="{name}"',
            "x-content-type-options": "nosniff",
        }
        text = "\n".join(lines).strip() + "\n"
        answer = Response(text, 200, headers, "text/plain; charset=utf-8")
        return never_kept(answer)

    async def _view(self, order: OwnOrder, words: Words) -> OrderView | None:
        front = self._context.storefront
        shop = await front.shop(order.checkout.shop)
        if shop is None:
            return None
        markets = await front.markets()
        market = next((one for one in markets if one.code == order.checkout.market), None)
        return order_view(order, shop, market, words, self._context.clock.now_ms())

    async def _page(
        self, request: Request, order: OwnOrder, template: str, status: int = 200
    ) -> Response:
        words = self._words.of(language_of(request))
        shop = await self._context.storefront.shop(order.checkout.shop)
        view = await self._view(order, words)
        if shop is None or view is None:
            return self._pages.lost(request)
        answer = self._pages.page(
            request,
            template,
            Page.PLAIN,
            {"etag": _etag(order), "waits": view.waits},
            status,
            t=words,
            shop=shop,
            view=view,
            here=f"/orders/{request.path_params['token']}",
            colours=shop_colours(shop),
        )
        return never_kept(answer)

    def _empty_bag(self, request: Request, answer: Response, order: OwnOrder) -> None:
        """What is paid is in the bag no longer."""
        bag, bought = bag_of(request), dict[str, int]()
        for line in order.checkout.lines:
            bought[line.sku] = bought.get(line.sku, 0) + line.quantity
        rest = bag.after(order.checkout.id, bought)
        if rest != bag:
            secure = self._context.base_url(request).startswith("https://")
            keep_bag(answer, rest, self._context.settings.root or "/", secure=secure)


def _version(request: Request, order: OwnOrder) -> Response:
    """Whether anything is new, for a page that is open."""
    etag = _etag(order)
    headers = {"etag": etag, "cache-control": "no-store"}
    if matches(request.headers.get("if-none-match"), etag):
        return Response(None, 304, headers)
    told = orjson.dumps({"status": status_of(order)[0]})
    return Response(told, 200, headers, "application/json")


def _etag(order: OwnOrder) -> str:
    made = f"{order.checkout.id}/{order.version}".encode()
    return f'"{hashlib.sha256(made).hexdigest()[:24]}"'


def _withdrawn_of(order: OwnOrder, sku: str, bought: int) -> int:
    asked = [fact for fact in order.facts if isinstance(fact, WithdrawalAsked)]
    if any(not fact.lines for fact in asked):
        return bought
    return sum(fact.lines.get(sku, 0) for fact in asked)
