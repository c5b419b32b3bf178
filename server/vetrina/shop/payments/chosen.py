"""Who takes the money at the moment: the seller's choice, and adapters made of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol

from vetrina.clock import Clock
from vetrina.connectors.stripe.payments import ADDRESS
from vetrina.domain.markets.market import market_of
from vetrina.domain.selling.checkout import Adapter
from vetrina.shop.kept_answer import Kept
from vetrina.shop.payments.adapters import DEFAULT, DEMO, Adapters, Make
from vetrina.shop.payments.link import LinkPayments
from vetrina.shop.payments.port import Payments
from vetrina.shop.payments.shopify import ShopifyPayments
from vetrina.shop.payments.stripe import SCRIPT, SCRIPT_PATH, StripePayments
from vetrina.shop.payments.teller import Teller
from vetrina.shop.payments.test import TestPayments
from vetrina.shop.payments.woocommerce import WooPayments
from vetrina.shop.selling_on import Selling
from vetrina.store.ports.catalogue import CatalogueStore
from vetrina.store.ports.markets import MarketStore
from vetrina.store.ports.matches import MatchStore
from vetrina.store.ports.payments import PaymentSettings, PaymentStore

if TYPE_CHECKING:
    import stripe

FRESH_MS: Final = 1_000
"""How long another process may go on with the choice before."""
TEST_RATE, LIVE_RATE = 25.0, 100.0
"""Changing requests a second that Stripe takes."""

OpenStripe = Callable[[str, str], Awaitable["stripe.StripeClient"]]
"""Stripe's library for a key and an address."""


class ChoiceStore(PaymentStore, CatalogueStore, MarketStore, MatchStore, Protocol):
    """What the choice needs of the store."""


class ChosenPayments:
    """The port `SellingOn`, and where `Adapters` come from."""

    def __init__(
        self, store: ChoiceStore, clock: Clock, open_stripe: OpenStripe, *, demo: bool
    ) -> None:
        self._store = store
        self._clock = clock
        self._open_stripe = open_stripe
        self._demo = demo
        self._settings = Kept(clock, store.chosen_payments, FRESH_MS)
        self._stripe: tuple[PaymentSettings, StripePayments] | None = None

    def adapters(self) -> Adapters:
        """All of them."""
        makers: Mapping[Adapter, Make] = {
            "stripe": self.stripe,
            "shopify": self._shopify,
            "woocommerce": self._woocommerce,
            "link": _always(LinkPayments(self._store)),
            "test": _always(TestPayments()),
        }
        return Adapters(self._chosen, makers, demo=self._demo)

    async def settings(self) -> PaymentSettings | None:
        """What was chosen; None where nobody has."""
        return await self._settings.value()

    async def choose(self, settings: PaymentSettings) -> PaymentSettings:
        """Keep these from now on."""
        settings = replace(settings, changed_at=self._clock.now_ms())
        await self._store.choose_payments(settings)
        self._settings.forget()
        return settings

    async def selling(self) -> Selling:
        """How the shop sells now."""
        settings = await self.settings()
        if settings is None:
            return Selling(DEMO, test=True) if self._demo else Selling(DEFAULT)
        test = settings.adapter == DEMO or (settings.adapter == "stripe" and not settings.live)
        return Selling(settings.adapter, settings.mode, test=test)

    async def stripe(self) -> StripePayments | None:
        """With its key, whether it is chosen or not; None without one."""
        settings = await self._of("stripe")
        if settings is None or settings.key is None:
            return None
        if self._stripe is None or self._stripe[0] != settings:
            self._stripe = (settings, self.stripe_with(settings))
        return self._stripe[1]

    def stripe_with(self, settings: PaymentSettings) -> StripePayments:
        """With the key of these settings."""
        address, key = settings.address or ADDRESS, settings.key or ""
        return StripePayments(
            lambda: self._open_stripe(key, address),
            self._clock,
            self._countries,
            test=not settings.live,
            mode=settings.mode,
            publishable=settings.publishable_key,
            script=SCRIPT if address == ADDRESS else f"{address}{SCRIPT_PATH}",
        )

    async def rate(self) -> float | None:
        """How many requests a second the payment provider takes; None for as many as come."""
        settings = await self._of("stripe")
        if settings is None:
            return None
        return LIVE_RATE if settings.live else TEST_RATE

    async def told_by(self, adapter: Adapter) -> Teller:
        """Who brings the news of the provider of these keys."""
        settings = await self._of(adapter)
        if settings is None:
            return Teller()
        return Teller(settings.connection, settings.live if settings.key else None)

    async def _chosen(self) -> Adapter | None:
        settings = await self.settings()
        return settings.adapter if settings else None

    async def _of(self, adapter: Adapter) -> PaymentSettings | None:
        settings = await self.settings()
        if settings is not None and settings.adapter == adapter:
            return settings
        return await self._store.payments_of(adapter)

    async def _shopify(self) -> Payments | None:
        settings = await self._of("shopify")
        if settings is None or settings.address is None or settings.connection is None:
            return None
        given = (settings.address, settings.connection, settings.deal_code)
        return ShopifyPayments(self._store, *given)

    async def _woocommerce(self) -> Payments | None:
        settings = await self._of("woocommerce")
        if settings is None or settings.address is None or settings.connection is None:
            return None
        given = (settings.address, settings.connection, settings.deal_code)
        return WooPayments(self._store, *given)

    async def _countries(self, market: str | None) -> Sequence[str]:
        found = market_of(await self._store.markets(), market)
        return found.countries if found else ()


def _always(payments: Payments) -> Make:
    async def make() -> Payments | None:
        return payments

    return make
