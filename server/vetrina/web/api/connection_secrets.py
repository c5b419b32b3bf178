"""Replacing a connection's secret without losing a delivery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from starlette.responses import Response

from vetrina.domain.access import Permission
from vetrina.web.api.matches import connection_of
from vetrina.web.http.json_response import json_answer, no_content
from vetrina.web.http.operation import Call, Operation
from vetrina.web.http.request_body import JsonBody

Text = Annotated[str, Field(min_length=1, max_length=500)]


@dataclass(frozen=True)
class SecretBody:
    """`secret` is the provider's, where the provider makes it."""

    secret: Text | None = None


@dataclass(frozen=True)
class NewSecret:
    """One more secret of a connection, told this once; `secrets` says how many are good."""

    id: str
    secret: str
    secrets: int


async def add_secret(call: Call) -> Response:
    """Take a new secret in, beside those that are good already."""
    connection = await connection_of(call)
    body: SecretBody = call.body
    changed, secret = await call.context.connections.add_secret(connection, body.secret)
    return json_answer(NewSecret(changed.id, secret, len(changed.secrets)), 201)


async def drop_older_secrets(call: Call) -> Response:
    """Only the newest secret is good from now on."""
    await call.context.connections.drop_older_secrets(await connection_of(call))
    return no_content()


OPERATIONS = (
    Operation(
        method="POST",
        path="/api/v1/connections/{id}/secrets",
        name="add_secret",
        summary="Replace a secret without a gap: first add the new one",
        about="Deliveries signed with any of them are good. At most three are kept.",
        handler=add_secret,
        needs=Permission.MANAGE_CONNECTIONS,
        scope="all",
        body=JsonBody[SecretBody](SecretBody),
        status=201,
        answer=NewSecret,
        refusals=("unknown_connection",),
    ),
    Operation(
        method="DELETE",
        path="/api/v1/connections/{id}/secrets",
        name="drop_older_secrets",
        summary="Replace a secret: then let go of the older ones",
        handler=drop_older_secrets,
        needs=Permission.MANAGE_CONNECTIONS,
        scope="all",
        status=204,
        refusals=("unknown_connection",),
    ),
)
