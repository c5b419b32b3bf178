"""The port of a payment adapter.

PaymentError
├── ProviderAway      it did not answer, or said to come again: the same wish again, same key
└── ProviderRefused   it will not do so: a wrong key, a missing right, an amount it does not take
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from vetrina.domain.money import Money
from vetrina.domain.selling.checkout import Adapter, Checkout

SessionState = Literal["open", "paid", "processing", "expired", "unknown"]
"""processing: the buyer has done all, and the money comes later or not at all."""


class PaymentError(Exception):
    """Base of what goes wrong with a provider."""


class ProviderAway(PaymentError):
    """`retry_after_s` where it said when to come again."""

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class ProviderRefused(PaymentError):
    """`code` is the provider's, the message is for the seller and holds no secret."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class ReturnUrls:
    """Where the provider sends the buyer: absolute addresses of ours. `shop_name` for its page."""

    done: str
    cancelled: str
    shop_name: str


@dataclass(frozen=True, slots=True)
class Redirect:
    """The buyer pays on the provider's page. `session` None: nothing is kept there for us."""

    url: str
    session: str | None = None
    expires_at: int | None = None


@dataclass(frozen=True, slots=True)
class Embedded:
    """The buyer pays in the provider's frame on our page. `script` is the provider's, which makes
    the frame."""

    session: str
    client_secret: str
    publishable_key: str
    expires_at: int | None = None
    script: str = ""


Begun = Redirect | Embedded


@dataclass(frozen=True, slots=True)
class SessionStatus:
    """How a session stands. `email` is only to be hashed and dropped."""

    state: SessionState
    payment: str | None = None
    amount: Money | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class RefundStatus:
    """`state` pending: it may still fail."""

    provider_id: str
    state: Literal["pending", "succeeded", "failed"]


@dataclass(frozen=True, slots=True)
class BuyerDetails:
    """Read from the provider when a seller opens an order; never kept, logged or cached."""

    name: str | None
    email: str | None
    phone: str | None
    address: tuple[str, ...] = ()
    """Lines as they stand on a parcel."""


class Payments(Protocol):
    """An adapter with its keys. Every method but `name`, `holds`, `refunds`, `test` may
    raise PaymentError."""

    name: Adapter
    holds: bool
    """Stock is reserved here while the buyer pays; else it is the other shop's affair."""
    refunds: bool
    """Money goes back through it."""
    test: bool
    """It moves no money: its orders are tests for good."""

    async def begin(self, checkout: Checkout, urls: ReturnUrls) -> Begun:
        """The page to pay on. Asked again for the same checkout it is the same session."""
        ...

    async def expire(self, session: str) -> SessionState:
        """Make sure that it can no longer be paid; `expired` is the only answer that says so."""
        ...

    async def status(self, session: str) -> SessionStatus:
        """How it stands."""
        ...

    async def refund(self, payment: str, amount: Money, refund: str, reason: str) -> RefundStatus:
        """Give money back; `refund` is ours, and the idempotency key."""
        ...

    async def refund_status(self, provider_id: str) -> RefundStatus:
        """How a refund stands, by the provider's name of it."""
        ...

    async def buyer(self, session: str) -> BuyerDetails:
        """Whom to deliver to."""
        ...
