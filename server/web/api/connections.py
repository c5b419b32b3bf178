"""Webhook addresses for shop systems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from starlette.responses import Response

from server.store.base import Connection
from server.web.answer import json_answer, no_content
from server.web.api import shapes
from server.web.api.matches import connection_of
from server.web.body import JsonBody
from server.web.operation import Call, Operation
from server.web.problem import unknown

Text = Annotated[str, Field(min_length=1, max_length=500)]


@dataclass(frozen=True, kw_only=True)
class ConnectionBody:
    """A connection to make. `secret` is the provider's, where the provider makes it.

    `show` null: deliveries go to the show that is on. `app_key` is TikTok's.
    """

    kind: Annotated[str, Field(max_length=40, examples=["generic", "shopify"])]
    show: str | None = None
    secret: Text | None = None
    app_key: Text | None = None


@dataclass(frozen=True)
class SecretBody:
    """`secret` is the provider's, where the provider makes it."""

    secret: Text | None = None


async def create_connection(call: Call) -> Response:
    """Make a webhook address."""
    wished: ConnectionBody = call.body
    if wished.show is not None:
        await call.context.shows.show(wished.show)
    options = {} if wished.app_key is None else {"app_key": wished.app_key}
    connection, secret = await call.context.connections.create(
        wished.kind, show=wished.show, secret=wished.secret, options=options
    )
    told = shapes.NewConnection(
        id=connection.id,
        kind=connection.kind,
        show=connection.show,
        secret=secret,
        url=_address(call, connection),
    )
    return json_answer(told, 201)


async def list_connections(call: Call) -> Response:
    """All connections and how their deliveries fare."""
    known = await call.context.connections.all()
    return json_answer({"connections": [_listed(call, connection) for connection in known]})


async def delete_connection(call: Call) -> Response:
    """Forget a connection."""
    if not await call.context.connections.remove(str(call.request.path_params["id"])):
        raise unknown("connection", "There is no connection with this id.")
    return no_content()


async def add_secret(call: Call) -> Response:
    """Take a new secret in, beside those that are good already."""
    connection = await connection_of(call)
    wished: SecretBody = call.body
    changed, secret = await call.context.connections.add_secret(connection, wished.secret)
    told = shapes.NewSecret(id=changed.id, secret=secret, secrets=len(changed.secrets))
    return json_answer(told, 201)


async def drop_older_secrets(call: Call) -> Response:
    """Only the newest secret is good from now on."""
    await call.context.connections.drop_older_secrets(await connection_of(call))
    return no_content()


def _listed(call: Call, connection: Connection) -> shapes.ListedConnection:
    return shapes.ListedConnection(
        id=connection.id,
        kind=connection.kind,
        show=connection.show,
        url=_address(call, connection),
        secrets=len(connection.secrets),
        created_at=connection.created_at,
        last_delivery_at=connection.last_delivery_at,
        last_verified_at=connection.last_verified_at,
        last_refused_at=connection.last_refused_at,
        last_refusal=connection.last_refusal,
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
        scope="all",
        body=JsonBody[ConnectionBody](ConnectionBody),
        status=201,
        answer=shapes.NewConnection,
        refusals=("unknown_show",),
    ),
    Operation(
        method="GET",
        path="/api/v1/connections",
        name="list_connections",
        summary="See how deliveries fare",
        handler=list_connections,
        scope="all",
        answer=shapes.Connections,
    ),
    Operation(
        method="DELETE",
        path="/api/v1/connections/{id}",
        name="delete_connection",
        summary="Remove a webhook address",
        about="What it counted stays counted.",
        handler=delete_connection,
        scope="all",
        status=204,
        refusals=("unknown_connection",),
    ),
    Operation(
        method="POST",
        path="/api/v1/connections/{id}/secrets",
        name="add_secret",
        summary="Replace a secret without a gap: first add the new one",
        about="Deliveries signed with any of them are good. At most three are kept.",
        handler=add_secret,
        scope="all",
        body=JsonBody[SecretBody](SecretBody),
        status=201,
        answer=shapes.NewSecret,
        refusals=("unknown_connection",),
    ),
    Operation(
        method="DELETE",
        path="/api/v1/connections/{id}/secrets",
        name="drop_older_secrets",
        summary="Replace a secret: then let go of the older ones",
        handler=drop_older_secrets,
        scope="all",
        status=204,
        refusals=("unknown_connection",),
    ),
)
