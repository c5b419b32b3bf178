"""The bag of a show: read by every viewer, chosen by control."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from starlette.responses import Response

from vetrina.domain.access import Permission
from vetrina.domain.catalogue.fields import SKU_CHARS
from vetrina.domain.show.details import announced
from vetrina.live.service import UnknownShow
from vetrina.web.api import responses
from vetrina.web.api.bag_cache import BagCache
from vetrina.web.http.drafts import hides
from vetrina.web.http.etags import matches
from vetrina.web.http.json_response import json_bytes
from vetrina.web.http.operation import Call, Caller, Operation
from vetrina.web.http.request_body import MOST_ITEMS, JsonBody


@dataclass(frozen=True, kw_only=True)
class BagBody:
    """The whole bag in order. `force` ends the deals of products that leave it."""

    skus: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=SKU_CHARS)]],
        Field(max_length=MOST_ITEMS),
    ]
    force: bool = False


async def get_bag(call: Call) -> Response:
    """The bag, or 304 when the caller has it."""
    room = await call.context.feed.room(call.slug)
    if room is None:
        raise UnknownShow(call.slug)
    hidden = await hides(call.context, call.request, room.state)
    known = announced(room.state) if hidden else room.state
    body, etag = (BagCache() if hidden else call.context.bags).of(known)
    kept = "private, no-cache" if room.state.private else "no-cache"
    headers = {"etag": etag, "cache-control": kept}
    if matches(call.request.headers.get("if-none-match"), etag):
        return Response(None, 304, headers)
    return json_bytes(body, headers=headers)


async def put_bag(call: Call) -> Response:
    """Make these products the bag, in this order."""
    body: BagBody = call.body
    await call.context.shows.put_bag(call.slug, body.skus, force=body.force, by=call.by)
    _, state = await call.context.shows.state(call.slug)
    encoded, etag = BagCache().of(state)
    return json_bytes(encoded, headers={"etag": etag})


OPERATIONS = (
    Operation(
        method="GET",
        path="/api/v1/shows/{slug}/bag",
        name="get_bag",
        summary="Read the products of a show",
        about="With an ETag: send it back as `If-None-Match`, and 304 says that nothing changed.",
        handler=get_bag,
        caller=Caller.ANYONE,
        answer=responses.Bag,
        refusals=("unknown_show",),
    ),
    Operation(
        method="PUT",
        path="/api/v1/shows/{slug}/bag",
        name="put_bag",
        summary="Choose and order the products of a show",
        about="A product keeps its call number for the whole show, even if it leaves and returns.",
        handler=put_bag,
        needs=Permission.EDIT_BAG,
        body=JsonBody[BagBody](BagBody),
        answer=responses.Bag,
        refusals=(
            *("unknown_show", "unknown_sku", "bag_full", "wrong_currency", "deal_running"),
            "show_ended",
        ),
    ),
)
