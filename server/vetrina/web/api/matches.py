"""Which product a shop's reference means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from starlette.responses import Response

from vetrina.domain.access import Permission
from vetrina.domain.errors import InvalidValue
from vetrina.store.ports.connections import Connection
from vetrina.web.http.json_response import json_answer
from vetrina.web.http.operation import Call, Operation
from vetrina.web.http.problem import unknown
from vetrina.web.http.request_body import MOST_ITEMS, JsonBody

Ref = Annotated[str, Field(min_length=1, max_length=200)]
Sku = Annotated[str, Field(min_length=1, max_length=64)]


@dataclass(frozen=True, kw_only=True)
class Reference:
    """What a shop calls a product that nobody has matched; `sku` is the shop's own, if any.

    `similar`: the SKU of the product here that is written most like it.
    """

    ref: str
    title: str | None
    sku: str | None
    similar: str | None
    seen_at: int | None


@dataclass(frozen=True)
class Unmatched:
    """References of orders that no product is known for, in order of first appearance."""

    unmatched: list[Reference]


@dataclass(frozen=True)
class Matches:
    """Our SKU for each reference of the shop."""

    matches: dict[str, str]


async def list_unmatched(call: Call) -> Response:
    """What orders named and nothing here is known for."""
    connection = await connection_of(call)
    matching = call.context.shows.matching
    told = [
        Reference(
            ref=match.ref,
            title=match.title,
            sku=match.shop_sku,
            similar=await matching.similar(match.shop_sku),
            seen_at=match.seen_at,
        )
        for match in await matching.unmatched(connection.id)
    ]
    return json_answer(Unmatched(told))


async def list_matches(call: Call) -> Response:
    """The products that references mean."""
    connection = await connection_of(call)
    return json_answer(Matches(await call.context.shows.matching.matches(connection.id)))


async def put_matches(call: Call) -> Response:
    """Say which product a reference means, for the orders to come."""
    connection = await connection_of(call)
    body: dict[str, str | None] = call.body
    if not 1 <= len(body) <= MOST_ITEMS:
        raise InvalidValue("", f"expected 1 to {MOST_ITEMS} references, got {len(body)}")
    matching = call.context.shows.matching
    await matching.put(connection.id, body)
    return json_answer(Matches(await matching.matches(connection.id)))


async def connection_of(call: Call) -> Connection:
    """The connection in the path. Raises `unknown_connection`."""
    connection = await call.context.connections.get(str(call.request.path_params["id"]))
    if connection is None:
        raise unknown("connection", "There is no connection with this id.")
    return connection


OPERATIONS = (
    Operation(
        method="GET",
        path="/api/v1/connections/{id}/unmatched",
        name="list_unmatched",
        summary="See what a shop sold that no product is known for",
        about="These lines count and appear under the shop's own title.",
        handler=list_unmatched,
        needs=Permission.MANAGE_CONNECTIONS,
        scope="all",
        answer=Unmatched,
        refusals=("unknown_connection",),
    ),
    Operation(
        method="GET",
        path="/api/v1/connections/{id}/matches",
        name="list_matches",
        summary="See which product a shop's reference means",
        handler=list_matches,
        needs=Permission.MANAGE_CONNECTIONS,
        scope="all",
        answer=Matches,
        refusals=("unknown_connection",),
    ),
    Operation(
        method="PUT",
        path="/api/v1/connections/{id}/matches",
        name="put_matches",
        summary="Match a shop's products to ours",
        about="Our SKU by the shop's reference; null takes a match back. Others stay as they are.",
        handler=put_matches,
        needs=Permission.MANAGE_CONNECTIONS,
        scope="all",
        body=JsonBody[dict[str, str | None]](dict[Ref, Sku | None]),
        answer=Matches,
        refusals=("unknown_connection", "unknown_sku"),
    ),
)
