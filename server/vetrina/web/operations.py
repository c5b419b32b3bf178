"""Operations table: every call, in the order in which /docs tells them."""

from __future__ import annotations

from functools import cache
from typing import Final

import orjson
from starlette.responses import Response

from vetrina.web import health, hooks
from vetrina.web.api import (
    bag,
    calendars,
    checkouts,
    checks,
    commands,
    connection_secrets,
    connections,
    events,
    images,
    imports,
    keys,
    logins,
    markets,
    matches,
    order_hooks,
    orders,
    overlays,
    own_shop,
    payments,
    places,
    polls,
    product_prices,
    products,
    qr,
    refunds,
    shipments,
    shop,
    short_links,
    shows,
    stock_moves,
    syncs,
    voucher_claims,
    vouchers,
)
from vetrina.web.http.json_response import json_bytes
from vetrina.web.http.operation import Call, Caller, Operation
from vetrina.web.schema import asyncapi, openapi
from vetrina.web.webhooks import Webhooks


async def _receive(call: Call) -> Response:
    return await Webhooks(call.context).receive(call.request)


WEBHOOKS: Final = (
    Operation(
        method="POST",
        path="/webhooks/{connection}",
        name="receive_webhook",
        summary="Deliver what a shop reports",
        about="Signed by the provider; answered after it is durable. 200 with the outcome, also "
        "for a repeat; 401 for a bad signature, without saying why: that is in the panel.",
        handler=_receive,
        caller=Caller.PROVIDER,
        refusals=("unknown_connection", "bad_signature", "invalid", "busy"),
    ),
)


async def _openapi(call: Call) -> Response:
    return json_bytes(_encoded_openapi(call.context.settings.root))


async def _asyncapi(call: Call) -> Response:
    return json_bytes(_encoded_asyncapi(call.context.settings.root))


@cache
def _encoded_openapi(root: str) -> bytes:
    return orjson.dumps(openapi.document(OPERATIONS, root))


@cache
def _encoded_asyncapi(root: str) -> bytes:
    return orjson.dumps(asyncapi.document(root))


DESCRIPTIONS: Final = (
    Operation(
        method="GET",
        path="/openapi.json",
        name="openapi",
        summary="This interface as OpenAPI 3.1",
        handler=_openapi,
        caller=Caller.ANYONE,
    ),
    Operation(
        method="GET",
        path="/asyncapi.json",
        name="asyncapi",
        summary="The socket as AsyncAPI 3.0",
        handler=_asyncapi,
        caller=Caller.ANYONE,
    ),
)

OPERATIONS: Final[tuple[Operation, ...]] = (
    *shows.OPERATIONS,
    *product_prices.OPERATIONS,
    *places.OPERATIONS,
    *products.OPERATIONS,
    *stock_moves.OPERATIONS,
    *own_shop.OPERATIONS,
    *shop.OPERATIONS,
    *markets.OPERATIONS,
    *payments.OPERATIONS,
    *orders.OPERATIONS,
    *refunds.OPERATIONS,
    *shipments.OPERATIONS,
    *images.OPERATIONS,
    *checkouts.OPERATIONS,
    *imports.OPERATIONS,
    *bag.OPERATIONS,
    *commands.OPERATIONS,
    *vouchers.OPERATIONS,
    *voucher_claims.OPERATIONS,
    *events.OPERATIONS,
    *overlays.OPERATIONS,
    *checks.OPERATIONS,
    *keys.OPERATIONS,
    *logins.OPERATIONS,
    *connections.OPERATIONS,
    *connection_secrets.OPERATIONS,
    *matches.OPERATIONS,
    *polls.OPERATIONS,
    *syncs.OPERATIONS,
    *order_hooks.OPERATIONS,
    *WEBHOOKS,
    *hooks.OPERATIONS,
    *short_links.OPERATIONS,
    *calendars.OPERATIONS,
    *qr.OPERATIONS,
    *DESCRIPTIONS,
    *health.OPERATIONS,
)
