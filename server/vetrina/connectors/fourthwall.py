"""Fourthwall: orders of merch, signed over the raw body. What fans wrote or paid on top is dropped.

Fourthwall fires ORDER_PLACED for paid orders. Its `webhookId` names the subscription, its `id` the
delivery.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

from vetrina.connectors.payload import (
    Amount,
    Currency,
    Id,
    Moment,
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
    WRONG_SECRET,
    BadSignature,
    Connector,
    Delivery,
    Headers,
    Opaque,
)
from vetrina.connectors.signatures import base64_mac, is_one_of
from vetrina.domain.money import Money
from vetrina.domain.selling.order import Order, OrderLine, Reversal

# The second name is for webhooks that belong to an app.
SIGNATURES = ("x-fourthwall-hmac-sha256", "x-fourthwall-hmac-apps-sha256")
TYPES = ("ORDER_PLACED", "ORDER_UPDATED")
OVER = ("CANCELLED", "CANCELED", "REFUNDED")

_Listed = BeforeValidator(lambda value: value or [])


class _Price(BaseModel):
    value: Amount
    currency: Currency


class _Variant(BaseModel):
    id: Id
    sku: str | None = None
    quantity: Annotated[int, Field(ge=0, le=100_000)] = 1
    unitPrice: _Price


class _Offer(BaseModel):
    id: Id
    name: str | None = None
    variant: _Variant


class _Amounts(BaseModel):
    discount: _Price | None = None


class _Address(BaseModel):
    country: str | None = None


class _Contact(BaseModel):
    address: _Address | None = None


class _Order(BaseModel):
    id: Id
    status: str
    offers: Annotated[list[_Offer], _Listed] = []
    amounts: _Amounts = _Amounts()
    createdAt: Moment | None = None
    shipping: _Contact | None = None


class _Event(BaseModel):
    id: Id
    type: str
    testMode: bool = False
    createdAt: Moment
    data: dict[str, Any]


class Fourthwall(Connector):
    """Webhooks of a Fourthwall shop."""

    kind = "fourthwall"
    title = "Fourthwall"

    def verify(
        self,
        headers: Headers,
        body: bytes,
        secrets: Sequence[str],
        now_ms: int,
        options: Mapping[str, str] = NO_OPTIONS,
    ) -> None:
        given = next((headers[name] for name in SIGNATURES if headers.get(name)), None)
        if given is None:
            raise BadSignature.missing("X-Fourthwall-Hmac-SHA256")
        if not is_one_of(given, [base64_mac(secret, body) for secret in secrets]):
            raise BadSignature(WRONG_SECRET)

    @refusing
    def read(self, headers: Headers, body: bytes, opaque: Opaque) -> Delivery:
        event = read_as(_Event, parsed(body))
        id = delivery_id(event.id)
        if event.type not in TYPES:
            return Delivery(id)
        # An update wraps the order together with what changed of it.
        inner = event.data.get("order")
        order = read_as(_Order, inner if isinstance(inner, dict) else event.data)
        purchase, at = opaque(order.id), milliseconds(order.createdAt or event.createdAt)
        if order.status.upper() in OVER:
            return Delivery(id, (Reversal(purchase=purchase, reason="cancelled", occurred_at=at),))
        address = order.shipping.address if order.shipping else None
        paid = Order(
            purchase=purchase,
            lines=tuple(_lines(order)) or (OrderLine("order", 1, None, "Order"),),
            occurred_at=at,
            region=region_of(address.country if address else None),
            test=event.testMode,
        )
        return Delivery(id, (paid,))

    def sign(
        self,
        headers: Headers,
        body: bytes,
        secret: str,
        now_ms: int,
        options: Mapping[str, str] = NO_OPTIONS,
    ) -> dict[str, str]:
        return {**headers, SIGNATURES[0]: base64_mac(secret, body)}


def _lines(order: _Order) -> list[OrderLine]:
    offers = [offer for offer in order.offers if offer.variant.quantity]
    amounts = _paid([_full(offer) for offer in offers], order.amounts.discount)
    return [
        order_line(
            key=f"{offer.id}/{offer.variant.id}",
            sku=offer.variant.sku,
            refs=[f"variant:{offer.variant.id}", f"product:{offer.id}"],
            title=offer.name,
            quantity=offer.variant.quantity,
            amount=amount,
        )
        for offer, amount in zip(offers, amounts, strict=True)
    ]


def _full(offer: _Offer) -> Money:
    price = offer.variant.unitPrice
    return money(max(price.value * offer.variant.quantity, Decimal(0)), price.currency)


def _paid(full: list[Money], discount: _Price | None) -> list[Money]:
    """A discount is given on the whole order: each line bears its share, to the last cent."""
    if discount is None or discount.value <= 0:
        return full
    left = money(discount.value, discount.currency).amount
    rest = sum(line.amount for line in full)
    paid = []
    for line in full:
        share = min(line.amount, left * line.amount // rest) if rest else 0
        rest, left = rest - line.amount, left - share
        paid.append(Money(line.amount - share, line.currency))
    return paid
