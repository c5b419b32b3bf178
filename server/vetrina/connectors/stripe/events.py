"""What Stripe's events say: payments and what is given back of them.

A payment is known by its payment intent, so it counts once whichever events the seller subscribed.
Events hold no line items: the seller puts `sku`, `quantity` and `title` into the metadata.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator

from vetrina.connectors.payload import Currency, Id, buyer_of, money, order_line, read_as, region_of
from vetrina.connectors.port import Opaque
from vetrina.domain.money import Money
from vetrina.domain.selling.order import Order, OrderLine, Report, Reversal

MOST_MINOR = 10**12
# Digits after the decimal point by Stripe's own count, where it is not two. ISK and UGX have none
# in ISO 4217 and two here; MGA has two there and none here.
_DIGITS = {
    **dict.fromkeys(
        "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split(), 0
    ),
    **dict.fromkeys("BHD JOD KWD OMR TND".split(), 3),
}  # fmt: skip


def _id_of(value: object) -> object:
    """An object that Stripe was asked to expand stands for its id."""
    return value.get("id") if isinstance(value, dict) else value


Expandable = Annotated[Id | None, BeforeValidator(_id_of)]
Metadata = Annotated[dict[str, Any], BeforeValidator(lambda value: value or {})]


class _Data(BaseModel):
    object: dict[str, Any]


class StripeEvent(BaseModel):
    """The envelope, in a webhook and in the list of events alike."""

    id: Id
    type: str
    created: int
    livemode: bool
    data: _Data


class _Address(BaseModel):
    country: str | None = None


class _Customer(BaseModel):
    name: str | None = None
    address: _Address | None = None


class _Session(BaseModel):
    id: Id
    payment_status: str
    amount_total: int
    currency: Currency
    payment_intent: Expandable = None
    payment_link: Expandable = None
    metadata: Metadata = {}
    customer_details: _Customer | None = None


class _Intent(BaseModel):
    """`amount_received` is less where a part was captured; early versions do not tell it."""

    id: Id
    amount: int
    amount_received: int | None = None
    currency: Currency
    metadata: Metadata = {}


class _Charge(BaseModel):
    id: Id
    payment_intent: Expandable = None
    amount_refunded: int
    refunded: bool = False
    currency: Currency


class _Refund(BaseModel):
    id: Id
    status: str | None = None
    amount: int
    currency: Currency
    charge: Expandable = None
    payment_intent: Expandable = None


class _Dispute(BaseModel):
    charge: Expandable = None
    payment_intent: Expandable = None


def stripe_reports(event: StripeEvent, opaque: Opaque) -> tuple[Report, ...]:
    """What an event says, however it was read."""
    report = _READERS.get(event.type)
    made = report(event, opaque) if report else None
    return (made,) if made else ()


def _session(event: StripeEvent, opaque: Opaque) -> Order | None:
    session = read_as(_Session, event.data.object)
    if session.payment_status != "paid":
        return None
    customer = session.customer_details or _Customer()
    link = session.payment_link
    return Order(
        purchase=opaque(session.payment_intent or session.id),
        lines=(
            _line(
                session.metadata,
                minor_units(session.amount_total, session.currency),
                [f"payment_link:{link}"] if link else [],
            ),
        ),
        occurred_at=event.created * 1000,
        region=region_of(customer.address.country if customer.address else None),
        test=not event.livemode,
        buyer=buyer_of(session.metadata.items(), customer.name),
    )


def _intent(event: StripeEvent, opaque: Opaque) -> Order:
    intent = read_as(_Intent, event.data.object)
    paid = intent.amount if intent.amount_received is None else intent.amount_received
    return Order(
        purchase=opaque(intent.id),
        lines=(_line(intent.metadata, minor_units(paid, intent.currency), []),),
        occurred_at=event.created * 1000,
        test=not event.livemode,
        buyer=buyer_of(intent.metadata.items(), None),
    )


def _charge_refunded(event: StripeEvent, opaque: Opaque) -> Reversal:
    """`amount_refunded` is the sum of all refunds so far; `refunded` says that it is all."""
    charge = read_as(_Charge, event.data.object)
    so_far = minor_units(charge.amount_refunded, charge.currency)
    return Reversal(
        purchase=opaque(charge.payment_intent or charge.id),
        reason="refunded",
        occurred_at=event.created * 1000,
        so_far=None if charge.refunded else so_far,
    )


def _refund(event: StripeEvent, opaque: Opaque) -> Reversal | None:
    refund = read_as(_Refund, event.data.object)
    payment = refund.payment_intent or refund.charge
    if refund.status != "succeeded" or payment is None:
        return None
    return Reversal(
        purchase=opaque(payment),
        reason="refunded",
        occurred_at=event.created * 1000,
        id=refund.id,
        amount=minor_units(refund.amount, refund.currency),
    )


def _dispute(event: StripeEvent, opaque: Opaque) -> Reversal | None:
    dispute = read_as(_Dispute, event.data.object)
    payment = dispute.payment_intent or dispute.charge
    if payment is None:
        return None
    at = event.created * 1000
    return Reversal(purchase=opaque(payment), reason="disputed", occurred_at=at)


_READERS: dict[str, Callable[[StripeEvent, Opaque], Report | None]] = {
    "checkout.session.completed": _session,
    "checkout.session.async_payment_succeeded": _session,
    "payment_intent.succeeded": _intent,
    "charge.refunded": _charge_refunded,
    "refund.created": _refund,
    "refund.updated": _refund,
    "charge.refund.updated": _refund,
    "charge.dispute.created": _dispute,
}
EVENT_TYPES = tuple(_READERS)


def _line(metadata: Mapping[str, Any], amount: Money, refs: Sequence[str]) -> OrderLine:
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


def minor_units(amount: int, currency: str) -> Money:
    """An amount in Stripe's smallest unit as money of ours."""
    amount = min(max(amount, 0), MOST_MINOR)
    return money(Decimal(amount).scaleb(-_DIGITS.get(currency, 2)), currency)
