"""What Stripe tells of payments of ours: those whose metadata names an order of ours.

A refund that the seller makes at Stripe, and a dispute, hold no metadata of ours: they name the
payment, and whoever takes the notice in knows whether that is of an order of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel

from vetrina.connectors.fields import LISTED, SOFT, Currency, Id, SoftCurrency, SoftText, read_as
from vetrina.connectors.payment_notices import (
    DisputeChanged,
    DisputeState,
    PaymentNotice,
    RefundChanged,
    RefundState,
    SessionExpired,
    SessionFailed,
    SessionPaid,
    SessionProcessing,
)
from vetrina.connectors.stripe.amounts import minor_units
from vetrina.connectors.stripe.models import (
    DisputeBody,
    Expandable,
    Metadata,
    Minor,
    RefundBody,
    SoftMinor,
    StripeEvent,
)

API_VERSION: Final = "2026-10-28.endive"
"""Of every request of ours, and of the events that we ask for."""
ORDER: Final = "vetrina_order"
REFUND: Final = "vetrina_refund"
"""Keys of metadata: our ids of an order and of a refund."""
ADDRESS: Final = "https://api.stripe.com"
_PAID = ("paid", "no_payment_required")
_FAILED = ("failed", "canceled")
_NO_MONEY = ("requires_payment_method", "canceled")

OwnState = Literal["open", "paid", "processing", "expired", "unknown"]


class PayerBody(BaseModel):
    email: SoftText = None


class OwnIntentBody(BaseModel):
    id: Id
    status: SoftText = None


class OwnSessionBody(BaseModel):
    """A Checkout Session that we made."""

    id: Id
    status: SoftText = None
    payment_status: SoftText = None
    amount_total: SoftMinor = None
    currency: SoftCurrency = None
    payment_intent: Any = None
    metadata: Metadata = None
    customer_details: Annotated[PayerBody | None, SOFT] = None

    @property
    def intent(self) -> OwnIntentBody | None:
        """Its id alone, or the whole where Stripe was asked to expand it."""
        told = {"id": self.payment_intent} if isinstance(self.payment_intent, str) else None
        found = self.payment_intent if isinstance(self.payment_intent, dict) else told
        return read_as(OwnIntentBody, found) if found else None

    @property
    def state(self) -> OwnState:
        """How it stands. One that waits for money which will not come is over as well."""
        if self.status in ("open", "expired"):
            return "open" if self.status == "open" else "expired"
        if self.status != "complete":
            return "unknown"
        if self.payment_status in _PAID:
            return "paid"
        intent = self.intent
        return "expired" if intent is not None and intent.status in _NO_MONEY else "processing"


class OwnRefundBody(RefundBody):
    metadata: Metadata = None
    failure_reason: SoftText = None


class RefundList(BaseModel):
    data: Annotated[list[dict[str, Any]], LISTED] = []


class RefundedBody(BaseModel):
    """A charge; only old versions of the interface list its refunds."""

    payment_intent: Expandable = None
    amount_refunded: Minor
    currency: Currency
    refunds: Annotated[RefundList | None, SOFT] = None


def is_ours(event: StripeEvent) -> bool:
    """Whether it says itself that it is of an order of ours: it is then no other shop's."""
    metadata = event.data.object.get("metadata")
    return isinstance(metadata, Mapping) and (ORDER in metadata or REFUND in metadata)


def payment_notices(event: StripeEvent) -> tuple[PaymentNotice, ...]:
    """What an event may say of an order of ours."""
    reader = _READERS.get(event.type)
    return tuple(reader(event)) if reader else ()


def session_notice(session: OwnSessionBody) -> PaymentNotice | None:
    """What a session says, however it was read; None for one that can still be paid."""
    order, intent = _named(session.metadata, ORDER), session.intent
    payment = intent.id if intent else None
    match session.state:
        case "paid" if session.amount_total is not None and session.currency is not None:
            payer = session.customer_details
            return SessionPaid(
                order=order,
                session=session.id,
                payment=payment,
                amount=minor_units(session.amount_total, session.currency),
                email=payer.email if payer else None,
            )
        case "processing":
            return SessionProcessing(order=order, session=session.id, payment=payment)
        case "expired" if session.status == "complete":
            return SessionFailed(order=order, session=session.id, payment=payment)
        case "expired":
            return SessionExpired(order=order, session=session.id)
    return None


def refund_state(status: str | None) -> RefundState:
    """Of Stripe's five states."""
    return "failed" if status in _FAILED else "succeeded" if status == "succeeded" else "pending"


def _session(event: StripeEvent) -> Sequence[PaymentNotice]:
    if not is_ours(event):
        return ()
    session = read_as(OwnSessionBody, event.data.object)
    if event.type == "checkout.session.async_payment_failed":
        intent = session.intent
        failed = SessionFailed(
            order=_named(session.metadata, ORDER),
            session=session.id,
            payment=intent.id if intent else None,
        )
        return (failed,)
    notice = session_notice(session)
    return (notice,) if notice else ()


def _refund(event: StripeEvent) -> Sequence[PaymentNotice]:
    made = read_as(OwnRefundBody, event.data.object)
    return (_refund_notice(made, failed=event.type == "refund.failed"),)


def _refund_notice(made: OwnRefundBody, *, failed: bool = False) -> RefundChanged:
    return RefundChanged(
        order=_named(made.metadata, ORDER),
        payment=made.payment_intent,
        refund=_named(made.metadata, REFUND),
        provider_id=made.id,
        amount=minor_units(made.amount, made.currency),
        state="failed" if failed else refund_state(made.status),
        why=made.failure_reason or "",
    )


def _charge(event: StripeEvent) -> Sequence[PaymentNotice]:
    """The sum says nothing that the refunds do not say themselves."""
    charge = read_as(RefundedBody, event.data.object)
    refunds = [read_as(OwnRefundBody, one) for one in (charge.refunds or RefundList()).data]
    return [_refund_notice(one) for one in refunds]


def _dispute(event: StripeEvent) -> Sequence[PaymentNotice]:
    """An inquiry asks for no money back."""
    dispute = read_as(DisputeBody, event.data.object)
    status = dispute.status or ""
    if status.startswith("warning"):
        return ()
    states: dict[str, DisputeState] = {"won": "won", "lost": "lost"}
    told = DisputeChanged(
        order=_named(event.data.object.get("metadata"), ORDER),
        payment=dispute.payment_intent,
        dispute=dispute.id,
        amount=minor_units(dispute.amount, dispute.currency),
        state=states.get(status, "open"),
    )
    return (told,)


def _named(metadata: object, key: str) -> str | None:
    value = metadata.get(key) if isinstance(metadata, Mapping) else None
    return value if isinstance(value, str) and value else None


_READERS: dict[str, Callable[[StripeEvent], Sequence[PaymentNotice]]] = {
    **dict.fromkeys(
        (
            "checkout.session.completed",
            "checkout.session.async_payment_succeeded",
            "checkout.session.async_payment_failed",
            "checkout.session.expired",
        ),
        _session,
    ),
    **dict.fromkeys(
        ("refund.created", "refund.updated", "refund.failed", "charge.refund.updated"), _refund
    ),
    "charge.refunded": _charge,
    **dict.fromkeys(
        (
            "charge.dispute.created",
            "charge.dispute.updated",
            "charge.dispute.funds_withdrawn",
            "charge.dispute.funds_reinstated",
            "charge.dispute.closed",
        ),
        _dispute,
    ),
}
NOTICE_TYPES: Final = tuple(_READERS)
