"""Asking a shop for the orders that no delivery brought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from starlette.responses import Response

from vetrina.connectors.polling import Access
from vetrina.domain.access import Permission
from vetrina.live.reconciliation.poller import NoPoll
from vetrina.store.ports.polls import Poll
from vetrina.web.api.matches import connection_of
from vetrina.web.http.json_response import json_answer, no_content
from vetrina.web.http.operation import Call, Operation
from vetrina.web.http.problem import unknown
from vetrina.web.http.request_body import JsonBody

Text = Annotated[str, Field(min_length=1, max_length=500)]


@dataclass(frozen=True, kw_only=True)
class PollBody:
    """Where a shop answers, and a key of the shop that may read.

    WooCommerce: the shop's address, consumer key and consumer secret. Shopify: its address that
    ends in `.myshopify.com`, and an access token. Stripe: a restricted key.
    """

    address: Annotated[str | None, Field(max_length=500)] = None
    key: Text
    secret: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Polling:
    """How asking a shop fares; `last_failure` says in words what went wrong. No key is told.

    `found`: orders that no delivery had brought. `behind`: more was found than one round reads.
    """

    address: str
    last_poll_at: int | None
    last_success_at: int | None
    last_failed_at: int | None
    last_failure: str | None
    found: int
    last_found_at: int | None
    behind: bool


def polling_of(poll: Poll | None) -> Polling | None:
    """What may be told of a poll."""
    if poll is None:
        return None
    return Polling(
        address=poll.address,
        last_poll_at=poll.last_poll_at,
        last_success_at=poll.last_success_at,
        last_failed_at=poll.last_failed_at,
        last_failure=poll.last_failure,
        found=poll.found,
        last_found_at=poll.last_found_at,
        behind=poll.behind,
    )


async def put_poll(call: Call) -> Response:
    """Give the key; the shop is asked at once."""
    connection = await connection_of(call)
    body: PollBody = call.body
    access = Access(body.address or "", body.key, body.secret)
    return json_answer(polling_of(await call.context.poller.put(connection, access)))


async def poll_now(call: Call) -> Response:
    """Ask at once; the answer comes after the round."""
    connection = await connection_of(call)
    try:
        return json_answer(polling_of(await call.context.poller.now(connection.id)))
    except NoPoll:
        raise _no_poll() from None


async def delete_poll(call: Call) -> Response:
    """Forget the key."""
    connection = await connection_of(call)
    try:
        await call.context.poller.remove(connection.id)
    except NoPoll:
        raise _no_poll() from None
    return no_content()


def _no_poll() -> Exception:
    return unknown("poll", "This connection has no key to ask its shop with: give one first.")


OPERATIONS = (
    Operation(
        method="PUT",
        path="/api/v1/connections/{id}/poll",
        name="put_poll",
        summary="Let the server ask a shop for what it did not deliver",
        about=(
            "For `shopify`, `woocommerce` and `stripe`. The key may read only, and is never told"
            " again."
        ),
        handler=put_poll,
        needs=Permission.MANAGE_CONNECTIONS,
        scope="all",
        body=JsonBody[PollBody](PollBody),
        answer=Polling,
        refusals=("unknown_connection",),
    ),
    Operation(
        method="POST",
        path="/api/v1/connections/{id}/poll",
        name="poll_now",
        summary="Ask a shop at once",
        about="Answered after one round, also when it failed: `last_failure` says so.",
        handler=poll_now,
        needs=Permission.MANAGE_CONNECTIONS,
        scope="all",
        answer=Polling,
        refusals=("unknown_connection", "unknown_poll"),
    ),
    Operation(
        method="DELETE",
        path="/api/v1/connections/{id}/poll",
        name="delete_poll",
        summary="Forget the key of a shop",
        handler=delete_poll,
        needs=Permission.MANAGE_CONNECTIONS,
        scope="all",
        status=204,
        refusals=("unknown_connection", "unknown_poll"),
    ),
)
