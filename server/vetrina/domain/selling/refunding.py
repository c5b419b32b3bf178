"""What can go back of an order, and what becomes of a wish for it. Pure.

A refund that was asked for counts as gone until it fails, so that never more goes back than was
paid, however many are on their way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from vetrina.domain.errors import InvalidValue, Refused
from vetrina.domain.money import Money
from vetrina.domain.selling.allocation import share_of, spread
from vetrina.domain.selling.checkout import Checkout
from vetrina.domain.selling.order_facts import OrderFact, RefundAsked
from vetrina.domain.selling.order_sums import (
    RefundSum,
    disputes_of,
    own_refunds,
    paid_of,
    refunds_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundWish:
    """Pieces of lines with or without the shipping, an amount, or with neither all that is left.

    `refund` is our name of it; the same one again is the same wish.
    """

    refund: str
    lines: Mapping[str, int] = field(default_factory=dict)
    amount: Money | None = None
    shipping: bool = False
    restock: bool = False
    reason: str = "requested_by_customer"
    by: str | None = None

    def __post_init__(self) -> None:
        if self.amount is not None and (self.lines or self.shipping):
            raise InvalidValue("amount", "expected either lines and shipping, or an amount")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refundable:
    """What has not gone back: in all, pieces by SKU with their worth in minor units, shipping.

    `amount` is less than the others together where a part went back that is of no line.
    """

    amount: Money
    pieces: Mapping[str, int]
    worth: Mapping[str, int]
    shipping: Money


def refundable(checkout: Checkout, facts: Sequence[OrderFact]) -> Refundable:
    """Nothing before it is paid, and nothing of what a buyer's bank asks for or took."""
    paid = paid_of(facts)
    back = own_refunds(facts)
    gone = sum(one.amount for one in back)
    disputed = sum(one.amount for one in disputes_of(facts).values() if one.state != "won")
    received = paid.amount.amount if paid else 0
    shipping = checkout.shipping.amount - sum(one.shipping for one in back)
    return Refundable(
        amount=Money(max(0, received - gone - disputed), checkout.currency),
        pieces={line.sku: line.quantity - _pieces(back, line.sku) for line in checkout.lines},
        worth={line.sku: line.total.amount - _worth(back, line.sku) for line in checkout.lines},
        shipping=Money(max(0, shipping), checkout.currency),
    )


def ask_refund(
    checkout: Checkout, facts: Sequence[OrderFact], wish: RefundWish, at: int
) -> RefundAsked | None:
    """The fact, or None where it is asked for already.

    Raises Refused: refund_too_large (with what is left), unknown_sku, wrong_currency, out_of_range.
    """
    if wish.refund in refunds_of(facts):
        return None
    left = refundable(checkout, facts)
    if wish.amount is not None:
        lines, worth, shipping, amount = {}, {}, 0, _asked_amount(wish.amount, left)
    elif wish.lines or wish.shipping:
        lines = _asked_pieces(wish.lines, left)
        worth = line_worth(checkout, facts, lines)
        shipping = left.shipping.amount if wish.shipping else 0
        amount = sum(worth.values()) + shipping
    else:
        amount = left.amount.amount
        lines = {sku: pieces for sku, pieces in left.pieces.items() if pieces > 0}
        shipping = min(left.shipping.amount, amount)
        worth = _of_the_rest(left, amount - shipping)
    if amount > left.amount.amount or (amount < 1 and not left.amount.amount):
        raise _too_large(left)
    if amount < 1:
        raise Refused("out_of_range", "There is no money to give back for this.")
    return RefundAsked(
        at=at,
        refund=wish.refund,
        amount=Money(amount, checkout.currency),
        lines=lines,
        line_amounts=worth,
        shipping=Money(shipping, checkout.currency) if shipping else None,
        restock=wish.restock,
        reason=wish.reason,
        by=wish.by,
    )


def line_worth(
    checkout: Checkout, facts: Sequence[OrderFact], lines: Mapping[str, int]
) -> dict[str, int]:
    """What these pieces are worth after those that went back: one by one they add up to what was
    paid for their line, whatever failed in between."""
    back = own_refunds(facts)
    worth = {}
    for line in checkout.lines:
        if pieces := lines.get(line.sku, 0):
            gone = _pieces(back, line.sku) + pieces
            share = share_of(line.total.amount, gone, line.quantity)
            worth[line.sku] = max(0, share - _worth(back, line.sku))
    return worth


def _asked_amount(amount: Money, left: Refundable) -> int:
    if amount.currency != left.amount.currency:
        message = f"Expected an amount in {left.amount.currency}, got {amount.currency}."
        raise Refused("wrong_currency", message)
    if amount.amount < 1:
        raise Refused("out_of_range", f"Expected 1 minor unit or more, got {amount.amount}.")
    return amount.amount


def _asked_pieces(lines: Mapping[str, int], left: Refundable) -> dict[str, int]:
    for sku, pieces in lines.items():
        if sku not in left.pieces:
            raise Refused("unknown_sku", f"There is no {sku} in this order.")
        if pieces < 1:
            raise Refused("out_of_range", f"Expected 1 piece of {sku} or more, got {pieces}.")
        if pieces > left.pieces[sku]:
            raise _too_large(left)
    return dict(lines)


def _of_the_rest(left: Refundable, goods: int) -> dict[str, int]:
    """The rest over the lines; a part that went back before without a line is out of it."""
    skus = [sku for sku, worth in left.worth.items() if worth > 0]
    weights = [left.worth[sku] for sku in skus]
    return dict(zip(skus, spread(min(goods, sum(weights)), weights), strict=True))


def _too_large(left: Refundable) -> Refused:
    return Refused(
        "refund_too_large",
        f"There are {left.amount.decimal()} {left.amount.currency} left to give back.",
        {
            "left": asdict(left.amount),
            "lines": dict(left.pieces),
            "shipping": asdict(left.shipping),
        },
    )


def _pieces(back: Sequence[RefundSum], sku: str) -> int:
    return sum(one.lines.get(sku, 0) for one in back)


def _worth(back: Sequence[RefundSum], sku: str) -> int:
    return sum(one.line_amounts.get(sku, 0) for one in back)
