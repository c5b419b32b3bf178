"""After the sale: money back, parcels, what came back, and whom to deliver to."""

from __future__ import annotations

from collections.abc import Mapping

from vetrina.clock import Clock
from vetrina.domain.errors import Refused
from vetrina.domain.selling.fulfilling import Parcel, deliver, ship, take_back
from vetrina.domain.selling.order_facts import OrderFact, RefundAsked, SessionMade
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.domain.selling.refunding import RefundWish, ask_refund
from vetrina.shop.checkouts.changing import OrderWriter
from vetrina.shop.payments.adapters import Adapters
from vetrina.shop.payments.port import BuyerDetails, Payments, ProviderAway
from vetrina.store.ports.checkouts import CheckoutStore, OrderChange


class UnknownOrder(LookupError):
    """There is no such order of ours."""


class AfterSales:
    """What a seller does with an order of ours.

    `version` is that of the order which the seller saw, None for whatever it is by now; every
    method but `buyer` raises Refused `order_changed` where it is another one. All raise
    UnknownOrder.
    """

    def __init__(
        self, store: CheckoutStore, writer: OrderWriter, adapters: Adapters, clock: Clock
    ) -> None:
        self._store = store
        self._writer = writer
        self._adapters = adapters
        self._clock = clock

    async def look_at_refund(self, id: str, wish: RefundWish, version: int | None) -> RefundAsked:
        """What a wish comes to; nothing is written. Raises Refused as `ask_refund` does."""
        order = await self._order(id)
        _check_version(order, version)
        return self._refund(order, wish) or _asked(order, wish.refund)

    async def refund(
        self, id: str, wish: RefundWish, version: int | None
    ) -> tuple[OwnOrder, RefundAsked]:
        """Ask for it; it is sent in the background. The same wish again changes nothing."""
        order = await self._order(id)
        if await self._payments(order) is None:
            adapter = order.checkout.adapter
            raise Refused("payment_refused", f"There are no keys to give money back by {adapter}.")

        def decide(now: OwnOrder) -> OrderChange | None:
            return _change(now, self._refund(now, wish), version)

        order = await self._writer.write(order, decide)
        return order, _asked(order, wish.refund)

    async def ship(self, id: str, parcel: Parcel, version: int | None) -> OwnOrder:
        """A parcel is on its way. Raises Refused as `fulfilling.ship` does."""
        now = self._clock.now_ms()
        order = await self._order(id)
        return await self._writer.write(
            order, lambda one: _change(one, ship(one, parcel, now), version)
        )

    async def deliver(self, id: str, by: str | None, version: int | None) -> OwnOrder:
        """Everything arrived."""
        now = self._clock.now_ms()
        order = await self._order(id)
        return await self._writer.write(
            order, lambda one: _change(one, deliver(one, now, by), version)
        )

    async def take_back(
        self, id: str, lines: Mapping[str, int], by: str | None, version: int | None
    ) -> OwnOrder:
        """Pieces came back. Money and stock stay as they are."""
        now = self._clock.now_ms()
        order = await self._order(id)
        return await self._writer.write(
            order, lambda one: _change(one, take_back(one, lines, now, by), version)
        )

    async def buyer(self, id: str) -> BuyerDetails:
        """Whom to deliver to, read from the payment provider now. Raises PaymentError."""
        order = await self._order(id)
        payments = await self._payments(order)
        session = _session(order)
        if payments is None:
            raise ProviderAway("There are no keys to ask the payment provider with.")
        if session is None:
            return BuyerDetails(None, None, None)
        return await payments.buyer(session)

    async def _order(self, id: str) -> OwnOrder:
        order = await self._store.own_order(id)
        if order is None or order.placed_at is None:
            raise UnknownOrder(id)
        return order

    async def _payments(self, order: OwnOrder) -> Payments | None:
        payments = await self._adapters.of(order.checkout.adapter)
        return payments if payments is not None and payments.refunds else None

    def _refund(self, order: OwnOrder, wish: RefundWish) -> RefundAsked | None:
        return ask_refund(order.checkout, order.facts, wish, self._clock.now_ms())


def _change(order: OwnOrder, fact: OrderFact | None, version: int | None) -> OrderChange | None:
    """None where the fact is known: then its order may have changed since."""
    if fact is None:
        return None
    _check_version(order, version)
    return OrderChange(id=order.checkout.id, version=order.version, facts=[fact])


def _check_version(order: OwnOrder, version: int | None) -> None:
    if version is not None and version != order.version:
        raise Refused(
            "order_changed",
            f"The order is at version {order.version}, not {version}. Read it and decide again.",
            {"version": order.version},
        )


def _asked(order: OwnOrder, refund: str) -> RefundAsked:
    return next(
        fact for fact in order.facts if isinstance(fact, RefundAsked) and fact.refund == refund
    )


def _session(order: OwnOrder) -> str | None:
    made = [fact.session for fact in order.facts if isinstance(fact, SessionMade)]
    return made[-1] if made else None
