"""What the facts of an order come to: money in, money back, pieces on their way. Pure.

The order in which a provider tells things does not matter: a refund counts once the payment is
known, and one that failed counts for nothing whenever that was told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

from vetrina.domain.selling.checkout import Checkout
from vetrina.domain.selling.order_facts import (
    Delivered,
    DisputeClosed,
    DisputeOpened,
    Expired,
    GivenBack,
    OrderFact,
    Paid,
    PaidInVain,
    PaymentFailed,
    RefundAsked,
    Refunded,
    RefundFailed,
    RefundSent,
    Returned,
    Shipped,
    WithdrawalAsked,
)

RefundState = Literal["asked", "refunded", "failed"]
F = TypeVar("F")


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundSum:
    """A refund by now. `payment` None: of the order's own. Amounts are minor units.

    `done`: it succeeded once, so that its pieces came back, also where it failed afterwards.
    """

    amount: int = 0
    payment: str | None = None
    lines: Mapping[str, int] = field(default_factory=dict)
    line_amounts: Mapping[str, int] = field(default_factory=dict)
    shipping: int = 0
    restock: bool = False
    asked: bool = False
    sent: bool = False
    done: bool = False
    state: RefundState = "asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeSum:
    """A dispute by now; `amount` is 0 where its opening was not told yet."""

    amount: int = 0
    state: Literal["open", "won", "lost"] = "open"


def paid_of(facts: Sequence[OrderFact]) -> Paid | None:
    """The payment that made it an order."""
    return next(_of(facts, Paid), None)


def in_vain(facts: Sequence[OrderFact]) -> tuple[PaidInVain, ...]:
    """Payments that could not become an order."""
    return tuple(_of(facts, PaidInVain))


def is_over(facts: Sequence[OrderFact]) -> bool:
    """Its stock was given back, as no money was to come."""
    return any(isinstance(fact, Expired | GivenBack | PaymentFailed) for fact in facts) or any(
        one.why in ("wrong_amount", "limit_reached") for one in in_vain(facts)
    )


def refunds_of(facts: Sequence[OrderFact]) -> dict[str, RefundSum]:
    """All refunds by their name: ours, the provider's for those that were made there."""
    ours = {fact.provider_id: fact.refund for fact in _of(facts, RefundSent)}
    known: dict[str, RefundSum] = {}
    for fact in facts:
        if isinstance(fact, RefundAsked | RefundSent | Refunded | RefundFailed):
            name = ours.get(fact.refund, fact.refund)
            known[name] = _with(known.get(name, RefundSum()), fact)
    return known


def _with(refund: RefundSum, fact: RefundAsked | RefundSent | Refunded | RefundFailed) -> RefundSum:
    match fact:
        case RefundAsked():
            return replace(
                refund,
                amount=refund.amount or fact.amount.amount,
                payment=fact.payment or refund.payment,
                lines=fact.lines,
                line_amounts=fact.line_amounts,
                shipping=fact.shipping.amount if fact.shipping else 0,
                restock=fact.restock,
                asked=True,
            )
        case RefundSent():
            return replace(refund, sent=True)
        case Refunded():
            state: RefundState = "failed" if refund.state == "failed" else "refunded"
            payment = fact.payment or refund.payment
            return replace(
                refund, amount=fact.amount.amount, payment=payment, done=True, state=state
            )
        case RefundFailed():
            return replace(refund, state="failed")


def own_refunds(facts: Sequence[OrderFact]) -> list[RefundSum]:
    """Refunds of the order's own payment that were asked for or made, and did not fail."""
    vain = {one.payment for one in in_vain(facts)}
    return [
        one
        for one in refunds_of(facts).values()
        if one.state != "failed"
        and (one.asked or one.state == "refunded")
        and (one.payment is None or one.payment not in vain)
    ]


def refunded_in_vain(facts: Sequence[OrderFact]) -> int:
    """How much of payments in vain went back; without another payment all of it is theirs."""
    vain, alone = {one.payment for one in in_vain(facts)}, paid_of(facts) is None
    return sum(
        one.amount
        for one in refunds_of(facts).values()
        if one.state == "refunded" and (alone or (one.payment or "") in vain)
    )


def restocked_pieces(facts: Sequence[OrderFact]) -> dict[str, int]:
    """Pieces by SKU that refunds brought back to the stock."""
    return _added(
        refund.lines for refund in refunds_of(facts).values() if refund.restock and refund.done
    )


def disputes_of(facts: Sequence[OrderFact]) -> dict[str, DisputeSum]:
    """All disputes by their name. One that is closed stays so."""
    known: dict[str, DisputeSum] = {}
    for fact in facts:
        match fact:
            case DisputeOpened():
                dispute = known.get(fact.dispute, DisputeSum())
                known[fact.dispute] = replace(dispute, amount=fact.amount.amount)
            case DisputeClosed():
                dispute = known.get(fact.dispute, DisputeSum())
                known[fact.dispute] = replace(dispute, state="won" if fact.won else "lost")
    return known


def bought(checkout: Checkout) -> dict[str, int]:
    """Pieces by SKU."""
    return {line.sku: line.quantity for line in checkout.lines}


def shipped_pieces(checkout: Checkout, facts: Sequence[OrderFact]) -> dict[str, int]:
    """Pieces by SKU that left; all of them where they arrived."""
    gone = _added(fact.lines for fact in _of(facts, Shipped))
    if not is_delivered(facts):
        return gone
    return {sku: max(due, gone.get(sku, 0)) for sku, due in pieces_to_keep(checkout, facts).items()}


def is_delivered(facts: Sequence[OrderFact]) -> bool:
    """Everything arrived."""
    return any(isinstance(fact, Delivered) for fact in facts)


def left_to_ship(checkout: Checkout, facts: Sequence[OrderFact]) -> dict[str, int]:
    """Pieces by SKU that are still to leave; what was paid back need not."""
    gone = shipped_pieces(checkout, facts)
    left = {sku: due - gone.get(sku, 0) for sku, due in pieces_to_keep(checkout, facts).items()}
    return {sku: pieces for sku, pieces in left.items() if pieces > 0}


def returned_pieces(facts: Sequence[OrderFact]) -> dict[str, int]:
    """Pieces by SKU that came back."""
    return _added(fact.lines for fact in _of(facts, Returned))


def withdrawn_pieces(checkout: Checkout, facts: Sequence[OrderFact]) -> dict[str, int]:
    """Pieces by SKU of which the buyer withdrew."""
    return _added(fact.lines or bought(checkout) for fact in _of(facts, WithdrawalAsked))


def pieces_to_keep(checkout: Checkout, facts: Sequence[OrderFact]) -> dict[str, int]:
    """Pieces by SKU that were bought and not paid back."""
    back = _added(refund.lines for refund in own_refunds(facts))
    return {sku: max(0, pieces - back.get(sku, 0)) for sku, pieces in bought(checkout).items()}


def _added(each: Iterable[Mapping[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for lines in each:
        for sku, pieces in lines.items():
            sums[sku] = sums.get(sku, 0) + pieces
    return sums


def _of(facts: Sequence[OrderFact], kind: type[F]) -> Iterator[F]:
    return (fact for fact in facts if isinstance(fact, kind))
