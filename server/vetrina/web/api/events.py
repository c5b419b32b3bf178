"""Event log of a show, page by page."""

from __future__ import annotations

from starlette.responses import Response

from vetrina.domain.access import Permission
from vetrina.live.service import UnknownShow
from vetrina.protocol.strict_json import SAFE_INTEGER
from vetrina.store.ports.shows import Appended
from vetrina.web.api.commands import appended_answer
from vetrina.web.api.responses import Events
from vetrina.web.http.operation import Call, Operation
from vetrina.web.http.query_params import WholeNumber

AFTER = WholeNumber("after", "Only events with a higher seq.", 0, 0, SAFE_INTEGER)
LIMIT = WholeNumber("limit", "How many at most.", 100, 1, 1000)


async def read_events(call: Call) -> Response:
    """Events above `after`, oldest first. `seq` is the newest of the show: there may be more."""
    after, limit = AFTER.of(call.request), LIMIT.of(call.request)
    store = call.context.store
    events = await store.events(call.slug, after, limit)
    # Read after the events, so that it is never behind them.
    head = await store.head(call.slug)
    if head is None:
        raise UnknownShow(call.slug)
    return appended_answer(call, Appended(head, tuple(events)))


OPERATIONS = (
    Operation(
        method="GET",
        path="/api/v1/shows/{slug}/events",
        name="read_events",
        summary="Read the event log",
        about="Ask again with `after` set to the last seq received, until that is `seq`.",
        handler=read_events,
        needs=Permission.READ_SHOWS,
        query=(AFTER.parameter, LIMIT.parameter),
        answer=Events,
        refusals=("unknown_show",),
    ),
)
