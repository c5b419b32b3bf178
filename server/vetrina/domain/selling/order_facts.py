"""What happens to an order of ours, in the past tense. Its log is these facts, in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from vetrina.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fact:
    """`at` is the server's time in ms."""

    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionAsked(_Fact):
    """The payment provider is asked for a page: from now on there may be one, known here or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionMade(_Fact):
    """The payment provider keeps a page for it. `session` is the provider's name of it."""

    session: str
    expires_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentStarted(_Fact):
    """The buyer has done all; the money comes later, as with a bank debit."""

    payment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid(_Fact):
    """The provider has the money. `late`: its stock had been given back and was taken again.

    `payer` is a salted hash of the payer's e-mail.
    """

    payment: str | None
    amount: Money
    late: bool = False
    payer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFailed(_Fact):
    """No money will come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired(_Fact):
    """Its time was over, and the provider says that it can no longer be paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenBack(_Fact):
    """The buyer gave it back, or began another in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidInVain(_Fact):
    """Money came that cannot become an order; it goes back whole. `why` is a code:
    sold_out, limit_reached, duplicate, wrong_amount."""

    payment: str | None
    amount: Money
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundAsked(_Fact):
    """Money is to go back. `lines` are pieces by SKU, `shipping` is contained in `amount`.

    `refund` is ours, and the provider's idempotency key; `reason` is a code. `line_amounts` are the
    minor units of the pieces, by SKU. `payment` is the one that goes back; None for that of the
    order.
    """

    refund: str
    amount: Money
    payment: str | None = None
    lines: Mapping[str, int] = field(default_factory=dict)
    line_amounts: Mapping[str, int] = field(default_factory=dict)
    shipping: Money | None = None
    restock: bool = False
    reason: str = "requested_by_customer"
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundSent(_Fact):
    """The provider has taken the wish in. `provider_id` is its name of it."""

    refund: str
    provider_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunded(_Fact):
    """Money went back. One that was made at the provider itself was never asked for here."""

    refund: str
    amount: Money
    payment: str | None = None
    provider_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFailed(_Fact):
    """It did not go back, also after it had seemed so."""

    refund: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeOpened(_Fact):
    """The buyer's bank asks for the money back."""

    dispute: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeClosed(_Fact):
    """`won`: by the seller."""

    dispute: str
    won: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped(_Fact):
    """A parcel is on its way: pieces by SKU."""

    shipment: str
    lines: Mapping[str, int]
    carrier: str = ""
    tracking: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered(_Fact):
    """Everything arrived."""

    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned(_Fact):
    """Pieces came back: by SKU."""

    lines: Mapping[str, int]
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalAsked(_Fact):
    """The buyer withdrew from the contract (Directive (EU) 2023/2673): pieces by SKU, all of them
    where none are named."""

    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(_Fact):
    """The show was told of it, so that it need not be told again."""


OrderFact: TypeAlias = (
    SessionAsked
    | SessionMade
    | PaymentStarted
    | Paid
    | PaymentFailed
    | Expired
    | GivenBack
    | PaidInVain
    | RefundAsked
    | RefundSent
    | Refunded
    | RefundFailed
    | DisputeOpened
    | DisputeClosed
    | Shipped
    | Delivered
    | Returned
    | WithdrawalAsked
    | Told
)
