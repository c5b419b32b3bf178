"""Settling what a poll read, beside the deliveries that bring the same."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from vetrina.connectors.payment_notices import SessionPaid
from vetrina.connectors.port import Delivery
from vetrina.domain.selling.order import Order
from vetrina.live.purchases.deliveries import Deliveries
from vetrina.live.show_writer import Busy
from vetrina.store.errors import StoreError
from vetrina.store.ports.connections import Connection
from vetrina.store.ports.inbox import InboxStore

logger = logging.getLogger(__name__)
FOUND = ("applied", "test", "not_running", "before_show", "no_goods")


class Backfill:
    """The way from a page of a shop's list into the inbox."""

    def __init__(self, store: InboxStore, deliveries: Deliveries) -> None:
        self._store = store
        self._deliveries = deliveries

    async def settle(
        self, connection: Connection, deliveries: Sequence[Delivery]
    ) -> tuple[int, list[str]]:
        """How many orders were unknown until now, and what could not be settled, in words.

        Orders are settled together, what is told of one order in turn. Raises Busy and StoreError:
        then the page has to be read again.
        """
        ours, faults = await self._book(connection, deliveries)
        orders: dict[str, list[Delivery]] = {}
        for delivery in deliveries:
            if delivery.reports and delivery.id not in ours:
                orders.setdefault(delivery.reports[0].purchase, []).append(delivery)
        known = await self._store.order_records(connection.id, list(orders))
        told = {id for id, entry in known.items() if entry.record.lines is not None}
        results = await asyncio.gather(
            *(self._order(connection, told, each) for each in orders.values()),
            return_exceptions=True,
        )
        found = 0
        for result in results:
            if isinstance(result, Busy | StoreError) or not isinstance(result, Exception | int):
                raise result
            if isinstance(result, Exception):
                logger.error("an order of %s cannot be settled", connection.id, exc_info=result)
                faults.append(_fault(result))
            else:
                found += result
        return found, faults

    async def _book(
        self, connection: Connection, deliveries: Sequence[Delivery]
    ) -> tuple[set[str], list[str]]:
        """Those about payments of orders of ours, and what could not be booked, in words.

        A list begins with the newest. Payments come first: what is told of them later names them.
        """
        told = [one for one in reversed(deliveries) if one.notices]
        told.sort(
            key=lambda one: not any(isinstance(notice, SessionPaid) for notice in one.notices)
        )
        ours, faults = set(), []
        for delivery in told:
            try:
                if await self._deliveries.book(connection, delivery):
                    ours.add(delivery.id)
            except (Busy, StoreError):
                raise
            except Exception as error:  # the others are booked all the same
                logger.exception("a payment of %s cannot be booked", connection.id)
                faults.append(_fault(error))
        return ours, faults

    async def _order(
        self, connection: Connection, told: set[str], deliveries: Sequence[Delivery]
    ) -> int:
        """1 when this order was unknown."""
        new = deliveries[0].reports[0].purchase not in told
        found = 0
        for delivery in deliveries:
            sold = any(isinstance(content, Order) for content in delivery.reports)
            outcome = await self._deliveries.report(connection, delivery)
            if new and sold and outcome in FOUND:
                new, found = False, 1
        return found


def _fault(error: Exception) -> str:
    return f"it made an error of the kind {type(error).__name__}"
