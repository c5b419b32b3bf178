"""An order of ours: a checkout and what has happened to it since, on its axes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from vetrina.domain.selling.checkout import Checkout
from vetrina.domain.selling.order_facts import (
    DisputeClosed,
    OrderFact,
    Paid,
    PaidInVain,
    PaymentStarted,
    Refunded,
    RefundFailed,
    SessionMade,
    Told,
)
from vetrina.domain.selling.order_sums import (
    disputes_of,
    in_vain,
    is_delivered,
    is_over,
    left_to_ship,
    own_refunds,
    paid_of,
    refunded_in_vain,
    returned_pieces,
    shipped_pieces,
)

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

    @property
    def standing(self) -> Standing:
        """Where it stands by now."""
        return standing_of(self.checkout, self.facts)

    @property
    def is_listed(self) -> bool:
        """Money came for it or is on its way, also in vain: sellers see it, under a number."""
        kinds = Paid | PaidInVain
        came = any(isinstance(fact, kinds) for fact in self.facts)
        return came or self.standing.order in {"placed", "closed"}


def standing_of(checkout: Checkout, facts: Sequence[OrderFact]) -> Standing:
    """What the facts come to, on each axis."""
    money = _money(facts)
    dispute = _dispute(facts)
    fulfilment = _fulfilment(checkout, facts)
    return Standing(_order(facts, money, dispute, fulfilment), money, dispute, fulfilment)


def _money(facts: Sequence[OrderFact]) -> MoneyAxis:
    paid = paid_of(facts)
    if paid is not None:
        back = sum(one.amount for one in own_refunds(facts) if one.state == "refunded")
        return _paid_back(paid.amount.amount, back)
    vain = in_vain(facts)
    if vain:
        return _paid_back(sum(one.amount.amount for one in vain), refunded_in_vain(facts))
    if is_over(facts):
        return "none"
    begun = any(isinstance(fact, SessionMade | PaymentStarted) for fact in facts)
    return "awaiting" if begun else "none"


def _paid_back(paid: int, back: int) -> MoneyAxis:
    if back <= 0:
        return "paid"
    return "partly_refunded" if back < paid else "refunded"


def _dispute(facts: Sequence[OrderFact]) -> DisputeAxis:
    """Of several the one that costs most."""
    states = {dispute.state for dispute in disputes_of(facts).values()}
    worst: tuple[DisputeAxis, ...] = ("open", "lost", "won")
    return next((state for state in worst if state in states), "none")


def _fulfilment(checkout: Checkout, facts: Sequence[OrderFact]) -> FulfilmentAxis:
    gone = sum(shipped_pieces(checkout, facts).values())
    if not gone:
        return "open"
    if sum(returned_pieces(facts).values()) >= gone:
        return "returned"
    if is_delivered(facts):
        return "delivered"
    return "partly_shipped" if left_to_ship(checkout, facts) else "shipped"


def _order(
    facts: Sequence[OrderFact], money: MoneyAxis, dispute: DisputeAxis, fulfilment: FulfilmentAxis
) -> OrderAxis:
    """Closed: there is nothing left to do."""
    if paid_of(facts) is not None:
        if money == "refunded":
            return "cancelled" if fulfilment == "open" else "closed"
        done = fulfilment in {"delivered", "returned"} and dispute != "open"
        return "closed" if done else "placed"
    if in_vain(facts) or is_over(facts):
        return "cancelled"
    started = any(isinstance(fact, PaymentStarted) for fact in facts)
    return "placed" if started else "open"


def untold_since(facts: Iterable[OrderFact]) -> int | None:
    """Since when the show does not know of money that came or went; None where it knows all."""
    since: int | None = None
    paid = False
    for one in facts:
        paid = paid or isinstance(one, Paid)
        if isinstance(one, Told):
            since = None
        elif paid and isinstance(one, _FOR_THE_SHOW) and since is None:
            since = one.at
    return since


_FOR_THE_SHOW = (Paid, Refunded, RefundFailed, DisputeClosed)
