"""All routes, and the application that serves them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from vetrina.realtime.connection_limits import ConnectionLimits
from vetrina.web.assets.static_files import Media, StaticFiles
from vetrina.web.context import Context
from vetrina.web.dispatch import Dispatcher
from vetrina.web.http.endpoint import located, measured, routes_of
from vetrina.web.http.problem import EXCEPTION_HANDLERS, answer_problem
from vetrina.web.operations import OPERATIONS
from vetrina.web.pages.pages import Pages, wants_html
from vetrina.web.schema.docs_page import docs_context
from vetrina.web.sockets.endpoint import SocketEndpoint
from vetrina.web.sub_path import SubPath

Answer = Callable[[Request], Awaitable[Response]]
BUSY: Final = (
    "/api/v1/shows/{slug}/commands",
    "/webhooks/{connection}",
    "/api/v1/checkouts",
)
"""Routes are tried one after the other, these first: no other one answers for their paths."""


def web_app(context: Context, socket: SocketEndpoint | None = None) -> ASGIApp:
    """The ASGI application. Its parts are opened and closed by whoever made the context.

    `socket`: what `live_socket` made, where somebody else needs it too.
    """
    pages = Pages(context)

    async def answer_error(request: Request, error: Exception) -> Response:
        page = pages.missing(request, error) if wants_html(request) else None
        return page or located(context, await answer_problem(request, error))

    handlers = dict.fromkeys(EXCEPTION_HANDLERS, answer_error)
    app = Starlette(routes=routes(context, pages), exception_handlers=handlers)
    # `/live/x/` is served as `/live/x`: a redirect would repeat an overlay key in a header.
    app.router.redirect_slashes = False
    served = Dispatcher(app, socket or live_socket(context), lambda: context.hub.draining)
    return SubPath(served, context.settings.root) if context.settings.root else served


def live_socket(context: Context) -> SocketEndpoint:
    """The endpoint behind `/ws`."""
    settings = context.settings
    return SocketEndpoint(
        context.hub,
        context.feed,
        context.auth,
        limits=ConnectionLimits(
            most=settings.connections_max, most_per_address=settings.connections_per_address
        ),
        accepts_per_s=settings.connections_per_second,
        public_url=settings.public_url,
        root=settings.root,
    )


def routes(context: Context, pages: Pages | None = None) -> list[Route]:
    """Calls, pages and files; the socket bypasses routing, see `dispatch.py`."""
    pages = pages or Pages(context)
    found: list[Route] = []
    found += routes_of(OPERATIONS, context)
    found += [_page(context, path, answer) for path, answer in _pages(context, pages).items()]
    found += [_form(context, path, answer) for path, answer in _forms(pages).items()]
    found.sort(key=lambda route: route.path not in BUSY)  # the rest keeps its order
    return found


def _pages(context: Context, pages: Pages) -> dict[str, Answer]:
    files, media = StaticFiles(context.assets), Media(context)

    async def docs(request: Request) -> Response:
        return pages.docs(request, **docs_context())

    demo = {"/demo/{sku:path}": pages.demo_shop} if context.settings.demo else {}
    return {
        **demo,
        "/": pages.home,
        "/checkouts/{token}/pay": pages.checkout.pay,
        "/control": pages.control,
        "/control/dock": pages.dock,
        "/control/orders": pages.orders,
        "/control/orders/{id}": pages.orders,
        "/control/orders/{id}/slip": pages.packing_slip,
        "/docs": docs,
        "/handbook": pages.handbook,
        "/handbook/{path:path}": pages.handbook,
        "/live/{slug}": pages.viewer,
        "/orders/{token}": pages.order.order,
        "/orders/{token}/withdrawal": pages.order.withdrawal,
        "/orders/{token}/withdrawal.txt": pages.order.receipt,
        "/overlay/{key}": pages.overlay,
        "/overlay/{key}/{widget}": pages.overlay,
        "/shop/{handle}": pages.shop.shop,
        "/shop/{handle}/bag": pages.bag.bag,
        "/shop/{handle}/colours.css": pages.shop.colours,
        "/shop/{handle}/products/{sku:path}": pages.shop.product,
        "/sitemap.xml": pages.shop.site_map,
        "/media/{name}": media.answer,
        "/overlays/{path:path}": files.answer,
        "/static/{path:path}": files.answer,
    }


def _forms(pages: Pages) -> dict[str, Answer]:
    """What the forms of pages are sent to."""
    return {
        "/checkouts/{token}/pay": pages.checkout.form,
        "/orders/{token}/withdrawal": pages.order.withdraw,
        "/shop/{handle}/bag": pages.bag.form,
    }


def _page(context: Context, path: str, answer: Answer) -> Route:
    async def counted(request: Request) -> Response:
        return await measured(context, path, answer(request))

    return Route(path, counted, methods=["GET"], name=path)


def _form(context: Context, path: str, answer: Answer) -> Route:
    async def counted(request: Request) -> Response:
        return await measured(context, path, answer(request))

    return Route(path, counted, methods=["POST"], name=f"{path} form")
