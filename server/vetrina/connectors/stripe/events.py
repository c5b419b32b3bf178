"""What Stripe's events say: payments and what is given back of them.

A payment is known by its payment intent, or by its invoice where it belongs to a subscription, so
it counts once whichever events the seller subscribed. Events hold no line items: the seller puts
`sku`, `quantity` and `title` into the metadata. Amounts are without shipping, where that is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from vetrina.connectors.fields import read_as
from vetrina.connectors.payload import buyer_of, order_line, region_of
from vetrina.connectors.port import Opaque
from vetrina.connectors.stripe.amounts import minor_units
from vetrina.connectors.stripe.models import (
    ChargeBody,
    CustomerBody,
    DisputeBody,
    IntentBody,
    InvoiceBody,
    InvoicePaymentBody,
    NamesBody,
    PaymentBody,
    RefundBody,
    SessionBody,
    StripeEvent,
)
from vetrina.connectors.stripe.payments import NOTICE_TYPES, is_ours
from vetrina.domain.money import Money
from vetrina.domain.selling.order import Order, OrderLine, Report, Reversal

# A free order needed no payment.
_PAID = ("paid", "no_payment_required")
_RENEWALS = ("subscription_cycle", "subscription_update", "subscription_threshold")
# Events of the same second: which of them came last.
_RANKS = {
    **dict.fromkeys(("refund.created", "charge.dispute.created"), 0),
    **dict.fromkeys(("refund.updated", "charge.refund.updated", "charge.dispute.updated"), 1),
    "charge.dispute.funds_withdrawn": 2,
    "charge.dispute.closed": 3,
    **dict.fromkeys(("refund.failed", "charge.dispute.funds_reinstated"), 4),
}

Dropped = list[str]


def stripe_reports(event: StripeEvent, opaque: Opaque, dropped: Dropped) -> tuple[Report, ...]:
    """What an event says of another shop's orders, however it was read."""
    if is_ours(event):
        return ()
    report = _READERS.get(event.type)
    made = report(event, opaque, dropped) if report else None
    return (made,) if made else ()


def stripe_payments(event: StripeEvent, opaque: Opaque) -> dict[str, str]:
    """The payments that an event names, each with the invoice that it is of.

    A refund or a dispute names the payment alone, and a subscription's order is its invoice.
    """
    told = event.data.object
    if is_ours(event):
        return {}
    if event.type == INVOICE_PAYMENT:
        body = read_as(InvoicePaymentBody, told, [])
        payment = body.payment or PaymentBody()
        invoice, paid_by = body.invoice, payment.payment_intent or payment.charge
    elif event.type in _NAMES_BOTH:
        names = read_as(NamesBody, told, [])
        invoice, paid_by = names.invoice, names.payment_intent
        if event.type == "payment_intent.succeeded":
            paid_by = str(told.get("id"))
        elif event.type == "invoice.paid":
            invoice = str(told.get("id"))
    else:
        return {}
    return {opaque(paid_by): opaque(invoice)} if paid_by and invoice else {}


def _session(event: StripeEvent, opaque: Opaque, dropped: Dropped) -> Order | None:
    told = event.data.object
    if told.get("mode") == "setup" or told.get("payment_status") == "unpaid":
        return None  # nothing was bought, or not yet; the rest need not be read
    session = read_as(SessionBody, told, dropped)
    if session.payment_status not in _PAID:
        return None
    customer = session.customer_details or CustomerBody()
    link, metadata = session.payment_link, session.metadata or {}
    refs = [f"payment_link:{link}"] if link else []
    amount, beside = _amounts(session.amount_total, session.shipping, session.currency)
    return Order(
        purchase=opaque(session.payment_intent or session.invoice or session.id),
        lines=(_line(metadata, amount, refs),),
        occurred_at=event.created * 1000,
        bought_at=_ms(session.created),
        region=region_of(customer.address.country if customer.address else None),
        test=_is_test(event),
        buyer=buyer_of(metadata.items(), full_name=customer.name),
        beside=beside,
    )


def _intent(event: StripeEvent, opaque: Opaque, dropped: Dropped) -> Order:
    intent = read_as(IntentBody, event.data.object, dropped)
    paid = intent.amount if intent.amount_received is None else intent.amount_received
    amount, _ = _amounts(paid, 0, intent.currency)
    metadata = intent.metadata or {}
    return Order(
        purchase=opaque(intent.invoice or intent.id),
        lines=(_line(metadata, amount, []),),
        occurred_at=event.created * 1000,
        bought_at=_ms(intent.created),
        test=_is_test(event),
        buyer=buyer_of(metadata.items()),
        renewal=intent.description == "Subscription update",
    )


def _invoice(event: StripeEvent, opaque: Opaque, dropped: Dropped) -> Order | None:
    """Of subscriptions alone: a checkout's own invoice is told by its session."""
    reason = event.data.object.get("billing_reason")
    if reason != "subscription_create" and reason not in _RENEWALS:
        return None
    invoice = read_as(InvoiceBody, event.data.object, dropped)
    amount, beside = _amounts(invoice.amount_paid, invoice.shipping, invoice.currency)
    lines = [line.description for line in (invoice.lines.data if invoice.lines else []) if line]
    metadata = {"title": next(filter(None, lines), None), **invoice.all_metadata}
    return Order(
        purchase=opaque(invoice.id),
        lines=(_line(metadata, amount, []),),
        occurred_at=event.created * 1000,
        test=_is_test(event),
        buyer=buyer_of(metadata.items()),
        beside=beside,
        renewal=reason in _RENEWALS,
    )


def _charge_refunded(event: StripeEvent, opaque: Opaque, dropped: Dropped) -> Reversal:
    """`amount_refunded` is the sum of all refunds so far; `refunded` says that it is all."""
    charge = read_as(ChargeBody, event.data.object, dropped)
    return Reversal(
        purchase=opaque(charge.invoice or charge.payment_intent or charge.id),
        reason="refunded",
        occurred_at=event.created * 1000,
        so_far=minor_units(charge.amount_refunded, charge.currency),
        complete=bool(charge.refunded),
        as_of=event.created * 1000,
    )


def _refund(event: StripeEvent, opaque: Opaque, dropped: Dropped) -> Reversal | None:
    refund = read_as(RefundBody, event.data.object, dropped)
    payment = refund.payment_intent or refund.charge
    failed = event.type == "refund.failed" or refund.status in ("failed", "canceled")
    if payment is None or not (failed or refund.status == "succeeded"):
        return None
    return Reversal(
        purchase=opaque(payment),
        reason="refunded",
        occurred_at=event.created * 1000,
        id=refund.id,
        amount=minor_units(refund.amount, refund.currency),
        as_of=_as_of(event),
        undone=failed,
    )


def _dispute(event: StripeEvent, opaque: Opaque, dropped: Dropped) -> Reversal | None:
    """An inquiry takes nothing; a dispute takes its amount until it is won."""
    dispute = read_as(DisputeBody, event.data.object, dropped)
    payment = dispute.payment_intent or dispute.charge
    if payment is None:
        return None
    status = dispute.status or ""
    back = event.type == "charge.dispute.funds_reinstated" or status == "won"
    return Reversal(
        purchase=opaque(payment),
        reason="disputed",
        occurred_at=event.created * 1000,
        id=dispute.id,
        amount=minor_units(dispute.amount, dispute.currency),
        as_of=_as_of(event),
        undone=back or status.startswith("warning"),
        apart=True,
    )


_READERS: dict[str, Callable[[StripeEvent, Opaque, Dropped], Report | None]] = {
    "checkout.session.completed": _session,
    "checkout.session.async_payment_succeeded": _session,
    "payment_intent.succeeded": _intent,
    "invoice.paid": _invoice,
    "charge.refunded": _charge_refunded,
    "refund.created": _refund,
    "refund.updated": _refund,
    "refund.failed": _refund,
    "charge.refund.updated": _refund,
    "charge.dispute.created": _dispute,
    "charge.dispute.updated": _dispute,
    "charge.dispute.funds_withdrawn": _dispute,
    "charge.dispute.funds_reinstated": _dispute,
    "charge.dispute.closed": _dispute,
}
INVOICE_PAYMENT: Final = "invoice_payment.paid"
_NAMES_BOTH = ("invoice.paid", "payment_intent.succeeded", "charge.refunded")
EVENT_TYPES = tuple(dict.fromkeys((*_READERS, INVOICE_PAYMENT, *NOTICE_TYPES)))


def _as_of(event: StripeEvent) -> int:
    """Stripe tells whole seconds."""
    return event.created * 1000 + _RANKS[event.type]


def _is_test(event: StripeEvent) -> bool:
    return event.live is False


def _ms(seconds: int | None) -> int | None:
    return None if seconds is None else max(0, seconds) * 1000


def _amounts(
    total: int | None, shipping: int, currency: str | None
) -> tuple[Money | None, tuple[Money, ...]]:
    """What was paid for goods, and beside them."""
    if total is None or currency is None:
        return None, ()
    beside = min(shipping, max(0, total))
    rest = (minor_units(beside, currency),) if beside else ()
    return minor_units(total - beside, currency), rest


def _line(metadata: Mapping[str, Any], amount: Money | None, refs: Sequence[str]) -> OrderLine:
    said = {key: str(metadata[key]) for key in ("sku", "quantity", "title") if metadata.get(key)}
    quantity = said.get("quantity", "1")
    return order_line(
        key="payment",
        sku=said.get("sku"),
        refs=refs,
        title=said.get("title") or (None if said.get("sku") else "Order"),
        quantity=int(quantity[:9]) if quantity.isascii() and quantity.isdigit() else 1,
        amount=amount,
    )
