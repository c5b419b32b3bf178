"""What has to be there before an adapter is chosen: keys that are good, and a connection."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

from vetrina.connectors.polling import Access, checked_address
from vetrina.connectors.stripe.payments import ADDRESS
from vetrina.domain.errors import InvalidValue, Refused
from vetrina.live.reconciliation.poller import NoPoll
from vetrina.shop.payments.stripe_setup import (
    StripeAccount,
    check_stripe,
    is_same_account,
    stripe_address,
)
from vetrina.store.ports.connections import Connection
from vetrina.store.ports.payments import PaymentSettings
from vetrina.web.http.operation import Call

RESTRICTED = "rk_"


async def prepared(call: Call, wanted: PaymentSettings, secret: str | None) -> PaymentSettings:
    """The settings as they are to be kept; `secret` is that of the webhook, pasted by the seller.

    Raises InvalidValue, Refused, PaymentError.
    """
    return await _PREPARE[wanted.adapter](call, wanted, secret)


async def _stripe(call: Call, wanted: PaymentSettings, secret: str | None) -> PaymentSettings:
    wanted = replace(wanted, address=stripe_address(wanted.address), deal_code=None)
    check_stripe(wanted)
    address = wanted.address or ADDRESS
    account = StripeAccount(await call.context.open_stripe(wanted.key or "", address))
    await account.check_rights()
    connection = await _connection(call, wanted)
    known = await call.context.store.payments_of("stripe")
    # Whoever knows a secret of test mode could sign for orders that cost real money.
    is_other = known is not None and not is_same_account(known, wanted)
    if is_other:
        connection = replace(connection, secrets=())
    is_signed = await _signed(call, account, connection, wanted, secret)
    if is_other:
        if not is_signed:
            await call.context.connections.drop_secrets(connection)
        with suppress(NoPoll):
            await call.context.poller.remove(connection.id)
    if wanted.key and wanted.key.startswith(RESTRICTED) and await account.may_read_events():
        # What no delivery brings is asked for. Without this right the deadline finds payments.
        with suppress(InvalidValue):
            await call.context.poller.put(connection, Access(wanted.address or "", wanted.key))
    return replace(wanted, connection=connection.id)


async def _connection(call: Call, wanted: PaymentSettings) -> Connection:
    """The one that it had, else one that is there, else a new one."""
    known = [one for one in await call.context.connections.all() if one.kind == "stripe"]
    own = [one for one in known if one.id == wanted.connection]
    for found in (*own, *known):
        return found
    made, _ = await call.context.connections.create("stripe", show=None, secret=None, options={})
    return made


async def _signed(
    call: Call,
    account: StripeAccount,
    connection: Connection,
    wanted: PaymentSettings,
    secret: str | None,
) -> bool:
    """Whether the connection has a new secret, beside those it had."""
    if secret is None and not connection.secrets:
        base = call.context.base_url(call.request)
        if base.startswith("https://") or wanted.address is not None:
            secret = await account.deliver_to(f"{base}/webhooks/{connection.id}")
    if secret is None:
        return False
    try:
        await call.context.connections.add_secret(connection, secret.strip())
    except InvalidValue as error:
        raise InvalidValue("webhook_secret", error.message) from error
    return True


async def _elsewhere(call: Call, wanted: PaymentSettings, _: str | None) -> PaymentSettings:
    connection = await call.context.connections.get(wanted.connection or "")
    if connection is None or connection.kind != wanted.adapter:
        raise InvalidValue("connection", f"expected the id of a {wanted.adapter} connection")
    address = wanted.address
    if address is None:
        poll = await call.context.store.poll(connection.id)
        address = poll.address if poll else ""
    return replace(
        wanted, address=checked_address(address), key=None, publishable_key=None, mode="hosted"
    )


async def _link(_: Call, wanted: PaymentSettings, __: str | None) -> PaymentSettings:
    return PaymentSettings(adapter=wanted.adapter)


async def _test(call: Call, wanted: PaymentSettings, _: str | None) -> PaymentSettings:
    """Raises Refused: a shop that gives its goods away is a mistake."""
    if not call.context.settings.demo:
        message = "Test payments are for rehearsals, which have them always, and for the demo."
        raise Refused("only_in_rehearsal", message)
    return PaymentSettings(adapter=wanted.adapter)


_PREPARE: dict[str, Callable[[Call, PaymentSettings, str | None], Awaitable[PaymentSettings]]] = {
    "stripe": _stripe,
    "shopify": _elsewhere,
    "woocommerce": _elsewhere,
    "link": _link,
    "test": _test,
}
