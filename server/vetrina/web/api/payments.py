"""Payments: who takes the money, with the keys for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from starlette.responses import Response

from vetrina.domain.access import Permission
from vetrina.domain.selling.checkout import Adapter
from vetrina.shop.payments.port import PaymentError, ProviderAway
from vetrina.store.ports.payments import PaymentMode, PaymentSettings
from vetrina.web.api.payment_setup import prepared
from vetrina.web.http.json_response import json_answer
from vetrina.web.http.operation import Call, Operation
from vetrina.web.http.problem import Problem
from vetrina.web.http.request_body import JsonBody

Text = Annotated[str, Field(min_length=1, max_length=500)]


@dataclass(frozen=True, kw_only=True)
class PaymentsBody:
    """Who takes the money. A key that is left away stays as it was.

    `stripe`: `key` is a restricted or secret key, `publishable_key` is needed for `embedded`,
    `webhook_secret` only where Stripe could not be told of our address. `shopify` and
    `woocommerce`: `address` of the shop, its `connection`, and a `deal_code` that lowers prices
    there as deals do here.
    """

    adapter: Adapter
    mode: PaymentMode = "hosted"
    key: Text | None = None
    publishable_key: Text | None = None
    webhook_secret: Text | None = None
    address: Text | None = None
    connection: Text | None = None
    deal_code: Text | None = None


@dataclass(frozen=True)
class KnownKey:
    """All that is told of a key."""

    last4: str
    live: bool


@dataclass(frozen=True, kw_only=True)
class PaymentWebhook:
    """How what is paid is told of. `signed`: the secret is known; `polled`: what gets lost on the
    way is asked for."""

    connection: str
    url: str
    signed: bool
    polled: bool
    last_verified_at: int | None


@dataclass(frozen=True, kw_only=True)
class PaymentsTold:
    """Who takes the money. `chosen` false: nobody has said so, and it is what a shop begins with.

    `test_orders`: nothing real is paid, because the adapter is `test` or the key is of test mode.
    """

    adapter: Adapter
    mode: PaymentMode
    chosen: bool
    test_orders: bool
    key: KnownKey | None
    publishable_key: KnownKey | None
    address: str | None
    deal_code: str | None
    webhook: PaymentWebhook | None
    changed_at: int | None


async def get_payments(call: Call) -> Response:
    """Who takes the money now."""
    return json_answer(await _told(call, await call.context.payments.settings()))


async def put_payments(call: Call) -> Response:
    """Choose who takes the money."""
    body: PaymentsBody = call.body
    wanted = _wanted(body, await call.context.store.payments_of(body.adapter))
    try:
        settings = await prepared(call, wanted, body.webhook_secret)
    except ProviderAway as error:
        raise Problem(503, "provider_away", str(error), headers={"retry-after": "5"}) from error
    except PaymentError as error:
        raise Problem(409, "payment_refused", str(error)) from error
    settings = await call.context.payments.choose(settings)
    return json_answer(await _told(call, settings))


def _wanted(body: PaymentsBody, known: PaymentSettings | None) -> PaymentSettings:
    """With what was given before, but a key goes to no other address than the one it was for."""
    known = known or PaymentSettings(adapter=body.adapter)
    moved = body.address is not None and body.address != known.address
    key, publishable = (one.strip() if one else None for one in (body.key, body.publishable_key))
    return PaymentSettings(
        adapter=body.adapter,
        mode=body.mode,
        key=key or (None if moved else known.key),
        publishable_key=publishable or (None if moved else known.publishable_key),
        address=body.address or known.address,
        connection=body.connection or known.connection,
        deal_code=body.deal_code,
    )


async def _told(call: Call, settings: PaymentSettings | None) -> PaymentsTold:
    selling = await call.context.payments.selling()
    settings = settings or PaymentSettings(adapter=selling.adapter)
    live = settings.live
    return PaymentsTold(
        adapter=settings.adapter,
        mode=settings.mode,
        chosen=settings.changed_at > 0,
        test_orders=settings.adapter == "test" or (settings.key is not None and not live),
        key=_known(settings.key),
        publishable_key=_known(settings.publishable_key),
        address=settings.address,
        deal_code=settings.deal_code,
        webhook=await _webhook(call, settings),
        changed_at=settings.changed_at or None,
    )


def _known(key: str | None) -> KnownKey | None:
    return KnownKey(key[-4:], "_live_" in key) if key else None


async def _webhook(call: Call, settings: PaymentSettings) -> PaymentWebhook | None:
    if settings.connection is None:
        return None
    connection = await call.context.connections.get(settings.connection)
    if connection is None:
        return None
    base = call.context.base_url(call.request)
    return PaymentWebhook(
        connection=connection.id,
        url=f"{base}/webhooks/{connection.id}",
        signed=bool(connection.secrets),
        polled=await call.context.store.poll(connection.id) is not None,
        last_verified_at=connection.last_verified_at,
    )


OPERATIONS = (
    Operation(
        method="GET",
        path="/api/v1/payments",
        name="get_payments",
        summary="Read who takes the money",
        about="Keys are never told again: only how they end.",
        handler=get_payments,
        needs=Permission.MANAGE_CONNECTIONS,
        scope="all",
        answer=PaymentsTold,
    ),
    Operation(
        method="PUT",
        path="/api/v1/payments",
        name="put_payments",
        summary="Choose who takes the money",
        about="For `stripe` the key is tried at once, and a connection is made where there is none;"
        " where the key may do so, Stripe is told of its address. Orders keep the adapter that they"
        " were made with.",
        handler=put_payments,
        needs=Permission.MANAGE_CONNECTIONS,
        scope="all",
        body=JsonBody[PaymentsBody](PaymentsBody),
        answer=PaymentsTold,
        refusals=("payment_refused", "provider_away", "only_in_rehearsal"),
    ),
)
