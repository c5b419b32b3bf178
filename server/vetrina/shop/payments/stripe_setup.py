"""Setting Stripe up: is the key good, may it do what it must, and where are events delivered to?"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from vetrina.connectors.polling import checked_address
from vetrina.connectors.stripe.payments import ADDRESS, API_VERSION, NOTICE_TYPES
from vetrina.domain.errors import InvalidValue
from vetrina.shop.payments.port import PaymentError
from vetrina.shop.payments.stripe_errors import stripe_errors
from vetrina.store.ports.payments import PaymentSettings

if TYPE_CHECKING:
    import stripe

KEY_CHARS: Final = 300
SECRET_KEYS: Final = ("sk_", "rk_")
_ACCOUNT: Final = re.compile(r"[sr]k_((?:test|live)_51[A-Za-z0-9]{15})[A-Za-z0-9]{20,}")
"""Of a key: its mode and its account, without the secret behind them."""


def check_stripe(settings: PaymentSettings) -> None:
    """What can be seen without asking. Raises InvalidValue, without a key in it."""
    key = settings.key
    if key is None:
        raise InvalidValue("key", "expected a key of Stripe: it begins with rk_ or sk_")
    _check_key("key", key, SECRET_KEYS)
    if settings.mode == "embedded" and settings.publishable_key is None:
        raise InvalidValue(
            "publishable_key", "expected the key that begins with pk_: the frame needs it"
        )
    if settings.publishable_key is not None:
        _check_key("publishable_key", settings.publishable_key, ("pk_",))
        if ("_live_" in settings.publishable_key) != settings.live:
            raise InvalidValue("publishable_key", "expected a key of the same mode as the other")


def is_same_account(known: PaymentSettings, wanted: PaymentSettings) -> bool:
    """Whether both keys are of one account in one mode, as far as they show it.

    Stripe's keys begin with their mode, and behind it with their account. Keys of early accounts do
    not: where one takes the place of another, nobody can say.
    """
    if known.key is None or known.address != wanted.address:
        return known.key is None
    if known.key == wanted.key:
        return True
    before, after = _account_of(known.key), _account_of(wanted.key or "")
    return before is not None and before == after


def _account_of(key: str) -> str | None:
    found = _ACCOUNT.match(key)
    return found[1] if found else None


def stripe_address(address: str | None) -> str | None:
    """None for Stripe's own; another one stands on this machine: in tests. Raises InvalidValue."""
    if not address or address.rstrip("/") == ADDRESS:
        return None
    address = checked_address(address)
    if urlsplit(address).scheme == "https":
        raise InvalidValue("address", f"Stripe answers at {ADDRESS}: leave the address away")
    return address


class StripeAccount:
    """The account behind a key."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self._api = client.v1

    async def check_rights(self) -> None:
        """Raises PaymentError for a key that is wrong or lacks a right.

        An empty wish is refused for being empty by whoever might do it, and changes nothing.
        """
        from stripe import InvalidRequestError

        api = self._api
        wishes: tuple[Callable[[], Awaitable[object]], ...] = (
            lambda: api.checkout.sessions.list_async({"limit": 1}),
            lambda: api.checkout.sessions.create_async({"mode": "payment"}),
            lambda: api.coupons.create_async({}),
            lambda: api.refunds.create_async({}),
        )
        with stripe_errors():
            for wish in wishes:
                with suppress(InvalidRequestError):
                    await wish()

    async def may_read_events(self) -> bool:
        """Whether what no webhook brought can be asked for."""
        try:
            with stripe_errors():
                await self._api.events.list_async({"limit": 1})
        except PaymentError:
            return False
        return True

    async def deliver_to(self, url: str) -> str | None:
        """Have events delivered to an address; the secret that signs them.

        None where the key may not do so, or Stripe does not take the address: the seller adds it in
        Stripe's dashboard then.
        """
        wanted: Any = {
            "url": url,
            "enabled_events": list(NOTICE_TYPES),
            "api_version": API_VERSION,
            "description": "Vetrina",
        }
        try:
            with stripe_errors():
                made = await self._api.webhook_endpoints.create_async(wanted)
        except PaymentError:
            return None
        return made.secret


def _check_key(field: str, key: str, prefixes: tuple[str, ...]) -> None:
    if not key.startswith(prefixes) or not key.isascii() or not key.isprintable() or " " in key:
        words = " or ".join(prefixes)
        raise InvalidValue(field, f"expected a key that begins with {words}")
    if len(key) > KEY_CHARS:
        raise InvalidValue(field, f"expected at most {KEY_CHARS} characters")
