"""Starting a checkout: price what is wanted, reserve it, answer. The provider is asked afterwards.

A rush of buyers is settled by one conditional write of the store; whoever comes too late hears so
at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vetrina.clock import Clock
from vetrina.domain.errors import Refused
from vetrina.domain.markets.market import delivered_to
from vetrina.domain.selling.checkout import Checkout, WantedLine
from vetrina.domain.selling.order_facts import (
    OrderFact,
    Paid,
    PaymentStarted,
    SessionAsked,
    SessionMade,
)
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.domain.selling.pricing import PricedCart, price_cart
from vetrina.domain.selling.reserving import claim_of
from vetrina.domain.selling.shop import ShopProfile
from vetrina.domain.selling.voucher import Voucher
from vetrina.domain.show.state import ShowState
from vetrina.shop.checkouts.ports import GoodVoucher, MarkStock, ReadMarkets, ReadShop, ReadShow
from vetrina.shop.checkouts.sellables import Sellables
from vetrina.shop.checkouts.sold_out import AllGone, SoldOut
from vetrina.shop.checkouts.tokens import Tokens, digest_of, new_order_id
from vetrina.shop.payments.adapters import DEMO, Adapters
from vetrina.shop.payments.port import Payments, ProviderRefused, Redirect, ReturnUrls
from vetrina.store.ports.checkouts import CheckoutStore, NewCheckout

_HOLDING = (SessionAsked, SessionMade, PaymentStarted, Paid)
"""After these an order holds what it held."""


class Unknown(LookupError):
    """Something named that is not there; `what` is "shop" or "show"."""

    def __init__(self, what: str, name: str) -> None:
        super().__init__(f"There is no {what} {name}.")
        self.what = what


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a buyer asks for. `adult` is the buyer's word to be of age, `origin` our address as the
    buyer reached it."""

    shop: str
    items: tuple[WantedLine, ...]
    show: str | None = None
    voucher: str | None = None
    market: str | None = None
    via: str | None = None
    adult: bool = False
    lang: str = "en"
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Started:
    """A checkout that is reserved; `token` opens it."""

    order: OwnOrder
    token: str


@dataclass(frozen=True, slots=True)
class SoldElsewhere:
    """Another shop sells it, on its own page: nothing is reserved."""

    checkout: Checkout
    url: str


class Starting:
    """The use case up to the answer."""

    def __init__(
        self,
        store: CheckoutStore,
        sellables: Sellables,
        adapters: Adapters,
        tokens: Tokens,
        clock: Clock,
        *,
        shop: ReadShop,
        show: ReadShow,
        markets: ReadMarkets,
        voucher: GoodVoucher,
        mark: MarkStock,
    ) -> None:
        self._store = store
        self._sellables = sellables
        self._adapters = adapters
        self._tokens = tokens
        self._clock = clock
        self._shop = shop
        self._show = show
        self._markets = markets
        self._voucher = voucher
        self._mark = mark
        self.sold_out = SoldOut(clock)

    async def offer(
        self, wanted: Wanted, buyer: str, id: str | None = None
    ) -> tuple[Checkout, Payments]:
        """What it costs now, nothing reserved yet. Raises Unknown, Refused."""
        profile = await self._profile(wanted.shop)
        state = await self._state(wanted.show)
        payments = await self._payments(state)
        now = self._clock.now_ms()
        # What a rehearsal offers is no offer: real money goes by the catalogue.
        offered = (
            state if state and (state.status != "rehearsal" or payments.name == DEMO) else None
        )
        skus = {line.sku for line in wanted.items}
        cart = price_cart(
            wanted.items,
            await self._sellables.of(skus, offered, now),
            now=now,
            market=delivered_to(await self._markets(), wanted.market),
            voucher=await self._found(wanted, buyer, test=payments.test),
            show=wanted.show,
            adult=wanted.adult,
        )
        checkout = _checkout(id or new_order_id(), wanted, cart, payments, now, profile)
        return checkout, payments

    async def reserve(
        self, checkout: Checkout, buyer: str, replaces: OwnOrder | None = None
    ) -> Started:
        """Take all of it or nothing. Raises Refused: sold_out, limit_reached, deal_over …"""
        claim = claim_of(checkout, buyer)
        if replaces is None:
            self.sold_out.check(claim)
        token = self._tokens.of_checkout(checkout.id)
        new = NewCheckout(
            checkout=checkout,
            claim=claim,
            token=digest_of(token),
            expires_at=checkout.created_at + checkout.deadline_s * 1000,
            replaces=replaces.checkout.id if replaces else None,
        )
        try:
            order = await self._store.reserve(new)
        except Refused as refused:
            if self.sold_out.note(claim, refused):
                raise AllGone(refused, claim) from refused
            raise
        self.sold_out.forget(claim)
        self._mark(claim)
        if replaces is not None:
            self._mark(claim_of(replaces.checkout, buyer))
        return Started(order, token)

    async def heard(self, order: OwnOrder, facts: Sequence[OrderFact]) -> None:
        """Pieces of it may have come back."""
        if not all(isinstance(fact, _HOLDING) for fact in facts):
            self.sold_out.forget(claim_of(order.checkout, ""))

    def begun(self, order: OwnOrder) -> Started:
        """One that was reserved before."""
        return Started(order, self._tokens.of_checkout(order.checkout.id))

    async def elsewhere(self, checkout: Checkout, payments: Payments) -> SoldElsewhere:
        """Where another shop sells: its page. Raises Refused not_for_sale."""
        urls = ReturnUrls(checkout.origin, checkout.origin, checkout.shop)
        try:
            begun = await payments.begin(checkout, urls)
        except ProviderRefused as error:
            raise Refused("not_for_sale", error.message) from error
        if not isinstance(begun, Redirect):
            raise TypeError(f"{payments.name} holds nothing, and wants a page of ours")
        return SoldElsewhere(checkout, begun.url)

    async def _profile(self, handle: str) -> ShopProfile:
        profile = await self._shop(handle)
        if profile is None:
            raise Unknown("shop", handle)
        return profile

    async def _state(self, slug: str | None) -> ShowState | None:
        if slug is None:
            return None
        state = await self._show(slug)
        if state is None or state.private:
            raise Unknown("show", slug)
        return state

    async def _payments(self, state: ShowState | None) -> Payments:
        """In a rehearsal everything is a test, whatever the shop is paid with."""
        rehearsal = state is not None and state.status == "rehearsal"
        payments = await (self._adapters.of(DEMO) if rehearsal else self._adapters.current())
        if payments is None:
            raise Refused("not_for_sale", "This shop takes no payments at the moment.")
        if payments.name == DEMO and not (rehearsal or self._adapters.demo):
            message = "Test payments are for rehearsals and the demo: begin a rehearsal."
            raise Refused("only_in_rehearsal", message)
        return payments

    async def _found(self, wanted: Wanted, buyer: str, *, test: bool) -> Voucher | None:
        if not wanted.voucher:
            return None
        return await self._voucher(wanted.voucher, buyer, show=wanted.show, test=test)


def _checkout(
    id: str, wanted: Wanted, cart: PricedCart, payments: Payments, now: int, profile: ShopProfile
) -> Checkout:
    return Checkout(
        id=id,
        shop=profile.handle,
        adapter=payments.name,
        lines=cart.lines,
        discount=cart.discount,
        shipping=cart.shipping,
        total=cart.total,
        tax=cart.tax,
        show=wanted.show,
        market=cart.market,
        voucher=cart.voucher,
        via=wanted.via,
        test=payments.test,
        lang=wanted.lang,
        origin=wanted.origin,
        created_at=now,
        deadline_s=profile.reserve_minutes * 60,
    )
