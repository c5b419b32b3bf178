"""Fourthwall: orders of merch, signed over the raw body. What fans wrote or paid on top is dropped.

Fourthwall fires ORDER_PLACED for paid orders. Its `webhookId` names the subscription, its `id` the
delivery.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel

from vetrina.connectors.body_signature import BodySignature
from vetrina.connectors.fields import (
    LISTED,
    SOFT,
    Id,
    SoftAmount,
    SoftBool,
    SoftCurrency,
    SoftId,
    SoftMoment,
    SoftText,
    Text,
    read_as,
)
from vetrina.connectors.payload import (
    delivery_id,
    dropped_names,
    money,
    nameless,
    needed_moment,
    order_line,
    parsed,
    references,
    refusing,
    region_of,
)
from vetrina.connectors.port import NO_OPTIONS, Delivery, Headers, Opaque
from vetrina.domain.money import Money
from vetrina.domain.selling.order import Order, OrderLine, Reversal

TYPES = ("ORDER_PLACED", "ORDER_UPDATED")
OVER = ("CANCELLED", "CANCELED", "REFUNDED")


class _Price(BaseModel):
    value: SoftAmount = None
    currency: SoftCurrency = None


class _Variant(BaseModel):
    id: SoftId = None
    sku: SoftText = None
    quantity: SoftAmount = Decimal(1)
    unitPrice: Annotated[_Price | None, SOFT] = None


class _Offer(BaseModel):
    id: SoftId = None
    name: SoftText = None
    variant: Annotated[_Variant | None, SOFT] = None


class _Amounts(BaseModel):
    discount: Annotated[_Price | None, SOFT] = None


class _Address(BaseModel):
    country: SoftText = None


class _Contact(BaseModel):
    address: Annotated[_Address | None, SOFT] = None


class _Order(BaseModel):
    id: Id
    status: SoftText = None
    offers: Annotated[list[Annotated[_Offer | None, SOFT]], LISTED] = []
    amounts: Annotated[_Amounts | None, SOFT] = None
    createdAt: SoftMoment = None
    shipping: Annotated[_Contact | None, SOFT] = None


class _Event(BaseModel):
    id: SoftId = None
    type: Text
    testMode: SoftBool = None
    createdAt: SoftMoment = None
    data: dict[str, Any]


class Fourthwall(BodySignature):
    """Webhooks of a Fourthwall shop."""

    kind = "fourthwall"
    title = "Fourthwall"
    # The second one is for webhooks that belong to an app.
    signature_headers = ("X-Fourthwall-Hmac-SHA256", "X-Fourthwall-Hmac-Apps-SHA256")

    @refusing
    def read(self, headers: Headers, body: bytes, opaque: Opaque) -> Delivery:
        dropped: list[str] = []
        event = read_as(_Event, parsed(body), dropped)
        id = delivery_id(event.id, body)
        if event.type not in TYPES:
            return Delivery(id)
        # An update wraps the order together with what changed of it.
        inner = event.data.get("order")
        order = read_as(_Order, inner if isinstance(inner, dict) else event.data, dropped)
        purchase = opaque(order.id)
        at = needed_moment("createdAt", order.createdAt, event.createdAt)
        if (order.status or "").upper() in OVER:
            reversal = Reversal(purchase=purchase, reason="cancelled", occurred_at=at)
            return Delivery(id, (reversal,), dropped=dropped_names(dropped))
        address = order.shipping.address if order.shipping else None
        paid = Order(
            purchase=purchase,
            lines=tuple(_lines(order)) or (nameless(),),
            occurred_at=at,
            region=region_of(address.country if address else None),
            test=bool(event.testMode),
        )
        return Delivery(id, (paid,), dropped=dropped_names(dropped))

    def sign(
        self,
        headers: Headers,
        body: bytes,
        secret: str,
        now_ms: int,
        options: Mapping[str, str] = NO_OPTIONS,
    ) -> dict[str, str]:
        return {**headers, **self.signed(secret, body)}


def _lines(order: _Order) -> list[OrderLine]:
    offers = [one for one in order.offers if not (one and one.variant) or one.variant.quantity != 0]
    full = [_full(offer) for offer in offers]
    amounts = _paid(full, order.amounts.discount if order.amounts else None)
    return [_line(n, *each) for n, each in enumerate(zip(offers, amounts, strict=True))]


def _line(n: int, offer: _Offer | None, amount: Money | None) -> OrderLine:
    variant = offer.variant if offer else None
    quantity = variant.quantity if variant else None
    if offer is None or variant is None or quantity is None:
        return nameless(key=f"line-{n}")
    return order_line(
        key=f"{offer.id or n}/{variant.id or n}",
        sku=variant.sku,
        refs=references(variant=variant.id, product=offer.id),
        title=offer.name,
        quantity=quantity,
        amount=amount,
    )


def _full(offer: _Offer | None) -> Money | None:
    variant = offer.variant if offer else None
    price = variant.unitPrice if variant else None
    if variant is None or price is None or price.value is None or variant.quantity is None:
        return None
    return money(max(price.value * variant.quantity, Decimal(0)), price.currency)


def _paid(full: list[Money | None], discount: _Price | None) -> list[Money | None]:
    """A discount is given on the whole order: each line bears its share, to the last cent."""
    off = money(discount.value, discount.currency) if discount else None
    if off is None or off.amount <= 0:
        return full
    left, rest = off.amount, sum(line.amount for line in full if line)
    paid: list[Money | None] = []
    for line in full:
        if line is None:
            paid.append(None)
            continue
        share = min(line.amount, left * line.amount // rest) if rest else 0
        rest, left = rest - line.amount, left - share
        paid.append(Money(line.amount - share, line.currency))
    return paid
