"""The calendar file of a show that is yet to begin."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from vetrina.domain.show.details import announced
from vetrina.live.service import UnknownShow
from vetrina.web.http.accept_language import language_of
from vetrina.web.http.drafts import hides
from vetrina.web.http.operation import Call, Caller, Operation
from vetrina.web.http.problem import Problem
from vetrina.web.pages.calendar_file import MEDIA_TYPE, CalendarEntry, calendar_file
from vetrina.web.pages.viewer_view import title_of

PATH: Final = "/live/{slug}/calendar.ics"


async def get_calendar(call: Call) -> Response:
    """One event: when the show begins, and where. Strangers learn no title before it begins."""
    room = await call.context.feed.room(call.slug)
    if room is None:
        raise UnknownShow(call.slug)
    state = room.state
    if state.starts_at is None:
        raise Problem(404, "not_found", "This show does not say when it begins.")
    words = call.context.viewer_words.of(language_of(call.request))
    known = announced(state) if await hides(call.context, call.request, state) else state
    entry = CalendarEntry(
        uid=f"{state.slug}-{room.position.epoch}@vetrina",
        made_at=call.now,
        starts_at=state.starts_at,
        summary=title_of(known, words),
        url=f"{call.context.base_url(call.request)}/live/{state.slug}",
        sequence=room.position.seq,
    )
    headers = {
        "cache-control": "no-cache",
        "content-disposition": f'attachment; filename="{state.slug}.ics"',
    }
    return Response(calendar_file(entry), media_type=MEDIA_TYPE, headers=headers)


OPERATIONS = (
    Operation(
        method="GET",
        path=PATH,
        name="get_calendar",
        summary="When a show begins, as a calendar file",
        handler=get_calendar,
        caller=Caller.ANYONE,
        media_type=MEDIA_TYPE,
        refusals=("unknown_show", "not_found"),
    ),
)
