"""Making shows, listing them, and the snapshot that everybody may read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Literal, cast

import orjson
from pydantic import Field
from starlette.responses import Response
from typing_extensions import TypedDict

from vetrina.domain.access import Permission, Role
from vetrina.domain.show.commands import ShowChanges
from vetrina.domain.show.details import LATEST_MS, TITLE_CHARS
from vetrina.domain.show.state import ShowState, ShowStatus
from vetrina.domain.show.values import Host
from vetrina.live.new_show import NewShow
from vetrina.live.service import UnknownShow
from vetrina.store.errors import DamagedLog
from vetrina.store.ports.keys import FirstKey
from vetrina.store.ports.pages import Page
from vetrina.store.ports.shows import Show
from vetrina.web.api.keys import new_key
from vetrina.web.api.responses import (
    CreatedShow,
    EditedShow,
    ListedShow,
    Shows,
    Snapshot,
    Urls,
)
from vetrina.web.http.auth import digest_of
from vetrina.web.http.drafts import hides
from vetrina.web.http.json_response import json_answer
from vetrina.web.http.lists import AFTER, LIMIT, listed
from vetrina.web.http.operation import Call, Caller, Operation
from vetrina.web.http.request_body import JsonBody

SLUG = r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$"

Title = Annotated[str, Field(min_length=1, max_length=TITLE_CHARS, pattern=r"\S")]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$", examples=["EUR"])]
StartsAt = Annotated[int | None, Field(ge=0, le=LATEST_MS, examples=[1_763_741_400_000])]


@dataclass(frozen=True, kw_only=True)
class NewShowBody:
    """A show to make. `status` live or rehearsal starts it at once.

    `template` is the slug of a show whose bag and advertising label it takes over.
    """

    slug: Annotated[str, Field(pattern=SLUG, examples=["spring-drop"])]
    title: Title
    currency: Currency
    status: Literal["draft", "rehearsal", "live"] = "draft"
    host: Host | None = None
    starts_at: StartsAt = None
    template: Annotated[str | None, Field(max_length=64)] = None


class ShowEdits(TypedDict, total=False):
    """What of a show is to change; what is left out stays. Times are ms since 1970, UTC."""

    title: Title
    currency: Currency
    host: Host | None
    starts_at: StartsAt
    archived: bool


async def create_show(call: Call) -> Response:
    """Make a show with a first overlay key."""
    body: NewShowBody = call.body
    new = NewShow(
        slug=body.slug,
        title=body.title,
        currency=body.currency,
        host=body.host,
        starts_at=body.starts_at,
        status=body.status,
        template=body.template,
    )
    key, secret = new_key(call, Role.OVERLAY, show=new.slug, label="main")
    base = call.context.base_url(call.request)
    urls = Urls(
        viewer=f"{base}/live/{new.slug}",
        overlay=f"{base}/overlay/{secret}",
        control=f"{base}/control?show={new.slug}",
    )
    made = _listed(new, new.status)
    response = json_answer(CreatedShow(made, secret, urls), 201)
    first_key = FirstKey(key, digest_of(secret), call.answer_kept(response))
    await call.context.shows.create(new, by=call.by, first_key=first_key)
    return response


async def list_shows(call: Call) -> Response:
    """The shows that the key is good for, newest first. Each answers by its own row."""
    only = call.key.show if call.key is not None else None

    async def read(before: int | None, limit: int) -> Page[ListedShow]:
        page = await call.context.store.show_page(before, limit, only)
        return Page([await _stands(call, one.show, one.status) for one in page.items], page.next)

    return await listed(call, "shows", read)


async def _stands(call: Call, show: Show, status: str | None) -> ListedShow:
    shows = call.context.shows
    if status is None:  # not looked at yet since an update
        try:
            status = (await shows.state(show.slug))[1].status
        except DamagedLog:
            status = "ended"
    told = _listed(show, cast("ShowStatus", status))
    return replace(told, damaged=show.slug in shows.damaged)


async def edit_show(call: Call) -> Response:
    """Change what a show says of itself."""
    edits: ShowEdits = call.body
    changes: ShowChanges = {**edits}
    state = await call.context.shows.edit(call.slug, changes, by=call.by)
    return json_answer(EditedShow(_listed(state, state.status)))


def _listed(show: NewShow | Show | ShowState, status: ShowStatus) -> ListedShow:
    return ListedShow(
        slug=show.slug,
        title=show.title,
        status=status,
        currency=show.currency,
        host=show.host,
        starts_at=show.starts_at,
        archived=not isinstance(show, NewShow) and show.archived,
    )


async def get_show(call: Call) -> Response:
    """The snapshot that a socket would get at this moment."""
    room = await call.context.feed.room(call.slug)
    if room is None:
        raise UnknownShow(call.slug)
    hidden = await hides(call.context, call.request, room.state)
    told = {
        "epoch": room.position.epoch,
        "seq": room.position.seq,
        "now": call.now,
        "state": orjson.Fragment(room.snapshot("announced" if hidden else "public")),
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
        refusals=("taken", "unknown_show", "wrong_currency"),
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
        method="PATCH",
        path="/api/v1/shows/{slug}",
        name="edit_show",
        summary="Edit or archive a show",
        about="The currency until something is sold, and while nothing in another one is in the "
        "bag. An archived show is kept with its log and stands apart in the panel's list.",
        handler=edit_show,
        needs=Permission.MANAGE_SHOWS,
        body=JsonBody[ShowEdits](ShowEdits),
        answer=EditedShow,
        refusals=("unknown_show", "already_sold", "wrong_currency", "already_running"),
    ),
    Operation(
        method="GET",
        path="/api/v1/shows/{slug}",
        name="get_show",
        summary="Read a show's snapshot",
        about="The same snapshot that a socket gets, with the position that it stands for. Of a "
        "show that has not begun strangers learn when it begins; whoever has a key sees all.",
        handler=get_show,
        caller=Caller.ANYONE,
        answer=Snapshot,
        refusals=("unknown_show",),
    ),
)
