"""What pages of a buyer's token have in common: the order behind it, or what is the matter."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from vetrina.domain.selling.own_order import OwnOrder
from vetrina.shop.checkouts.checkouts import UnknownCheckout
from vetrina.store.errors import StoreError
from vetrina.web.http.problem import problem_of
from vetrina.web.http.security_headers import Page

if TYPE_CHECKING:
    from vetrina.web.context import Context
    from vetrina.web.pages.pages import Pages

Draw = Callable[[Request, OwnOrder], Awaitable[Response]]


async def with_order(context: Context, pages: Pages, request: Request, draw: Draw) -> Response:
    """Draw the order of the token in the path. Whoever asks too often, has no such order, or comes
    while the store is away, gets the page that says so."""
    if (busy := await pages.too_many(request)) is not None:
        return busy
    try:
        order = await context.checkouts.of_token(str(request.path_params["token"]))
        return await draw(request, order)
    except UnknownCheckout:
        return pages.lost(request)
    except StoreError as error:
        return pages.later(request, "away.html", Page.PLAIN, problem_of(error))
