"""Short addresses for QR codes on a stream, and the codes themselves."""

from __future__ import annotations

from typing import Final

from starlette.responses import RedirectResponse, Response

from vetrina.domain.catalogue.product import Product
from vetrina.domain.show.details import announced
from vetrina.domain.show.state import ShowState
from vetrina.live.service import UnknownShow
from vetrina.protocol.root_path import below
from vetrina.web.http.drafts import hides
from vetrina.web.http.hosts import is_public
from vetrina.web.http.operation import Call, Caller, Operation, Parameter
from vetrina.web.http.problem import Problem, unknown
from vetrina.web.qr_codes import MEDIA_TYPE, qr_answer

# The picture follows from its address and from the server's own.
CACHE: Final = "public, max-age=3600"
# The product's own link may change in the middle of a show.
LINK_CACHE: Final = "no-cache"


async def go(call: Call) -> Response:
    """To the product's own page in its shop, or to the show when it has none or is yet to begin."""
    state = await _state(call)
    target = _viewer(call, call.slug)
    if not await hides(call.context, call.request, state):
        product = _product(state, str(call.request.path_params["number"]))
        target = (product.link and below(call.context.settings.root, product.link)) or target
    headers = {"cache-control": "no-store", "referrer-policy": "no-referrer"}
    return RedirectResponse(target, 302, headers)


async def product_qr(call: Call) -> Response:
    """The code of the product's short address, as large as a code can be drawn.

    Of the product's own link where viewers cannot reach this server. Raises `no_public_link`.
    """
    number = str(call.request.path_params["number"])
    state = await _state(call)
    hidden = await hides(call.context, call.request, state)
    product = _product(announced(state) if hidden else state, number)
    base = call.context.base_url(call.request)
    if is_public(base):
        return qr_answer(f"{base}/go/{call.slug}/{number}", CACHE)
    if product.link and is_public(product.link):
        return qr_answer(product.link, LINK_CACHE)
    detail = f"Viewers cannot reach {base}: set VETRINA_PUBLIC_URL, or give the product a link."
    raise Problem(404, "no_public_link", detail)


async def show_qr(call: Call) -> Response:
    """The code of the viewer page."""
    slug = call.request.query_params.get("show", "")
    if await call.context.feed.room(slug) is None:
        raise UnknownShow(slug)
    return qr_answer(_viewer(call, slug), CACHE)


async def _state(call: Call) -> ShowState:
    room = await call.context.feed.room(call.slug)
    if room is None:
        raise UnknownShow(call.slug)
    return room.state


def _product(state: ShowState, number: str) -> Product:
    for item in state.bag.values():
        if str(item.number) == number:
            return item.product
    raise unknown("number", f"No product of this show has the number {number[:12]}.")


def _viewer(call: Call, slug: str) -> str:
    return f"{call.context.base_url(call.request)}/live/{slug}"


OPERATIONS = (
    Operation(
        method="GET",
        path="/go/{slug}/{number}",
        name="go",
        summary="Go to a product by its call number",
        handler=go,
        caller=Caller.ANYONE,
        status=302,
        media_type="",
        refusals=("unknown_show", "unknown_number"),
    ),
    Operation(
        method="GET",
        path="/qr/{slug}/{number}.svg",
        name="product_qr",
        summary="QR code of a product's short address",
        handler=product_qr,
        caller=Caller.ANYONE,
        media_type=MEDIA_TYPE,
        refusals=("unknown_show", "unknown_number", "no_public_link"),
    ),
    *(
        Operation(
            method="GET",
            path=path,
            name=name,
            summary="QR code of the viewer page",
            handler=show_qr,
            caller=Caller.ANYONE,
            query=(Parameter("show", "The show's slug.", {"type": "string"}, required=True),),
            media_type=MEDIA_TYPE,
            refusals=("unknown_show",),
        )
        for path, name in (("/api/v1/qr.svg", "viewer_qr"), ("/qr.svg", "viewer_qr_short"))
    ),
)
