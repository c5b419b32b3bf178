"""Refunds that take their time: where no news of one arrived, the provider is asked.

A bank may take days. A webhook that was lost would leave the refund pending for ever, and its
pieces out of stock.
"""

from __future__ import annotations

import logging
from typing import Final

from vetrina.clock import Clock
from vetrina.domain.money import Money
from vetrina.domain.selling import deciding
from vetrina.domain.selling.order_facts import RefundSent
from vetrina.domain.selling.order_sums import paid_of, refunds_of
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.domain.selling.waiting_refunds import pending_refunds
from vetrina.shop.checkouts.changing import OrderWriter
from vetrina.shop.checkouts.pacing import Pace
from vetrina.shop.checkouts.paying import changing
from vetrina.shop.payments.adapters import Adapters
from vetrina.shop.payments.port import PaymentError, RefundStatus
from vetrina.store.ports.checkouts import CheckoutStore

logger = logging.getLogger(__name__)
SOONEST_MS: Final = 10 * 60_000
LATEST_MS: Final = 12 * 3_600_000
SWEPT: Final = 1_000


class PendingRefunds:
    """The longer one has been pending, the less often it is asked for. A process that starts asks
    for each of them once."""

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
        self._asked: dict[str, int] = {}

    async def sweep(self) -> None:
        """Ask for those whose turn it is. Raises StoreError."""
        orders = await self._store.pending_refunds(SWEPT)
        waiting = {sent.provider_id for one in orders for sent in _sent(one)}
        self._asked = {id: at for id, at in self._asked.items() if id in waiting}
        for order in orders:
            for sent in _sent(order):
                if self._is_due(sent):
                    self._asked[sent.provider_id] = self._clock.now_ms()
                    order = await self._ask(order, sent)

    def _is_due(self, sent: RefundSent) -> bool:
        now, asked = self._clock.now_ms(), self._asked.get(sent.provider_id)
        if asked is None:
            return now - sent.at >= SOONEST_MS
        pause = min(LATEST_MS, max(SOONEST_MS, (asked - sent.at) // 2))
        return now - asked >= pause

    async def _ask(self, order: OwnOrder, sent: RefundSent) -> OwnOrder:
        payments = await self._adapters.of(order.checkout.adapter)
        if payments is None:
            return order
        try:
            async with self._pace.turn():
                with self._pace.measured("refund_status"):
                    status = await payments.refund_status(sent.provider_id)
        except PaymentError as error:
            logger.info("the payment provider does not say how a refund stands: %s", error)
            return order
        return await self._writer.write(order, changing(lambda one: self._told(one, sent, status)))

    def _told(self, order: OwnOrder, sent: RefundSent, status: RefundStatus) -> deciding.Decision:
        known, paid = refunds_of(order.facts)[sent.refund], paid_of(order.facts)
        return deciding.refund_told(
            order,
            refund=sent.refund,
            provider_id=status.provider_id,
            payment=known.payment or (paid.payment if paid else None),
            amount=Money(known.amount, order.checkout.currency),
            state=status.state,
            at=self._clock.now_ms(),
        )


def _sent(order: OwnOrder) -> list[RefundSent]:
    return list(pending_refunds(order.facts).values())
