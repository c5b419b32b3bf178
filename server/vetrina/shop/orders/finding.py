"""Finding orders: those of ours and those of connected shops in one list, the newest first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from vetrina.domain.selling.own_order import OwnOrder
from vetrina.store.ports.checkouts import CheckoutStore, OrderPlace, WantedOrders
from vetrina.store.ports.shop_orders import ShopOrder, ShopOrderStore

Found = OwnOrder | ShopOrder


class OrdersStore(CheckoutStore, ShopOrderStore, Protocol):
    """What finding needs of the store."""


@dataclass(frozen=True, slots=True)
class FoundOrders:
    """A part of the list. `next` None: there are no more."""

    orders: Sequence[Found]
    next: OrderPlace | None


class OrderList:
    """Two lists that each are in order, read next to each other."""

    def __init__(self, store: OrdersStore) -> None:
        self._store = store

    async def page(
        self, wanted: WantedOrders, after: OrderPlace | None = None, limit: int = 50
    ) -> FoundOrders:
        """At most so many after a place."""
        own, theirs = await asyncio.gather(
            self._store.own_orders(wanted, after, limit),
            self._store.shop_orders(wanted, after, limit + 1),
        )
        orders: list[Found] = [*own.orders, *theirs]
        orders.sort(key=_key, reverse=True)
        more = len(orders) > limit or own.next is not None
        return FoundOrders(orders[:limit], place_of(orders[limit - 1]) if more else None)

    async def all(self, wanted: WantedOrders, at_once: int = 100) -> AsyncIterator[Found]:
        """All of them, read a page at a time."""
        after: OrderPlace | None = None
        while True:
            page = await self.page(wanted, after, at_once)
            for order in page.orders:
                yield order
            if page.next is None:
                return
            after = page.next

    async def find(self, id: str) -> Found | None:
        """One of either kind."""
        own = await self._store.own_order(id)
        if own is not None:
            return own if own.placed_at is not None else None
        return await self._store.shop_order(id)


def place_of(order: Found) -> OrderPlace:
    """Where an order stands in the list."""
    if isinstance(order, ShopOrder):
        return order.place
    return OrderPlace(order.placed_at or 0, order.checkout.id)


def _key(order: Found) -> tuple[int, str]:
    place = place_of(order)
    return place.placed_at, place.id
