"""`/shop/{handle}/bag`: what somebody means to buy, as a page, as JSON and as forms.

The bag is in the browser's cookie. Forms work without scripts: each is answered with the page that
comes after it, or, for a script, with the bag as JSON.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode

import orjson
from starlette.requests import Request
from starlette.responses import Response

from vetrina.domain.catalogue.fields import FIELD_CHECKS
from vetrina.domain.errors import Refused
from vetrina.domain.selling.buyer_bag import BuyerBag
from vetrina.domain.selling.checkout import WantedLine
from vetrina.domain.selling.shop import ShopProfile
from vetrina.domain.show.state import ShowState
from vetrina.shop.bag_pricing import PricedBag
from vetrina.shop.checkouts.sellables import SELLING
from vetrina.store.errors import DamagedLog, StoreError
from vetrina.web.buyer_cookie import token_of
from vetrina.web.http.accept_language import language_of
from vetrina.web.http.problem import Problem, problem_of
from vetrina.web.http.rate_limiter import VOUCHER_TRIES, address_of
from vetrina.web.http.request_body import check_media_type, read_body
from vetrina.web.http.security_headers import Page
from vetrina.web.pages.bag_cookie import bag_of, fits, keep_bag
from vetrina.web.pages.bag_view import bag_told, refusal_text
from vetrina.web.pages.shop_pages import shop_colours
from vetrina.web.pages.words import SurfaceWords

if TYPE_CHECKING:
    from vetrina.web.context import Context
    from vetrina.web.pages.pages import Pages

FORM_BYTES: Final = 8 * 1024
FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"
Form = dict[str, str]


class BagPages:
    """One method for each address. `pages` draws them, and says what is not there."""

    def __init__(self, context: Context, pages: Pages) -> None:
        self._context = context
        self._pages = pages
        self._words = SurfaceWords(context.assets, "js/i18n/bag")

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
        changed = _applied(bag, form)
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
        wanted = _one_of(bag, form) if at_once else bag
        state = await self._state(wanted)
        priced = await self._priced(request, wanted, state)
        if not at_once and form.get("total") not in (None, _total(priced.cart)):
            return await self._page(request, shop, bag, words("no_price"), 409)
        items = tuple(
            WantedLine(one.sku, one.quantity, (at_once and one.seen) or one.unit)
            for one in priced.lines
        )
        try:
            begun = await self._context.ordering.begin(
                request,
                shop,
                items,
                bag=priced.bag,
                show=state.slug if state else None,
                adult=form.get("adult") == "yes",
            )
        except Refused as refused:
            titles = {line.sku: line.title for line in priced.lines}
            said = refusal_text(refused, titles, words)
            return await self._page(request, shop, bag, said, refused.status, refused)
        if wants_json(request):
            told = orjson.dumps({"pay": {"url": begun.url}})
            answer = Response(told, 201, {"cache-control": "no-store"}, media_type=JSON)
        else:
            answer = _to(begun.url)
        begun.remember(answer)
        if form.get("do") == "order":
            self._keep(request, answer, BuyerBag(market=bag.market))
        return answer

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
        priced = await self._priced(request, bag, await self._state(bag))
        told = bag_told(priced, shop, selling, words, self._context.settings.root)
        if wants_json(request):
            told |= {"said": said, "code": refused.code if refused else ""}
            return Response(
                orjson.dumps(told), status, {"cache-control": "no-store"}, media_type=JSON
            )
        answer = self._pages.page(
            request,
            "bag.html",
            Page.VIEWER,
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
        """A code that is not good counts as a try; after some of them none is looked up."""
        pricing, limiter = self._context.bag_pricing, self._context.limiter
        buyer = self._context.checkouts.tokens.buyer(token_of(request) or "")
        who = address_of(request)
        if not bag.voucher:
            return await pricing.priced(bag, state, buyer)
        try:
            await limiter.take(VOUCHER_TRIES, who)
        except Problem:
            told = await pricing.priced(replace(bag, voucher=None), state, buyer)
            return replace(told, voucher_trouble="not_good")
        told = await pricing.priced(bag, state, buyer)
        if told.voucher_trouble != "not_good":
            limiter.give_back(VOUCHER_TRIES, who)
        return told

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
        answer = _to(self._context.settings.root + bag_path(shop, request))
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


async def read_form(request: Request) -> Form:
    """The fields of a form; the last value of each counts. Raises Problem."""
    check_media_type(request, (FORM,))
    raw = await read_body(request, FORM_BYTES)
    try:
        return dict(parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=100))
    except ValueError as error:
        raise Problem(400, "bad_form", "The form cannot be read.") from error


def from_elsewhere(request: Request) -> bool:
    """Whether another site's page sent it: a browser says so."""
    return request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")


def wants_json(request: Request) -> bool:
    """Whether a script asks."""
    return request.headers.get("accept", "").startswith(JSON)


def never_kept(answer: Response) -> Response:
    """A page that is one person's own."""
    answer.headers["cache-control"] = "no-store"
    answer.headers["x-robots-tag"] = "noindex, nofollow"
    return answer


def _to(address: str) -> Response:
    return Response(None, 303, {"location": address, "cache-control": "no-store"})


def _applied(bag: BuyerBag, form: Form) -> BuyerBag:
    """The bag after what a form asks for. What cannot be read changes nothing."""
    sku, seen = form.get("sku", ""), _whole(form.get("price", ""))
    match form.get("do"):
        case "add":
            if not _is_sku(sku):
                return bag
            more = bag.with_more(sku, _whole(form.get("quantity", "1")) or 1, seen)
            return replace(more, show=form.get("show", "")[:64] or bag.show)
        case "set":
            quantity = _whole(form.get("quantity", ""))
            return bag if quantity is None else bag.with_quantity(sku, quantity, seen)
        case "remove":
            return bag.with_quantity(sku, 0)
        case "voucher":
            return replace(bag, voucher=form.get("code", "").strip()[:32] or None)
        case "market":
            return replace(bag, market=form.get("market", "")[:32] or None)
        case _:
            return bag


def _one_of(bag: BuyerBag, form: Form) -> BuyerBag:
    """A bag of the one thing that is bought at once, and where it goes."""
    alone = BuyerBag(market=bag.market, show=form.get("show", "")[:64] or None)
    return _applied(alone, form | {"do": "add"})


def _total(cart: Any) -> str | None:
    return None if cart is None else str(cart.total.amount)


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 14 else None


def _is_sku(text: str) -> bool:
    try:
        FIELD_CHECKS["sku"](text)
    except ValueError:
        return False
    return True
