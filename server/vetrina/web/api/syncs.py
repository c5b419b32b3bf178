"""Products of a connected shop: bring them in, and keep them in step."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from vetrina.domain.access import Permission
from vetrina.shop.sync.syncs import NoKey
from vetrina.store.ports.syncs import Sync, SyncStatus
from vetrina.web.api.matches import connection_of
from vetrina.web.http.json_response import json_answer, no_content
from vetrina.web.http.operation import Call, Operation
from vetrina.web.http.problem import unknown
from vetrina.web.http.request_body import JsonBody


@dataclass(frozen=True, kw_only=True)
class SyncBody:
    """`keep`: follow the shop's deliveries about products from now on, too."""

    keep: bool = True


@dataclass(frozen=True, kw_only=True)
class SyncProblem:
    """A product of the shop that was left out, and why."""

    title: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Syncing:
    """How bringing in a shop's products fares; `failure` says in words what went wrong.

    `products` were taken in so far, `archived` are the shop's no more, `left_out` could not be
    taken in: `problems` tells the first of them.
    """

    status: SyncStatus
    keep: bool
    products: int
    archived: int
    left_out: int
    problems: list[SyncProblem]
    started_at: int
    moved_at: int
    last_success_at: int | None
    failure: str | None


def syncing_of(sync: Sync | None) -> Syncing | None:
    """What may be told of a sync."""
    if sync is None:
        return None
    return Syncing(
        status=sync.status,
        keep=sync.keep,
        products=sync.products,
        archived=sync.archived,
        left_out=sync.left_out,
        problems=[SyncProblem(title=title, message=why) for title, why in sync.problems],
        started_at=sync.started_at,
        moved_at=sync.moved_at,
        last_success_at=sync.last_success_at,
        failure=sync.failure,
    )


async def begin_sync(call: Call) -> Response:
    """Begin; the answer comes at once."""
    connection = await connection_of(call)
    body: SyncBody = call.body
    try:
        sync = await call.context.syncs.begin(connection, keep=body.keep)
    except NoKey:
        detail = "This connection has no key to ask its shop with: give one first."
        raise unknown("poll", detail) from None
    return json_answer(syncing_of(sync), 202)


async def get_sync(call: Call) -> Response:
    """How it stands."""
    connection = await connection_of(call)
    sync = await call.context.syncs.of(connection.id)
    if sync is None:
        raise _no_sync()
    return json_answer(syncing_of(sync))


async def stop_sync(call: Call) -> Response:
    """Read and follow no more."""
    connection = await connection_of(call)
    if not await call.context.syncs.stop(connection.id):
        raise _no_sync()
    return no_content()


def _no_sync() -> Exception:
    return unknown("sync", "No products of this connection were asked for: begin a sync first.")


OPERATIONS = (
    Operation(
        method="POST",
        path="/api/v1/connections/{id}/sync",
        name="begin_sync",
        summary="Bring in the products of a shop",
        about=(
            "For `shopify` and `woocommerce`, with the key that `put_poll` gave. Answered at once;"
            " `get_sync` tells the progress."
        ),
        handler=begin_sync,
        needs=Permission.MANAGE_CONNECTIONS,
        scope="all",
        body=JsonBody[SyncBody](SyncBody),
        status=202,
        answer=Syncing,
        refusals=("unknown_connection", "unknown_poll"),
    ),
    Operation(
        method="GET",
        path="/api/v1/connections/{id}/sync",
        name="get_sync",
        summary="How bringing in the products of a shop fares",
        handler=get_sync,
        needs=Permission.MANAGE_CONNECTIONS,
        scope="all",
        answer=Syncing,
        refusals=("unknown_connection", "unknown_sync"),
    ),
    Operation(
        method="DELETE",
        path="/api/v1/connections/{id}/sync",
        name="stop_sync",
        summary="Keep the products of a shop in step no more",
        about="What was brought in stays.",
        handler=stop_sync,
        needs=Permission.MANAGE_CONNECTIONS,
        scope="all",
        status=204,
        refusals=("unknown_connection", "unknown_sync"),
    ),
)
