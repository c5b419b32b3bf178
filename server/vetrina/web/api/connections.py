"""Webhook addresses for shop systems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from starlette.responses import Response

from vetrina.domain.access import Permission
from vetrina.live.purchases.connection_names import NAME_CHARS, name_of
from vetrina.store.ports.connections import Connection
from vetrina.store.ports.polls import Poll
from vetrina.store.ports.syncs import Sync
from vetrina.web.api.polls import Polling, polling_of
from vetrina.web.api.syncs import Syncing, syncing_of
from vetrina.web.http.json_response import json_answer, no_content
from vetrina.web.http.operation import Call, Operation
from vetrina.web.http.problem import unknown
from vetrina.web.http.request_body import JsonBody

Text = Annotated[str, Field(min_length=1, max_length=500)]


@dataclass(frozen=True, kw_only=True)
class ListedConnection:
    """A webhook address and how it fares; `last_refusal` says why one was refused or not counted.

    It is a code: `no_secret_yet`, `no_signature`, `wrong_secret`, `too_old`, `not_understood`,
    `partly_read`, `in_test_mode`, `not_paid_yet`, `no_show_on`, `before_show`, `no_goods`,
    `may_not_read` or `other_news`; the detail names fields or headers. `unread`: deliveries that
    were signed well, could not be read and are kept. `name` tells it from others, and names it in
    the log of events.

    `secrets`: how many are good; more than one while a secret is being replaced. `counted`: a paid
    order counted for a show. `unmatched`: references that no product is known for. `poll` null: the
    shop is not asked for what it did not deliver. `sync` null: its products were not asked for.
    """

    id: str
    kind: str
    name: str
    show: str | None
    url: str
    secrets: int
    created_at: int
    last_delivery_at: int | None
    last_verified_at: int | None
    last_refused_at: int | None
    last_refusal: str | None
    last_refusal_detail: str | None
    counted: bool
    unmatched: int
    unread: int
    poll: Polling | None
    sync: Syncing | None


@dataclass(frozen=True)
class Connections:
    """All connections, oldest first."""

    connections: list[ListedConnection]


@dataclass(frozen=True, kw_only=True)
class NewConnection:
    """A new webhook address. `secret` is told this once; null: give the one that the shop shows."""

    id: str
    kind: str
    name: str
    show: str | None
    secret: str | None
    url: str


@dataclass(frozen=True, kw_only=True)
class ConnectionBody:
    """A connection to make. `secret` is the provider's, where the provider makes it; it may follow.

    `show` null: deliveries go to the show that is on. `app_key` is TikTok's. `name` null: that of
    the provider, with a number from the second one on.
    """

    kind: Annotated[str, Field(max_length=40, examples=["generic", "shopify"])]
    name: Annotated[str | None, Field(min_length=1, max_length=NAME_CHARS)] = None
    show: str | None = None
    secret: Text | None = None
    app_key: Text | None = None


async def create_connection(call: Call) -> Response:
    """Make a webhook address."""
    body: ConnectionBody = call.body
    if body.show is not None:
        await call.context.shows.show(body.show)
    options = {} if body.app_key is None else {"app_key": body.app_key}
    connection, secret = await call.context.connections.create(
        body.kind, show=body.show, secret=body.secret, options=options, name=body.name
    )
    told = NewConnection(
        id=connection.id,
        kind=connection.kind,
        name=name_of(connection),
        show=connection.show,
        secret=secret,
        url=_address(call, connection),
    )
    return json_answer(told, 201)


async def list_connections(call: Call) -> Response:
    """All connections and how their deliveries fare."""
    known = await call.context.connections.all()
    polls = await call.context.poller.all()
    unread = await call.context.deliveries.unread.counts()
    syncs = await call.context.syncs.all()
    listed = [
        await _listed(call, one, polls.get(one.id), syncs.get(one.id), unread.get(one.id, 0))
        for one in known
    ]
    return json_answer({"connections": listed})


async def delete_connection(call: Call) -> Response:
    """Forget a connection."""
    if not await call.context.connections.remove(str(call.request.path_params["id"])):
        raise unknown("connection", "There is no connection with this id.")
    return no_content()


async def _listed(
    call: Call, connection: Connection, poll: Poll | None, sync: Sync | None, unread: int
) -> ListedConnection:
    unmatched = await call.context.shows.matching.unmatched(connection.id)
    return ListedConnection(
        id=connection.id,
        kind=connection.kind,
        name=name_of(connection),
        show=connection.show,
        url=_address(call, connection),
        secrets=len(connection.secrets),
        created_at=connection.created_at,
        last_delivery_at=connection.last_delivery_at,
        last_verified_at=connection.last_verified_at,
        last_refused_at=connection.last_refused_at,
        last_refusal=connection.last_refusal,
        last_refusal_detail=connection.last_refusal_detail,
        counted=await call.context.connections.counted(connection.id),
        unmatched=len(unmatched),
        unread=unread,
        poll=polling_of(poll),
        sync=syncing_of(sync),
    )


def _address(call: Call, connection: Connection) -> str:
    return f"{call.context.base_url(call.request)}/webhooks/{connection.id}"


OPERATIONS = (
    Operation(
        method="POST",
        path="/api/v1/connections",
        name="create_connection",
        summary="Make a webhook address for a shop system",
        about="The secret is told this once. Without `show` deliveries go to the show that is on.",
        handler=create_connection,
        needs=Permission.MANAGE_CONNECTIONS,
        scope="all",
        body=JsonBody[ConnectionBody](ConnectionBody),
        status=201,
        answer=NewConnection,
        refusals=("unknown_show",),
    ),
    Operation(
        method="GET",
        path="/api/v1/connections",
        name="list_connections",
        summary="See how deliveries fare",
        handler=list_connections,
        needs=Permission.MANAGE_CONNECTIONS,
        scope="all",
        answer=Connections,
    ),
    Operation(
        method="DELETE",
        path="/api/v1/connections/{id}",
        name="delete_connection",
        summary="Remove a webhook address",
        about="What it counted stays counted.",
        handler=delete_connection,
        needs=Permission.MANAGE_CONNECTIONS,
        scope="all",
        status=204,
        refusals=("unknown_connection",),
    ),
)
