"""Money on its way: where no news of it arrived, the provider is asked.

A bank debit takes days, and its stock is kept without end. A webhook that was lost would keep it
for ever.
"""

from __future__ import annotations

import logging
from typing import Final

from vetrina.clock import Clock
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.shop.checkouts.later import Later
from vetrina.shop.checkouts.pacing import Pace
from vetrina.shop.checkouts.paying import Paying
from vetrina.shop.checkouts.standing import is_processing, session_of
from vetrina.shop.payments.adapters import Adapters
from vetrina.shop.payments.port import PaymentError
from vetrina.store.ports.checkouts import CheckoutStore, OrderPlace, WantedOrders

logger = logging.getLogger(__name__)
LONGEST_MS: Final = 90 * 86_400_000
"""No method of payment takes longer."""
ON_PAGE: Final = 50


class Awaiting:
    """Asks of each order whose money is on its way."""

    def __init__(
        self, store: CheckoutStore, adapters: Adapters, paying: Paying, pace: Pace, clock: Clock
    ) -> None:
        self._store = store
        self._adapters = adapters
        self._paying = paying
        self._pace = pace
        self._clock = clock
        self._later = Later(clock)

    async def sweep(self) -> None:
        """Ask once. Raises StoreError."""
        since = self._clock.now_ms() - LONGEST_MS
        wanted = WantedOrders(status="awaiting", since=since)
        after: OrderPlace | None = None
        while True:
            page = await self._store.own_orders(wanted, after, ON_PAGE)
            for order in page.orders:
                await self._ask_or_wait(order)
            after = page.next
            if after is None:
                return

    async def _ask_or_wait(self, order: OwnOrder) -> None:
        """What is wrong with one order keeps no other one waiting, and is told once."""
        id = order.checkout.id
        if not self._later.is_ready(id):
            return
        try:
            await self._ask(order)
        except Exception:
            if self._later.failed(id):
                logger.exception("how an order stands cannot be asked")
        else:
            self._later.went_well(id)

    async def _ask(self, order: OwnOrder) -> None:
        made = session_of(order)
        payments = await self._adapters.of(order.checkout.adapter)
        if made is None or payments is None or not is_processing(order):
            return
        try:
            async with self._pace.turn():
                with self._pace.measured("status"):
                    status = await payments.status(made.session)
            await self._paying.as_provider_says(order, status)
        except PaymentError as error:
            logger.info("the payment provider does not say how an order stands: %s", error)
