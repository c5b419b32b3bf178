"""Sending money back: what was asked for and not sent yet, found in the facts of the order."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from vetrina.clock import Clock
from vetrina.domain.money import Money
from vetrina.domain.selling import deciding
from vetrina.domain.selling.order_facts import OrderFact, RefundAsked, RefundFailed
from vetrina.domain.selling.order_sums import paid_of
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.domain.selling.waiting_refunds import unsent_refunds
from vetrina.shop.checkouts.background import Background
from vetrina.shop.checkouts.changing import Decide, OrderWriter
from vetrina.shop.checkouts.pacing import Pace
from vetrina.shop.checkouts.paying import changing
from vetrina.shop.payments.adapters import Adapters
from vetrina.shop.payments.port import Payments, ProviderAway, ProviderRefused, RefundStatus
from vetrina.store.ports.checkouts import CheckoutStore, OrderChange

logger = logging.getLogger(__name__)


class Refunding:
    """Each refund has a name that the provider is told too: sent again it is the same one."""

    def __init__(
        self,
        store: CheckoutStore,
        writer: OrderWriter,
        adapters: Adapters,
        pace: Pace,
        clock: Clock,
    ) -> None:
        self._store = store
        self._writer = writer
        self._adapters = adapters
        self._pace = pace
        self._clock = clock
        self.background = Background("sending a refund", self.send, clock)

    async def heard(self, order: OwnOrder, facts: Sequence[OrderFact]) -> None:
        """An order changed: a listener of `OrderNews`."""
        if any(isinstance(fact, RefundAsked) for fact in facts):
            self.background.start(order.checkout.id)

    async def sweep(self) -> None:
        """Send what a process that ended did not send, and what the provider was away for."""
        await self.background.sweep(self._store.unsent_refunds)

    async def send(self, id: str) -> None:
        """Send all of an order. Raises ProviderAway, StoreError: the sweep tries again."""
        order = await self._writer.read(id)
        payments = await self._adapters.of(order.checkout.adapter)
        if payments is None:
            raise ProviderAway(f"There are no keys for {order.checkout.adapter} any more.")
        for asked in unsent_refunds(order.facts).values():
            order = await self._send(order, asked, payments)

    async def _send(self, order: OwnOrder, asked: RefundAsked, payments: Payments) -> OwnOrder:
        paid, name, amount = paid_of(order.facts), asked.refund, asked.amount
        payment = asked.payment or (paid.payment if paid else None)
        if payment is None:
            return await self._writer.write(order, self._failed(name, "no_payment"))
        try:
            async with self._pace.turn():
                with self._pace.measured("refund"):
                    status = await payments.refund(payment, amount, name, asked.reason)
        except ProviderRefused as error:
            logger.error("the payment provider refused a refund: %s", error.message)
            return await self._writer.write(order, self._failed(name, error.code))
        return await self._told(order, name, payment, amount, status)

    async def _told(
        self, order: OwnOrder, name: str, payment: str, amount: Money, status: RefundStatus
    ) -> OwnOrder:
        now = self._clock.now_ms()

        def decide(one: OwnOrder) -> deciding.Decision:
            return deciding.refund_told(
                one,
                refund=name,
                provider_id=status.provider_id,
                payment=payment,
                amount=amount,
                state=status.state,
                at=now,
            )

        return await self._writer.write(order, changing(decide))

    def _failed(self, name: str, why: str) -> Decide:
        fact = RefundFailed(at=self._clock.now_ms(), refund=name, why=why)

        def change(order: OwnOrder) -> OrderChange | None:
            if name not in unsent_refunds(order.facts):
                return None
            return OrderChange(id=order.checkout.id, version=order.version, facts=[fact])

        return change
