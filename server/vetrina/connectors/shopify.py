"""Shopify: orders and refunds, signed over the raw body.

The signature carries no time. A replay is harmless: the delivery, the order and the refund each
count once. Amounts are what the buyer paid for the lines, without shipping.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

from vetrina.connectors.payload import (
    Amount,
    Currency,
    Id,
    Moment,
    buyer_of,
    delivery_id,
    milliseconds,
    money,
    order_line,
    parsed,
    read_as,
    refusing,
    region_of,
)
from vetrina.connectors.port import (
    NO_OPTIONS,
    NOT_PAID,
    WRONG_SECRET,
    BadSignature,
    Connector,
    Delivery,
    Headers,
    Opaque,
)
from vetrina.connectors.signatures import base64_mac, digest, is_one_of
from vetrina.domain.money import Money
from vetrina.domain.selling.order import Order, OrderLine, Report, Reversal

SIGNATURE = "x-shopify-hmac-sha256"
TOPIC = "x-shopify-topic"
DELIVERY = "x-shopify-webhook-id"
ORDER_TOPICS = ("orders/create", "orders/paid", "orders/updated", "orders/cancelled")
PAID = ("paid", "partially_refunded")
OVER = ("refunded", "voided")

Listed = BeforeValidator(lambda value: value or [])


class _Discount(BaseModel):
    amount: Amount


class _Tax(BaseModel):
    price: Amount


class _Line(BaseModel):
    id: Id
    quantity: Annotated[int, Field(ge=0, le=100_000)]
    price: Amount
    title: str | None = None
    sku: str | None = None
    product_id: Id | None = None
    variant_id: Id | None = None
    discount_allocations: Annotated[list[_Discount], Listed] = []
    tax_lines: Annotated[list[_Tax], Listed] = []


class _RefundedLine(BaseModel):
    line_item_id: Id
    quantity: Annotated[int, Field(ge=0, le=100_000)]


class _Transaction(BaseModel):
    kind: str = ""
    status: str = ""
    amount: Amount = Decimal(0)
    currency: Currency | None = None


class _Adjustment(BaseModel):
    kind: str = ""
    amount: Amount = Decimal(0)


class _Refund(BaseModel):
    id: Id
    created_at: Moment | None = None
    refund_line_items: Annotated[list[_RefundedLine], Listed] = []
    transactions: Annotated[list[_Transaction], Listed] = []
    order_adjustments: Annotated[list[_Adjustment], Listed] = []


class _RefundTopic(_Refund):
    order_id: Id


class _Attribute(BaseModel):
    name: str
    value: Any = None


class _Customer(BaseModel):
    first_name: str | None = None


class _Address(BaseModel):
    country_code: str | None = None


class _Order(BaseModel):
    id: Id
    created_at: Moment
    processed_at: Moment | None = None
    currency: Currency
    financial_status: str | None = None
    total_price: Amount | None = None
    test: bool | None = None
    confirmed: bool | None = None
    cancelled_at: Moment | None = None
    taxes_included: bool = True
    line_items: Annotated[list[_Line], Listed] = []
    refunds: Annotated[list[_Refund], Listed] = []
    note_attributes: Annotated[list[_Attribute], Listed] = []
    customer: _Customer | None = None
    shipping_address: _Address | None = None
    billing_address: _Address | None = None


class Shopify(Connector):
    """Webhooks of a Shopify shop, made in its settings or by an app."""

    kind = "shopify"
    title = "Shopify"

    def verify(
        self,
        headers: Headers,
        body: bytes,
        secrets: Sequence[str],
        now_ms: int,
        options: Mapping[str, str] = NO_OPTIONS,
    ) -> None:
        given = _header(headers, SIGNATURE)
        if not given:
            raise BadSignature.missing("X-Shopify-Hmac-Sha256")
        if not is_one_of(given, [base64_mac(secret, body) for secret in secrets]):
            raise BadSignature(WRONG_SECRET)

    @refusing
    def read(self, headers: Headers, body: bytes, opaque: Opaque) -> Delivery:
        payload = parsed(body)
        id = delivery_id(_header(headers, DELIVERY) or digest(body))
        topic = _header(headers, TOPIC)
        if topic == "refunds/create":
            refund = read_as(_RefundTopic, payload)
            return Delivery(id, _refunds([refund], opaque(refund.order_id), None))
        if topic not in ORDER_TOPICS:
            return Delivery(id)
        order = read_as(_Order, payload)
        if order.test and not order.confirmed:
            # "Send test notification": one sample, the same order every time, void and cancelled.
            return Delivery(id, (_paid(order, opaque(f"{order.id} {id}")),))
        return Delivery(id, tuple(_reports(order, topic, opaque(order.id))), NOT_PAID)

    def sign(
        self,
        headers: Headers,
        body: bytes,
        secret: str,
        now_ms: int,
        options: Mapping[str, str] = NO_OPTIONS,
    ) -> dict[str, str]:
        fresh = {DELIVERY: str(uuid.uuid4()), SIGNATURE: base64_mac(secret, body)}
        return {TOPIC: "orders/paid", **headers, **fresh}


def _header(headers: Headers, name: str) -> str:
    """Shopify's newer events leave the `X-` away."""
    return headers.get(name) or headers.get(name.removeprefix("x-")) or ""


def _reports(order: _Order, topic: str, purchase: str) -> Sequence[Report]:
    """What is taken back comes first, so that nothing is told that no longer stands."""
    if topic == "orders/cancelled" or order.cancelled_at or order.financial_status in OVER:
        cancelled = order.financial_status not in OVER
        at = milliseconds(order.cancelled_at or order.created_at)
        reason = "cancelled" if cancelled else "refunded"
        return [Reversal(purchase=purchase, reason=reason, occurred_at=at)]
    if order.financial_status not in PAID:
        return []
    return [*_refunds(order.refunds, purchase, order.currency), _paid(order, purchase)]


def _paid(order: _Order, purchase: str) -> Order:
    address = order.shipping_address or order.billing_address or _Address()
    attributes = [(attribute.name, attribute.value) for attribute in order.note_attributes]
    first_name = order.customer.first_name if order.customer else None
    return Order(
        purchase=purchase,
        lines=tuple(_line(line, order) for line in order.line_items if line.quantity)
        or (_nameless(order),),
        occurred_at=milliseconds(order.processed_at or order.created_at),
        region=region_of(address.country_code),
        test=bool(order.test),
        buyer=buyer_of(attributes, first_name),
    )


def _line(line: _Line, order: _Order) -> OrderLine:
    off = sum((discount.amount for discount in line.discount_allocations), Decimal(0))
    amount = line.price * line.quantity - off
    if not order.taxes_included:
        amount += sum((tax.price for tax in line.tax_lines), Decimal(0))
    refs = {"variant": line.variant_id, "product": line.product_id}
    return order_line(
        key=line.id,
        sku=line.sku,
        refs=[f"{kind}:{id}" for kind, id in refs.items() if id],
        title=line.title,
        quantity=line.quantity,
        amount=money(max(amount, Decimal(0)), order.currency),
    )


def _nameless(order: _Order) -> OrderLine:
    """The shop sends no lines: the order counts all the same."""
    total = None if order.total_price is None else money(order.total_price, order.currency)
    return OrderLine("order", 1, total, "Order")


def _refunds(
    refunds: Sequence[_Refund], purchase: str, currency: str | None
) -> tuple[Reversal, ...]:
    made = (_refund(refund, purchase, currency) for refund in refunds)
    return tuple(reversal for reversal in made if not reversal.whole)


def _refund(refund: _Refund, purchase: str, currency: str | None) -> Reversal:
    """Pieces take their share of the line; only a refund without pieces is known by its amount."""
    items: dict[str, int] = {}
    for line in refund.refund_line_items:
        if line.quantity:
            items[line.line_item_id] = items.get(line.line_item_id, 0) + line.quantity
    return Reversal(
        purchase=purchase,
        reason="refunded",
        occurred_at=milliseconds(refund.created_at) if refund.created_at else 0,
        items=items,
        id=refund.id,
        amount=None if items else _refunded_amount(refund, currency),
    )


def _refunded_amount(refund: _Refund, currency: str | None) -> Money | None:
    """What went back for the goods: shipping was never counted, so its refund is not either."""
    paid = [t for t in refund.transactions if t.kind == "refund" and t.status == "success"]
    adjusted = (a.amount for a in refund.order_adjustments if a.kind == "shipping_refund")
    amount = sum((t.amount for t in paid), Decimal(0)) - abs(sum(adjusted, Decimal(0)))
    currency = currency or next((t.currency for t in paid if t.currency), None)
    return money(amount, currency) if currency and amount > 0 else None
