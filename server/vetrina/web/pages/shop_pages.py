"""`/shop/{handle}` and what is below it: the shop tab, its products, its map for search engines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import orjson
from starlette.requests import Request
from starlette.responses import Response

from vetrina.connectors.rich_text import plain_text
from vetrina.domain.catalogue.entry import CatalogueEntry
from vetrina.domain.catalogue.searching import words_of
from vetrina.domain.selling.shop import ShopProfile
from vetrina.protocol.jsonable import public
from vetrina.realtime.room import Room
from vetrina.shop.honest_prices import honest_entries
from vetrina.store.errors import DamagedLog, StoreError
from vetrina.store.ports.shop import ShopPage, Sort, Wanted
from vetrina.web.http.accept_language import language_of
from vetrina.web.http.problem import problem_of
from vetrina.web.http.security_headers import Page
from vetrina.web.pages.bag_cookie import bag_of
from vetrina.web.pages.deliveries import deliveries
from vetrina.web.pages.product_data import product_data
from vetrina.web.pages.product_view import product_view
from vetrina.web.pages.shop_cards import product_path
from vetrina.web.pages.shop_colours import colours_css
from vetrina.web.pages.shop_view import SORTS, Asked, LiveNow, live_now, place_of, shop_view
from vetrina.web.pages.site_map import index_xml, products_xml
from vetrina.web.pages.viewer_page import absolute
from vetrina.web.pages.words import SurfaceWords

if TYPE_CHECKING:
    from vetrina.web.context import Context
    from vetrina.web.pages.pages import Pages

ON_PAGE: Final = 24
QUERY_CHARS: Final = 100
CATEGORY_CHARS: Final = 120
SITE_PART: Final = 10_000


class ShopPages:
    """One method for each page. `pages` draws them, and says what is not there."""

    def __init__(self, context: Context, pages: Pages) -> None:
        self._context = context
        self._pages = pages
        self._words = SurfaceWords(context.assets, "js/i18n/shop")
        self._bag_words = SurfaceWords(context.assets, "js/i18n/bag")

    async def shop(self, request: Request) -> Response:
        """The grid of products."""
        return await self._answer(request, self._shop)

    async def product(self, request: Request) -> Response:
        """One product."""
        return await self._answer(request, self._product)

    async def colours(self, request: Request) -> Response:
        """The shop's own colour as a style sheet; its address names the colour."""
        shop = await self._profile(request)
        if shop is None or shop.accent is None:
            return self._pages.lost(request)
        headers = {"cache-control": "public, max-age=86400", "x-content-type-options": "nosniff"}
        return Response(colours_css(shop.accent), media_type="text/css", headers=headers)

    async def site_map(self, request: Request) -> Response:
        """The shop and its products, for search engines."""
        shop = await self._context.store.shop()
        if shop is None:
            return self._pages.lost(request)
        asked = request.query_params.get("after", "")
        after = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else None
        part = await self._context.store.site_part(after or 0, SITE_PART)
        address = f"{self._context.base_url(request)}/shop/{shop.handle}"
        if after is None and part.last > SITE_PART:
            body = index_xml(self._context.base_url(request), range(0, part.last, SITE_PART))
        else:
            body = products_xml(address, part.skus, first=not after)
        return Response(body, media_type="application/xml", headers={"cache-control": "no-cache"})

    async def _answer(self, request: Request, draw: Any) -> Response:
        if (busy := await self._pages.too_many(request)) is not None:
            return busy
        try:
            shop = await self._profile(request)
            if shop is None:
                return self._pages.lost(request)
            answer: Response = await draw(request, shop, await self._room())
        except StoreError as error:
            return self._pages.later(request, "away.html", Page.PLAIN, problem_of(error))
        return answer

    async def _shop(self, request: Request, shop: ShopProfile, room: Room | None) -> Response:
        front, now = self._context.storefront, self._context.clock.now_ms()
        words, state = self._words.of(language_of(request)), room.state if room else None
        asked = _asked(request)
        page = await self._context.store.shop_page(asked.wanted, asked.after, ON_PAGE)
        entries = await honest_entries(self._context.store, page.entries, now)
        view = shop_view(
            shop,
            ShopPage(entries, page.next),
            asked,
            await front.categories(),
            await front.shows(),
            live_of(room),
            state,
            words,
            now,
        )
        base = self._context.base_url(request)
        products = {card.product.sku: _light(card.entry) for card in view.cards}
        selling = await self._selling(request)
        searched = bool(asked.query or asked.after or asked.wanted.sort != "newest")
        return self._pages.page(
            request,
            "shop.html",
            Page.VIEWER,
            self._data(room, words.lang, words.entries, now, products) | bag_data(shop, selling),
            t=words,
            view=view,
            now=now,
            base=base,
            url=base + asked.href(view.address, q="", sort="", lang=""),
            image=absolute(shop.logo, base) if shop.logo else None,
            description=shop.about,
            indexed=not searched,
            colours=shop_colours(shop),
            **selling,
        )

    async def _product(self, request: Request, shop: ShopProfile, room: Room | None) -> Response:
        entry = await self._entry(str(request.path_params["sku"]))
        words = self._words.of(language_of(request))
        if entry is None:
            return self._pages.page(
                request, "shop-lost.html", Page.VIEWER, status=404, t=words, shop=shop,
                colours=shop_colours(shop),
            )  # fmt: skip
        now, base = self._context.clock.now_ms(), self._context.base_url(request)
        state, selling = room.state if room else None, await self._selling(request)
        view = product_view(shop, entry, request.query_params, state, now)
        url = base + view.path
        data = self._data(room, words.lang, words.entries, now, {entry.sku: _light(entry)})
        data |= bag_data(shop, selling)
        data |= {"product": entry.sku, "chosen": view.chosen.sku if view.chosen else None}
        data["read"] = f"/api/v1{product_path(f'/shops/{shop.handle}', entry.sku)}"
        picture = view.pictures[0].url if view.pictures else None
        bag_words, markets = selling["b"], await self._context.storefront.markets()
        return self._pages.page(
            request,
            "product.html",
            Page.VIEWER,
            data,
            t=words,
            view=view,
            now=now,
            live=live_of(room),
            url=url,
            share=f"{url}?{urlencode({'variant': view.chosen.sku})}" if view.chosen else url,
            image=absolute(picture, base) if picture else None,
            description=plain_text(entry.description)[:200] or shop.about,
            machines=product_data(entry, view.deal, url, shop.name, base, now),
            deliveries=deliveries(markets, bag_words, view.offer.price.currency),
            colours=shop_colours(shop),
            **selling,
        )

    async def _selling(self, request: Request) -> dict[str, Any]:
        """Whether there is a bag, how much is in it, and its words."""
        return {
            "selling": await self._context.selling.selling(),
            "bag_count": bag_of(request).count,
            "b": self._bag_words.of(language_of(request)),
        }

    async def _profile(self, request: Request) -> ShopProfile | None:
        return await self._context.storefront.shop(str(request.path_params["handle"]))

    async def _room(self) -> Room | None:
        """The show that is on. One whose log is damaged is no reason to close the shop."""
        slug = await self._context.storefront.current()
        try:
            return await self._context.feed.room(slug) if slug else None
        except DamagedLog:
            return None

    async def _entry(self, sku: str) -> CatalogueEntry | None:
        """An active product, by its own SKU."""
        found = await self._context.store.entries([sku])
        if not found or found[0].status != "active":
            return None
        now = self._context.clock.now_ms()
        return (await honest_entries(self._context.store, found, now))[0]

    def _data(
        self,
        room: Room | None,
        lang: str,
        entries: Mapping[str, Any],
        now: int,
        products: Mapping[str, Any],
    ) -> dict[str, Any]:
        """What the scripts go on from: the show's position, and what products cost without it."""
        data: dict[str, Any] = {"lang": lang, "words": entries, "products": products}
        if room is not None:
            start: dict[str, Any] = {"epoch": room.position.epoch, "seq": room.position.seq}
            start |= {"now": now, "state": orjson.Fragment(room.snapshot("public"))}
            data |= {"show": room.slug, "start": start}
        return data


def bag_data(shop: ShopProfile, selling: Mapping[str, Any]) -> dict[str, Any]:
    """Whose bag a script opens; nothing where there is none."""
    return {"shop": shop.handle} if selling["selling"].own else {}


def live_of(room: Room | None) -> LiveNow | None:
    """The show that is on, as the pages tell it."""
    return None if room is None else live_now(room.state, room.counts.viewers)


def _asked(request: Request) -> Asked:
    """What cannot be read counts as not asked for: an old link still leads somewhere."""
    told = request.query_params
    query = " ".join(told.get("q", "")[:QUERY_CHARS].split())
    sort: Sort = next((one for one in SORTS if one == told.get("sort")), "newest")
    kept = {"lang": told["lang"]} if "lang" in told else {}
    category = told.get("category", "")[:CATEGORY_CHARS]
    wanted = Wanted(category, words_of([query]), sort)
    return Asked(wanted, query, place_of(told.get("after", "")), kept)


def _light(entry: CatalogueEntry) -> dict[str, Any]:
    """What a script needs to say what a product costs while deals come and go."""
    product = entry.product()
    told = public(product)
    light = {name: told[name] for name in ("price", "prior_price", "stock", "title")}
    light |= {"price_to": told.get("price_to")}
    if entry.options:
        light["variants"] = [
            {
                "sku": one.sku,
                "values": list(one.values),
                "price": public(one.price),
                "prior_price": public(one.prior_price),
                "stock": one.stock,
                "image": one.image,
            }
            for one in entry.variants
        ]
    return light


def shop_colours(shop: ShopProfile) -> str | None:
    """The address of the shop's own colour as a style sheet; None for ours."""
    if shop.accent is None:
        return None
    return f"/shop/{shop.handle}/colours.css?{shop.accent.removeprefix('#')}"
