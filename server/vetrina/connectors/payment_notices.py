"""What a payment provider tells of orders of ours, in normal form, and the port that takes it in.

`order` is our id, out of the provider's metadata; None where the provider did not carry it along,
as with a refund that was made in its own dashboard: `payment` finds the order then. Notices come
more than once, late and in any order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from vetrina.domain.money import Money

RefundState = Literal["pending", "succeeded", "failed"]
DisputeState = Literal["open", "won", "lost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPaid:
    """The provider has the money. `email` is only to be hashed and dropped."""

    order: str | None
    session: str
    payment: str | None
    amount: Money
    email: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionProcessing:
    """The buyer has done all; the money comes later or not at all."""

    order: str | None
    session: str
    payment: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFailed:
    """The money that was to come later does not come."""

    order: str | None
    session: str
    payment: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionExpired:
    """It can no longer be paid."""

    order: str | None
    session: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundChanged:
    """How a refund stands. `refund` is ours, None for one that was made at the provider."""

    order: str | None
    payment: str | None
    refund: str | None
    provider_id: str
    amount: Money
    state: RefundState
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeChanged:
    """The buyer's bank asks for the money back, or has decided; `won`: by the seller."""

    order: str | None
    payment: str | None
    dispute: str
    amount: Money
    state: DisputeState


PaymentNotice: TypeAlias = (
    SessionPaid
    | SessionProcessing
    | SessionFailed
    | SessionExpired
    | RefundChanged
    | DisputeChanged
)


class PaymentNotices(Protocol):
    """Whoever books what a provider tells, from webhooks, return pages and polls alike."""

    async def take(
        self, notice: PaymentNotice, connection: str | None = None, *, live: bool | None = None
    ) -> bool:
        """Returns after it is durable: whether it is about an order of ours. `connection` brought
        it, None for the provider itself, who was asked; `live`: it says that real money moved."""
        ...


class NoOrders:
    """Nothing is an order of ours."""

    async def take(
        self, notice: PaymentNotice, connection: str | None = None, *, live: bool | None = None
    ) -> bool:
        return False
