"""The HTML pages. Each is a small frame; what is in it comes from scripts over socket and API."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from vetrina import __version__
from vetrina.domain.access import Permission, may
from vetrina.domain.selling.shop import ShopProfile
from vetrina.live.service import UnknownShow
from vetrina.protocol.root_path import below
from vetrina.store.errors import StoreError
from vetrina.web.assets.registry import policy_hash
from vetrina.web.context import Context
from vetrina.web.http.accept_language import language_of
from vetrina.web.http.compression import compressed
from vetrina.web.http.drafts import hides
from vetrina.web.http.hosts import is_public
from vetrina.web.http.key_lookup import find_key
from vetrina.web.http.problem import Problem, problem_of
from vetrina.web.http.rate_limiter import address_of, is_own
from vetrina.web.http.security_headers import Frame, Page, page_headers
from vetrina.web.pages.bag_cookie import bag_of
from vetrina.web.pages.bag_pages import BagPages
from vetrina.web.pages.checkout_pages import CheckoutPages
from vetrina.web.pages.deliveries import delivery_text
from vetrina.web.pages.handbook_pages import HandbookPages
from vetrina.web.pages.order_pages import OrderPages
from vetrina.web.pages.shop_pages import ShopPages
from vetrina.web.pages.viewer_page import ViewerPage
from vetrina.web.pages.words import SurfaceWords

# The pages with a script; the import map of a page names what its script needs, and no more.
SCRIPTS = {
    "checkout.html": "js/pages/checkout.js",
    "order.html": "js/pages/order.js",
    "control.html": "js/pages/control.js",
    "dock.html": "js/pages/dock.js",
    "orders.html": "js/pages/orders.js",
    "overlay.html": "js/pages/overlay.js",
    "product.html": "js/pages/product.js",
    "shop.html": "js/pages/shop.js",
    "viewer.html": "js/pages/viewer.js",
}


class Pages:
    """One method for each page."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._viewer = ViewerPage(context.viewer_words, context.bags)
        self._handbook = HandbookPages(context.settings.root)
        self._overlay_words = SurfaceWords(context.assets, "js/i18n/overlay")
        self.shop = ShopPages(context, self)
        self.bag = BagPages(context, self)
        self.checkout = CheckoutPages(context, self)
        self.order = OrderPages(context, self)

    async def home(self, request: Request) -> Response:
        """What this is, and the way to the control panel."""
        return self.page(request, "home.html", Page.PLAIN)

    async def control(self, request: Request) -> Response:
        """The host's panel. The page itself is public; its scripts ask for the key."""
        return self.page(request, "control.html", Page.CONTROL, self._panel_data(request))

    async def dock(self, request: Request) -> Response:
        """The panel as a narrow strip for an OBS dock."""
        return self.page(request, "dock.html", Page.CONTROL, self._panel_data(request))

    async def orders(self, request: Request) -> Response:
        """The seller's orders, or one of them. Its scripts ask for the key."""
        return self.page(request, "orders.html", Page.CONTROL)

    async def packing_slip(self, request: Request) -> Response:
        """A sheet for a parcel, to be printed; its scripts ask for what is on it."""
        data = {"slip": str(request.path_params["id"])}
        return self.page(request, "orders.html", Page.CONTROL, data)

    async def viewer(self, request: Request) -> Response:
        """The show on a phone. Links that are shared carry its title and what is pinned."""
        if (busy := await self.too_many(request)) is not None:
            return busy
        slug = str(request.path_params["slug"])
        try:
            room = await self._context.feed.room(slug)
        except StoreError as error:
            return self.later(request, "away.html", Page.PLAIN, problem_of(error))
        if room is None:
            return self.lost(request)
        try:
            hidden = await hides(self._context, request, room.state)
        except Problem as problem:
            return self.later(request, "busy.html", Page.PLAIN, problem)
        base, now = self._context.base_url(request), self._context.clock.now_ms()
        shop = await self._shop_of_buyers()
        filled = self._viewer.filled(
            room, language_of(request), base, now, hidden=hidden, shop=shop.handle if shop else None
        )
        data = filled.pop("page_data")
        filled |= {"bag_count": bag_of(request).count}
        if shop is not None:
            words = self.bag.words_of(request)
            markets = await self._context.storefront.markets()
            data["delivery"] = delivery_text(markets, words, room.state.currency)
        answer = self.page(request, "viewer.html", Page.VIEWER, data, **filled)
        if room.state.private:
            answer.headers["x-robots-tag"] = "noindex, nofollow"
        return answer

    async def _shop_of_buyers(self) -> ShopProfile | None:
        """The shop that viewers buy from here; None where they are led elsewhere."""
        shop = await self._context.storefront.profile()
        selling = await self._context.selling.selling()
        return shop if selling.own else None

    async def overlay(self, request: Request) -> Response:
        """The overlay for OBS: nothing at all on screen when its key is not good.

        Whoever sets it up and wonders adds ?preview=1 and reads why.
        """
        try:
            key = await find_key(self._context, request, str(request.path_params["key"]))
            if key is not None and may(key.role, Permission.PAINT):
                data = await self._overlay_data(request, key.show)
                return self.page(request, "overlay.html", Page.OVERLAY, data)
        except (Problem, StoreError) as error:
            return self.later(request, "overlay-closed.html", Page.OVERLAY, problem_of(error))
        explained = request.query_params.get("preview") == "1"
        return self.page(
            request, "overlay-closed.html", Page.OVERLAY, status=404, explained=explained
        )

    async def demo_shop(self, request: Request) -> Response:
        """Where the demo's products lead: in place of a seller's own product page."""
        return self.page(request, "demo-shop.html", Page.PLAIN)

    def lost(self, request: Request, template: str = "404.html") -> Response:
        """There is nothing at this address."""
        return self.page(request, template, Page.PLAIN, status=404)

    def missing(self, request: Request, error: Exception) -> Response | None:
        """What a person sees in place of a 404's JSON. None for every other error."""
        if isinstance(error, HTTPException) and error.status_code == 404:
            return self.lost(request)
        path = request.url.path.removeprefix(self._context.settings.root)
        if not path.startswith("/go/"):
            return None
        if isinstance(error, UnknownShow):
            return self.lost(request)
        if isinstance(error, Problem) and error.code == "unknown_number":
            show = f"{self._context.base_url(request)}/live/{request.path_params['slug']}"
            return self.page(request, "unknown-number.html", Page.PLAIN, status=404, show=show)
        return None

    def docs(self, request: Request, **described: Any) -> Response:
        """The readable description of the API."""
        return self.page(request, "docs.html", Page.PLAIN, **described)

    async def handbook(self, request: Request) -> Response:
        """A page of docs/, one of its pictures, or what was found for `?q=`."""
        if (busy := await self.too_many(request)) is not None:
            return busy
        answer = await self._handbook.answer(request)
        if isinstance(answer, Response):
            return answer
        if answer is None:
            return self.lost(request, "handbook-404.html")
        return self.page(request, answer.template, Page.PLAIN, version=__version__, **answer.values)

    async def _overlay_data(self, request: Request, slug: str | None) -> dict[str, Any]:
        """What the overlay would else have to ask for: its words, what to load ahead, and whether
        a code of ours leads anywhere."""
        room = await self._context.feed.room(slug) if slug else None
        items = room.state.bag.values() if room else ()
        root, lang = self._context.settings.root, language_of(request)
        return {
            "lang": lang,
            "words": self._overlay_words.of(lang).entries,
            "reachable": is_public(self._context.base_url(request)),
            "pictures": [below(root, item.product.image) for item in items if item.product.image],
        }

    def _panel_data(self, request: Request) -> dict[str, Any]:
        """What the panel says beforehand: by the limits and the address of this installation."""
        settings, base = self._context.settings, self._context.base_url(request)
        return {
            "version": __version__,
            "pin_slots": settings.pin_slots,
            "limits": asdict(settings.limits()),
            "base": base,
            "public": is_public(base),
        }

    async def too_many(self, request: Request) -> Response | None:
        """The page that asks for patience, where one address asks for more than its share."""
        address = address_of(request)
        if not is_own(address):
            try:
                await self._context.limiter.take(self._context.visits, address)
            except Problem as problem:
                return self.later(request, "busy.html", Page.PLAIN, problem)
        return None

    def later(self, request: Request, template: str, page: Page, problem: Problem) -> Response:
        """Not now. The page asks again by itself: nobody looks at an overlay's."""
        answer = self.page(request, template, page, status=problem.status, explained=False)
        answer.headers.update(problem.headers)
        answer.headers["refresh"] = problem.headers["retry-after"]
        return answer

    def page(
        self,
        request: Request,
        template: str,
        page: Page,
        data: dict[str, Any] | None = None,
        status: int = 200,
        frame: Frame | None = None,
        **more: Any,
    ) -> Response:
        """A template with these values, as an answer. `frame`: of a payment provider."""
        import_map = self._context.assets.import_map(SCRIPTS.get(template))
        html = self._context.templates.render(
            template,
            lang=language_of(request),
            page_data=data or {},
            # Made by the server from its own file names; its hash is in the page's policy.
            import_map=Markup(import_map),  # noqa: S704
            **more,
        )
        headers = page_headers(page, policy_hash(import_map), request, frame)
        body, encoding = compressed(html.encode(), request)
        return HTMLResponse(body, status, {**headers, **encoding})


def wants_html(request: Request) -> bool:
    """Whether a person's browser asks, as opposed to a program."""
    accepts = "text/html" in request.headers.get("accept", "")
    return accepts and not request.url.path.startswith("/api/")
