"""An order of ours: a checkout and what has happened to it since, on its axes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from vetrina.domain.selling import order_facts as fact
from vetrina.domain.selling.checkout import Checkout
from vetrina.domain.selling.order_facts import OrderFact

OrderAxis = Literal["open", "placed", "closed", "cancelled"]
MoneyAxis = Literal["none", "awaiting", "paid", "partly_refunded", "refunded"]
DisputeAxis = Literal["none", "open", "won", "lost"]
FulfilmentAxis = Literal["open", "partly_shipped", "shipped", "delivered", "returned"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an order stands."""

    order: OrderAxis = "open"
    money: MoneyAxis = "none"
    dispute: DisputeAxis = "none"
    fulfilment: FulfilmentAxis = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnOrder:
    """`facts` are its whole log: their number is its version. `number` is what people call it,
    None until it is placed, like `placed_at`."""

    checkout: Checkout
    expires_at: int
    number: int | None = None
    placed_at: int | None = None
    facts: tuple[OrderFact, ...] = ()

    @property
    def version(self) -> int:
        """How many facts there are."""
        return len(self.facts)


def standing_of(facts: Iterable[OrderFact]) -> Standing:
    """What the facts come to."""
    standing = Standing()
    for one in facts:
        standing = _after(standing, one)
    return standing


def _after(now: Standing, one: OrderFact) -> Standing:
    if isinstance(one, fact.SessionMade) and now.money == "none":
        return replace(now, money="awaiting")
    if isinstance(one, fact.PaymentStarted):
        return replace(now, order="placed", money="awaiting")
    if isinstance(one, fact.Paid):
        return replace(now, order="placed", money="paid")
    if isinstance(one, fact.PaymentFailed | fact.Expired | fact.GivenBack):
        return replace(now, order="cancelled", money="none")
    return now


def untold_since(facts: Iterable[OrderFact]) -> int | None:
    """Since when the show does not know of money that came or went; None where it knows all."""
    since: int | None = None
    paid = False
    for one in facts:
        paid = paid or isinstance(one, fact.Paid)
        if isinstance(one, fact.Told):
            since = None
        elif paid and isinstance(one, _FOR_THE_SHOW) and since is None:
            since = one.at
    return since


_FOR_THE_SHOW = (fact.Paid, fact.Refunded, fact.RefundFailed, fact.DisputeClosed)
