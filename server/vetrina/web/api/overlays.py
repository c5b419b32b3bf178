"""Which overlays are connected, and what they last put on screen."""

from __future__ import annotations

from starlette.responses import Response

from vetrina.domain.access import Permission
from vetrina.live.service import UnknownShow
from vetrina.realtime.presence import combined
from vetrina.web.api.responses import OverlayInstances
from vetrina.web.http.json_response import json_answer
from vetrina.web.http.operation import Call, Operation


async def list_overlays(call: Call) -> Response:
    """Every instance that is connected, and those that left lately."""
    room = await call.context.feed.room(call.slug)
    if room is None:
        raise UnknownShow(call.slug)
    elsewhere = call.context.audience.overlays(call.slug)
    overlays = combined(room.overlay_list(call.now), elsewhere)
    return json_answer({"overlays": overlays, "complete": call.context.bus.health.ok})


OPERATIONS = (
    Operation(
        method="GET",
        path="/api/v1/shows/{slug}/overlays",
        name="list_overlays",
        summary="See which overlays are connected",
        about="Each browser source tells whether it is shown and on air, and what it painted last.",
        handler=list_overlays,
        needs=Permission.READ_SHOWS,
        answer=OverlayInstances,
        refusals=("unknown_show",),
    ),
)
