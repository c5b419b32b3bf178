"""Withdrawing from the contract (Directive 2011/83/EU, Articles 9 and 11a): the buyer's own act."""

from __future__ import annotations

from vetrina.clock import Clock
from vetrina.domain.selling.fulfilling import withdraw
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.shop.checkouts.changing import OrderWriter
from vetrina.store.ports.checkouts import OrderChange


class Withdrawing:
    """Noted at the moment at which it came; the money goes back by the seller's refund."""

    def __init__(self, writer: OrderWriter, clock: Clock) -> None:
        self._writer = writer
        self._clock = clock

    async def whole(self, order: OwnOrder, days: int) -> OwnOrder:
        """From all that is left of it. A repeat changes nothing.

        Raises Refused: not_paid, deadline_passed.
        """
        at = self._clock.now_ms()

        def change(one: OwnOrder) -> OrderChange | None:
            fact = withdraw(one, {}, at, days=days)
            if fact is None:
                return None
            return OrderChange(id=one.checkout.id, version=one.version, facts=[fact])

        return await self._writer.write(order, change)
