"""Making shows, listing them, and the snapshot that everybody may read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, cast

import orjson
from pydantic import Field
from starlette.responses import Response

from vetrina.domain.access import Permission, Role
from vetrina.domain.show.state import ShowStatus
from vetrina.domain.show.values import Host
from vetrina.live.service import NewShow, UnknownShow
from vetrina.store.ports.keys import FirstKey
from vetrina.store.ports.pages import Page
from vetrina.store.ports.shows import Show
from vetrina.web.api.keys import new_key
from vetrina.web.api.responses import CreatedShow, ListedShow, Shows, Snapshot, Urls
from vetrina.web.http.auth import digest_of
from vetrina.web.http.json_response import json_answer
from vetrina.web.http.lists import AFTER, LIMIT, listed
from vetrina.web.http.operation import Call, Caller, Operation
from vetrina.web.http.request_body import JsonBody

SLUG = r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$"


@dataclass(frozen=True, kw_only=True)
class NewShowBody:
    """A show to make. `status` live or rehearsal starts it at once."""

    slug: Annotated[str, Field(pattern=SLUG, examples=["spring-drop"])]
    title: Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$", examples=["EUR"])]
    status: Literal["draft", "rehearsal", "live"] = "draft"
    host: Host | None = None


async def create_show(call: Call) -> Response:
    """Make a show with a first overlay key."""
    body: NewShowBody = call.body
    new = NewShow(
        slug=body.slug,
        title=body.title,
        currency=body.currency,
        host=body.host,
        status=body.status,
    )
    key, secret = new_key(call, Role.OVERLAY, show=new.slug, label="main")
    base = call.context.base_url(call.request)
    urls = Urls(
        viewer=f"{base}/live/{new.slug}",
        overlay=f"{base}/overlay/{secret}",
        control=f"{base}/control?show={new.slug}",
    )
    show = ListedShow(new.slug, new.title, new.status, new.currency)
    response = json_answer(CreatedShow(show, secret, urls), 201)
    first_key = FirstKey(key, digest_of(secret), call.answer_kept(response))
    await call.context.shows.create(new, by=call.by, first_key=first_key)
    return response


async def list_shows(call: Call) -> Response:
    """The shows that the key is good for, newest first. Each answers by its own row."""
    only = call.key.show if call.key is not None else None

    async def read(before: int | None, limit: int) -> Page[ListedShow]:
        page = await call.context.store.show_page(before, limit, only)
        return Page([await _listed(call, one.show, one.status) for one in page.items], page.next)

    return await listed(call, "shows", read)


async def _listed(call: Call, show: Show, status: str | None) -> ListedShow:
    if status is None:  # not looked at yet since an update
        status = (await call.context.shows.state(show.slug))[1].status
    return ListedShow(show.slug, show.title, cast("ShowStatus", status), show.currency)


async def get_show(call: Call) -> Response:
    """The snapshot that a socket would get at this moment."""
    room = await call.context.feed.room(call.slug)
    if room is None:
        raise UnknownShow(call.slug)
    told = {
        "epoch": room.position.epoch,
        "seq": room.position.seq,
        "now": call.now,
        "state": orjson.Fragment(room.snapshot("public")),
    }
    return json_answer(told)


OPERATIONS = (
    Operation(
        method="POST",
        path="/api/v1/shows",
        name="create_show",
        summary="Make a show",
        about="The answer holds the show's first overlay key, which is told this once.",
        handler=create_show,
        needs=Permission.MANAGE_SHOWS,
        scope="all",
        body=JsonBody[NewShowBody](NewShowBody),
        status=201,
        answer=CreatedShow,
        refusals=("taken",),
    ),
    Operation(
        method="GET",
        path="/api/v1/shows",
        name="list_shows",
        summary="List the shows, newest first",
        about="With `limit` or `after` a page: go on with `after` set to its `next`, until there "
        "is none. Without them all shows.",
        handler=list_shows,
        needs=Permission.READ_SHOWS,
        scope="some",
        query=(AFTER.parameter, LIMIT.parameter),
        answer=Shows,
    ),
    Operation(
        method="GET",
        path="/api/v1/shows/{slug}",
        name="get_show",
        summary="Read a show's snapshot",
        about="The same snapshot that a socket gets, with the position that it stands for.",
        handler=get_show,
        caller=Caller.ANYONE,
        answer=Snapshot,
        refusals=("unknown_show",),
    ),
)
