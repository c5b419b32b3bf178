"""How a checkout stands, in the words that its buyer is told. Pure."""

from __future__ import annotations

from typing import Literal

from vetrina.domain.selling.order_facts import (
    Expired,
    GivenBack,
    Paid,
    PaidInVain,
    PaymentFailed,
    PaymentStarted,
)
from vetrina.domain.selling.own_order import OwnOrder

BuyerStatus = Literal["open", "processing", "paid", "over"]
"""processing: the buyer has done all, and the money is on its way."""


def status_of(order: OwnOrder) -> tuple[BuyerStatus, str | None]:
    """The status, and why it is over: expired, given_back, payment_failed, or why money that came
    goes back: sold_out, limit_reached, wrong_amount."""
    status: BuyerStatus = "open"
    why: str | None = None
    for fact in order.facts:
        match fact:
            case Paid():
                return "paid", None
            case PaymentStarted():
                status = "processing"
            case Expired():
                status, why = "over", "expired"
            case GivenBack():
                status, why = "over", "given_back"
            case PaymentFailed():
                status, why = "over", "payment_failed"
            case PaidInVain():
                status, why = "over", fact.why
    return status, why
