"""Shop orders port: the orders of connected shops, as the seller's list shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from vetrina.domain.selling.order_record import OrderRecord
from vetrina.store.ports.checkouts import OrderPlace, WantedOrders


@dataclass(frozen=True, slots=True)
class ShopOrder:
    """An order that a connection brought. `id` is its name here; the shop's number is not kept."""

    id: str
    connection: str
    record: OrderRecord

    @property
    def place(self) -> OrderPlace:
        """Where it stands in the list."""
        return OrderPlace(self.record.paid_at, self.id)


class ShopOrderStore(Protocol):
    """They are listed in the transaction that writes what a shop reports."""

    async def shop_orders(
        self, wanted: WantedOrders, after: OrderPlace | None = None, limit: int = 50
    ) -> Sequence[ShopOrder]:
        """At most so many, the last paid first, after a place; orders of ours have other ids.

        Nothing is known of their markets, disputes and parcels: none is found by those.
        """
        ...

    async def shop_order(self, id: str) -> ShopOrder | None:
        """One of them."""
        ...
