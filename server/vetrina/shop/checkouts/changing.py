"""Changing an order: decided on as it stands, and again where somebody else was first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from vetrina.domain.selling.own_order import OwnOrder
from vetrina.shop.orders.news import OrderChanges
from vetrina.store.errors import Conflict
from vetrina.store.ports.checkouts import CheckoutStore, OrderChange

ATTEMPTS: Final = 12

Decide = Callable[[OwnOrder], OrderChange | None]
"""What to write of an order as it stands; None for nothing."""


class OrderWriter:
    """Webhook, return page, sweeper and buyer may all be at one order in the same moment."""

    def __init__(self, store: CheckoutStore, changes: OrderChanges) -> None:
        self._store = store
        self._changes = changes

    async def write(self, order: OwnOrder, decide: Decide) -> OwnOrder:
        """The order after what was decided. Raises Conflict when others never leave it alone,
        Refused where stock is to be taken again and is sold out."""
        for attempt in range(ATTEMPTS):
            change = decide(order)
            if change is None:
                return order
            try:
                return await self._changes.change(change)
            except Conflict:
                if attempt + 1 == ATTEMPTS:
                    raise
                order = await self.read(order.checkout.id)
        raise AssertionError

    async def read(self, id: str) -> OwnOrder:
        """The order as it is now. Raises LookupError."""
        order = await self._store.own_order(id)
        if order is None:
            raise LookupError(f"There is no order {id!r}.")
        return order
