"""Readiness of a show: what is worth knowing before it goes live."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from vetrina.domain.access import Permission
from vetrina.domain.show.readiness import Check, ShopHealth, before_live
from vetrina.live.purchases.connection_names import name_of
from vetrina.live.service import UnknownShow
from vetrina.store.ports.connections import Connection
from vetrina.web.http.hosts import is_public
from vetrina.web.http.json_response import json_answer
from vetrina.web.http.operation import Call, Operation


@dataclass(frozen=True)
class Checks:
    """What is amiss, the worst first; empty when nothing is."""

    checks: list[Check]


async def list_checks(call: Call) -> Response:
    """Judge the show as it stands."""
    room = await call.context.feed.room(call.slug)
    if room is None:
        raise UnknownShow(call.slug)
    overlays = [*room.overlay_list(call.now), *call.context.audience.overlays(call.slug)]
    known = await call.context.connections.all()
    told = before_live(
        overlays=sum(bool(overlay["connected"]) for overlay in overlays),
        public=is_public(call.context.base_url(call.request)),
        shops=[_health(one) for one in known if one.show in (None, call.slug)],
        products=[item.product for item in room.state.bag.values()],
    )
    return json_answer(Checks(list(told)))


def _health(connection: Connection) -> ShopHealth:
    refused, verified = connection.last_refused_at, connection.last_verified_at
    return ShopHealth(
        id=connection.id,
        name=name_of(connection),
        has_secret=bool(connection.secrets),
        refused=refused is not None and refused > (verified or 0),
    )


OPERATIONS = (
    Operation(
        method="GET",
        path="/api/v1/shows/{slug}/checks",
        name="list_checks",
        summary="What to look at before going live",
        about="Codes: `no_overlay` (none is connected), `no_public_address` (viewers cannot reach "
        "the server), `shop_without_secret`, `shop_refused` (its last delivery was), "
        "`products_without_link`. They warn and keep nobody from going live.",
        handler=list_checks,
        needs=Permission.READ_SHOWS,
        answer=Checks,
        refusals=("unknown_show",),
    ),
)
