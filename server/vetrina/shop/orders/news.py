"""Order news: who wants to hear of an order is told after each of its changes."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol

from vetrina.domain.selling.order_facts import OrderFact
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.store.ports.checkouts import CheckoutStore, OrderChange

logger = logging.getLogger(__name__)


class OrderListener(Protocol):
    """Hears of an order."""

    async def __call__(self, order: OwnOrder, facts: Sequence[OrderFact]) -> None:
        """The order as it is now, and the facts that are new. It must not take long."""
        ...


class OrderNews:
    """Tells every listener, in the order in which they came.

    What is told is in the store already. A process that ends at this moment tells nobody, so a
    listener that must hear of everything also reads the store.
    """

    def __init__(self) -> None:
        self._listeners: list[OrderListener] = []

    def on_change(self, listener: OrderListener) -> None:
        """From now on it hears of every change that this process makes."""
        self._listeners.append(listener)

    async def tell(self, order: OwnOrder, facts: Sequence[OrderFact]) -> None:
        """What one of them does wrong keeps nothing from the others."""
        for listener in self._listeners:
            try:
                await listener(order, facts)
            except Exception:
                logger.exception("A listener failed on the news of order %s", order.checkout.id)


class OrderChanges:
    """The one way to change an order: the store first, then the news."""

    def __init__(self, store: CheckoutStore, news: OrderNews) -> None:
        self._store = store
        self._news = news

    async def change(self, change: OrderChange) -> OwnOrder:
        """As `CheckoutStore.change_order`, and raises what that raises."""
        order = await self._store.change_order(change)
        await self._news.tell(order, change.facts)
        return order
