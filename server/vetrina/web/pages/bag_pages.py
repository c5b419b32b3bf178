"""`/shop/{handle}/bag`: what somebody means to buy, as a page, as JSON and as forms.

The bag is in the browser's cookie. Forms work without scripts: each is answered with the page that
comes after it, or, for a script, with the bag as JSON.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import orjson
from starlette.requests import Request
from starlette.responses import Response

from vetrina.domain.errors import Refused
from vetrina.domain.selling.buyer_bag import BuyerBag
from vetrina.domain.selling.checkout import WantedLine
from vetrina.domain.selling.shop import ShopProfile
from vetrina.domain.selling.voucher import Voucher
from vetrina.domain.show.state import ShowState
from vetrina.shop.bag_pricing import PricedBag
from vetrina.shop.checkouts.sellables import SELLING
from vetrina.shop.checkouts.sessions import QueueFull
from vetrina.shop.selling_on import Selling
from vetrina.store.errors import DamagedLog, StoreError
from vetrina.web.api.checkouts import pay_path
from vetrina.web.buyer_cookie import token_of
from vetrina.web.http.accept_language import language_of
from vetrina.web.http.problem import Problem, problem_of
from vetrina.web.http.security_headers import Page
from vetrina.web.pages.bag_cookie import bag_of, fits, keep_bag
from vetrina.web.pages.bag_forms import (
    JSON,
    Form,
    applied,
    from_elsewhere,
    never_kept,
    one_of,
    read_form,
    see_other,
    wants_json,
)
from vetrina.web.pages.bag_view import bag_told, refusal_text
from vetrina.web.pages.ordering import Begun, begin
from vetrina.web.pages.shop_pages import shop_colours
from vetrina.web.pages.words import SurfaceWords, Words
from vetrina.web.voucher_tries import tried_voucher

if TYPE_CHECKING:
    from vetrina.web.context import Context
    from vetrina.web.pages.pages import Pages


class BagPages:
    """One method for each address. `pages` draws them, and says what is not there."""

    def __init__(self, context: Context, pages: Pages) -> None:
        self._context = context
        self._pages = pages
        self._words = SurfaceWords(context.assets, "js/i18n/bag")

    def words_of(self, request: Request) -> Words:
        """The bag's words in the language of a request."""
        return self._words.of(language_of(request))

    async def bag(self, request: Request) -> Response:
        """What is in it now."""
        return await self._answer(request, self._shown)

    async def form(self, request: Request) -> Response:
        """Something is put in, taken out or ordered."""
        return await self._answer(request, self._changed)

    async def _answer(self, request: Request, draw: Any) -> Response:
        if (busy := await self._pages.too_many(request)) is not None:
            return busy
        try:
            shop = await self._context.storefront.shop(str(request.path_params["handle"]))
            if shop is None or not (await self._context.selling.selling()).own:
                return self._pages.lost(request)
            answer: Response = await draw(request, shop)
        except StoreError as error:
            return self._pages.later(request, "away.html", Page.PLAIN, problem_of(error))
        return answer

    async def _shown(self, request: Request, shop: ShopProfile) -> Response:
        return await self._page(request, shop, bag_of(request))

    async def _changed(self, request: Request, shop: ShopProfile) -> Response:
        form, bag = await read_form(request), bag_of(request)
        if from_elsewhere(request):
            return self._done(request, shop, bag)
        if form.get("do") in ("order", "buy"):
            return await self._ordered(request, shop, bag, form)
        changed = applied(bag, form)
        if not fits(changed) or (changed == bag and bag.full and form.get("do") == "add"):
            words = self._words.of(language_of(request))
            return await self._page(request, shop, bag, words("no_room"), 409)
        if wants_json(request):
            answer = await self._page(request, shop, changed)
        else:
            answer = self._done(request, shop, changed)
        self._keep(request, answer, changed)
        return answer

    async def _ordered(
        self, request: Request, shop: ShopProfile, bag: BuyerBag, form: Form
    ) -> Response:
        words = self._words.of(language_of(request))
        at_once = form.get("do") == "buy"
        wanted = one_of(bag, form) if at_once else bag
        state = await self._state(wanted)
        priced = await self._priced(request, wanted, state)
        if not at_once and form.get("total") not in (None, _total(priced.cart)):
            return await self._page(request, shop, bag, words("no_price"), 409)
        items = tuple(
            WantedLine(one.sku, one.quantity, (at_once and one.seen) or one.unit)
            for one in priced.lines
        )
        try:
            begun = await begin(
                self._context,
                request,
                shop,
                items,
                bag=replace(wanted, voucher=priced.cart.voucher if priced.cart else None),
                show=state.slug if state else None,
                adult=form.get("adult") == "yes",
            )
        except Refused as refused:
            titles = {line.sku: line.title for line in priced.lines}
            said = refusal_text(refused, titles, words)
            return await self._page(request, shop, bag, said, refused.status, refused)
        except QueueFull:
            return await self._page(request, shop, bag, words("no_answer"), 503)
        answer = self._to_pay(request, shop, begun, words)
        begun.remember(self._context, request, answer)
        if not at_once and begun.order is not None:
            self._keep(request, answer, replace(bag, order=begun.order).seen_at(priced.prices))
        return answer

    def _to_pay(self, request: Request, shop: ShopProfile, begun: Begun, words: Words) -> Response:
        if wants_json(request):
            told = orjson.dumps({"pay": {"url": begun.url}})
            return Response(told, 201, {"cache-control": "no-store"}, media_type=JSON)
        if not begun.away:
            return see_other(f"{begun.url}?wait")
        # A form may lead to pages of ours alone, so this one says where to go on.
        answer = self._pages.page(
            request,
            "leaving.html",
            Page.PLAIN,
            t=words,
            shop=shop,
            url=begun.url,
            colours=shop_colours(shop),
        )
        answer.headers["refresh"] = f"0; url={begun.url}"
        return never_kept(answer)

    async def _page(
        self,
        request: Request,
        shop: ShopProfile,
        bag: BuyerBag,
        said: str = "",
        status: int = 200,
        refused: Refused | None = None,
    ) -> Response:
        lang = language_of(request)
        words, selling = self._words.of(lang), await self._context.selling.selling()
        state = await self._state(bag)
        priced = await self._priced(request, bag, state)
        if state is not None and state.status == "rehearsal":
            selling = Selling("test", test=True)
        told = bag_told(priced, shop, selling, words, self._context.settings.root)
        told["paying"] = await self._paying(request, bag)
        if wants_json(request):
            told |= {"said": said, "code": refused.code if refused else ""}
            return Response(
                orjson.dumps(told), status, {"cache-control": "no-store"}, media_type=JSON
            )
        answer = self._pages.page(
            request,
            "bag.html",
            Page.PLAIN,
            {"lang": lang},
            status,
            t=words,
            shop=shop,
            bag=told,
            said=said,
            here=bag_path(shop, request),
            colours=shop_colours(shop),
        )
        return never_kept(answer)

    async def _priced(self, request: Request, bag: BuyerBag, state: ShowState | None) -> PricedBag:
        return await self._context.bag_pricing.priced(
            bag, state, await self._voucher(request, bag.voucher, state)
        )

    async def _voucher(
        self, request: Request, code: str | None, state: ShowState | None
    ) -> Voucher | None:
        """What the code stands for; None where it is not good for this browser."""
        if not code:
            return None
        buyer = self._context.checkouts.tokens.buyer(token_of(request) or "")
        show = state.slug if state else None
        test = state is not None and state.status == "rehearsal"
        try:
            return await tried_voucher(self._context, request, code, buyer, show=show, test=test)
        except (Refused, Problem):
            return None

    async def _paying(self, request: Request, bag: BuyerBag) -> str:
        """Where this browser goes on paying for what it ordered last; empty where that is over."""
        token, checkouts = token_of(request), self._context.checkouts
        if bag.order is None or token is None:
            return ""
        order = await self._context.store.open_checkout_of(checkouts.tokens.buyer(token))
        now = self._context.clock.now_ms()
        if order is None or order.checkout.id != bag.order or order.expires_at <= now:
            return ""
        return self._context.settings.root + pay_path(checkouts.tokens.of_checkout(bag.order))

    async def _state(self, bag: BuyerBag) -> ShowState | None:
        """The show whose deals count: the one that the bag came from, else the one that is on."""
        for slug in (bag.show, await self._context.storefront.current()):
            try:
                room = await self._context.feed.room(slug) if slug else None
            except DamagedLog:
                continue
            if room is not None and room.state.status in SELLING and not room.state.panic:
                return room.state
        return None

    def _done(self, request: Request, shop: ShopProfile, bag: BuyerBag) -> Response:
        answer = see_other(self._context.settings.root + bag_path(shop, request))
        self._keep(request, answer, bag)
        return answer

    def _keep(self, request: Request, answer: Response, bag: BuyerBag) -> None:
        secure = self._context.base_url(request).startswith("https://")
        keep_bag(answer, bag, self._context.settings.root or "/", secure=secure)


def bag_path(shop: ShopProfile, request: Request) -> str:
    """The bag's address, in the language that was asked for by name."""
    asked = request.query_params.get("lang")
    query = f"?{urlencode({'lang': language_of(request)})}" if asked else ""
    return f"/shop/{shop.handle}/bag{query}"


def _total(cart: Any) -> str | None:
    return None if cart is None else str(cart.total.amount)
