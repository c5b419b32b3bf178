"""Telling the show of its orders: what is paid, given back or lost to a bank, as a shop would."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from vetrina.clock import Clock
from vetrina.domain.money import Money
from vetrina.domain.selling.order import Order, OrderLine, Report, Reversal
from vetrina.domain.selling.order_facts import (
    DisputeClosed,
    OrderFact,
    Paid,
    RefundAsked,
    Refunded,
    RefundFailed,
    Told,
)
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.shop.checkouts.background import Background
from vetrina.shop.checkouts.changing import OrderWriter
from vetrina.shop.checkouts.ports import TellShow
from vetrina.shop.orders.news import OrderChanges
from vetrina.store.errors import Conflict
from vetrina.store.ports.checkouts import CheckoutStore, OrderChange

NEWS: Final = (Paid, Refunded, RefundFailed, DisputeClosed)
ATTEMPTS: Final = 8


class Telling:
    """Tells after each change, and in a sweep what a process that ended did not tell.

    Each delivery has a name, so that the show takes a repeat for what it is.
    """

    def __init__(
        self,
        store: CheckoutStore,
        writer: OrderWriter,
        changes: OrderChanges,
        tell: TellShow,
        clock: Clock,
    ) -> None:
        self._store = store
        self._writer = writer
        self._changes = changes
        self._tell = tell
        self._clock = clock
        self.background = Background("telling the show", self.tell, clock)

    async def heard(self, order: OwnOrder, facts: Sequence[OrderFact]) -> None:
        """An order changed: a listener of `OrderNews`."""
        if order.checkout.show and any(isinstance(fact, NEWS) for fact in facts):
            self.background.start(order.checkout.id)

    async def sweep(self) -> None:
        """Tell what nobody has told."""
        await self.background.sweep(self._store.untold_orders)

    async def tell(self, id: str) -> None:
        """Tell all that is new of an order, and note it. Raises what the show or store raises."""
        for _ in range(ATTEMPTS):
            order = await self._writer.read(id)
            untold = order.facts[_told_until(order.facts) :]
            if order.checkout.show is None or not any(isinstance(one, NEWS) for one in untold):
                return
            for delivery, report in reports_of(order):
                await self._tell(order.checkout.show, delivery, [report])
            try:
                await self._changes.change(
                    OrderChange(id=id, version=order.version, facts=[Told(at=self._clock.now_ms())])
                )
            except Conflict:
                continue  # there may be news by now
            return


def reports_of(order: OwnOrder) -> Iterator[tuple[str, Report]]:
    """All that a show is told of an order, each with the name of its delivery.

    Money that came before anybody knew of a payment is told after it.
    """
    id, facts = order.checkout.id, order.facts
    paid = next((fact for fact in facts if isinstance(fact, Paid)), None)
    if paid is None:
        return
    yield f"{id}:paid", _sale(order, paid)
    asked = {fact.refund: fact for fact in facts if isinstance(fact, RefundAsked)}
    back: dict[str, Reversal] = {}
    for fact in facts:
        if isinstance(fact, Refunded) and fact.payment in {None, paid.payment}:
            back[fact.refund] = _reversal(id, fact, asked.get(fact.refund))
            yield f"{id}:{fact.refund}", back[fact.refund]
        elif isinstance(fact, RefundFailed) and fact.refund in back:
            told = back[fact.refund]
            yield f"{id}:{fact.refund}:failed", _undone(told, fact.at)
        elif isinstance(fact, DisputeClosed) and not fact.won:
            yield (
                f"{id}:{fact.dispute}",
                Reversal(purchase=id, reason="dispute", occurred_at=fact.at),
            )


def _told_until(facts: Sequence[OrderFact]) -> int:
    told = [place for place, fact in enumerate(facts, 1) if isinstance(fact, Told)]
    return told[-1] if told else 0


def _sale(order: OwnOrder, paid: Paid) -> Order:
    checkout = order.checkout
    return Order(
        purchase=checkout.id,
        lines=tuple(
            OrderLine(sku=line.sku, quantity=line.quantity, amount=line.total, title=line.title)
            for line in checkout.lines
        ),
        occurred_at=paid.at,
        bought_at=checkout.created_at,
        test=checkout.test,
        beside=(checkout.shipping,) if checkout.shipping.amount else (),
        reserved=True,
    )


def _reversal(id: str, fact: Refunded, asked: RefundAsked | None) -> Reversal:
    """Pieces where they were named, else the money alone."""
    if asked is not None and asked.lines:
        goods = sum(asked.line_amounts.values())
        return Reversal(
            purchase=id,
            reason="refund",
            occurred_at=fact.at,
            id=fact.refund,
            items=dict(asked.lines),
            amount=Money(goods, fact.amount.currency),
            goods=True,
            as_of=fact.at,
        )
    return Reversal(
        purchase=id,
        reason="refund",
        occurred_at=fact.at,
        id=fact.refund,
        amount=fact.amount,
        as_of=fact.at,
    )


def _undone(told: Reversal, at: int) -> Reversal:
    return Reversal(
        purchase=told.purchase,
        reason=told.reason,
        occurred_at=at,
        id=told.id,
        items=told.items,
        amount=told.amount,
        goods=told.goods,
        undone=True,
        as_of=at,
    )
