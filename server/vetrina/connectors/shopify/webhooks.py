"""Shopify: orders and refunds, signed over the raw body.

The signature covers the body alone, so what a body says counts and not its topic: a delivery that
was captured could be sent again under another one. It carries no time either. A replay is harmless:
the delivery, the order and the refund each count once. Each order comes whole, and the newest state
of it counts. Amounts are what the buyer paid for the lines, without shipping, in the shop's own
currency.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from decimal import Decimal

from vetrina.connectors.body_signature import BodySignature, first_header
from vetrina.connectors.fields import read_as
from vetrina.connectors.payload import (
    buyer_of,
    delivery_id,
    dropped_names,
    first_moment,
    milliseconds,
    money,
    nameless,
    needed_moment,
    order_line,
    parsed,
    references,
    refusing,
    region_of,
)
from vetrina.connectors.port import NO_OPTIONS, Delivery, Headers, Opaque, Reason
from vetrina.connectors.shopify.models import (
    PAID,
    LineBody,
    OrderBody,
    RefundTopic,
)
from vetrina.connectors.shopify.refunds import refund_of, reversal_of
from vetrina.domain.selling.order import Order, OrderLine, Report, Reversal

TOPIC = "x-shopify-topic"
DELIVERY = "x-shopify-webhook-id"
REFUND = "refunds/create"
TOPIC_PAID = "orders/paid"
ORDER_TOPICS = ("orders/create", TOPIC_PAID, "orders/updated", "orders/cancelled")
OVER = ("refunded", "voided")
# A cancellation of what was never paid is no news.
NEVER_PAID = ("pending", "authorized", "partially_paid", "voided", "expired", "unpaid")
RENEWAL = "subscription_contract"


def spelled(name: str) -> tuple[str, str]:
    """Shopify's newer events leave the `X-` away."""
    return name, name[len("X-") :]


class Shopify(BodySignature):
    """Webhooks of a Shopify shop, made in its settings or by an app."""

    kind = "shopify"
    title = "Shopify"
    signature_headers = spelled("X-Shopify-Hmac-Sha256")
    kept_headers = (TOPIC, DELIVERY)
    secret_chars_min = 32

    @refusing
    def read(self, headers: Headers, body: bytes, opaque: Opaque) -> Delivery:
        payload = parsed(body)
        id = delivery_id(first_header(headers, spelled(DELIVERY)), body)
        topic = first_header(headers, spelled(TOPIC))
        dropped: list[str] = []
        if topic not in (*ORDER_TOPICS, REFUND):
            return Delivery(id)
        if "order_id" in payload or topic == REFUND:
            refund = read_as(RefundTopic, payload, dropped)
            reversal = reversal_of(refund, opaque(refund.order_id))
            told = (reversal,) if reversal else ()
            return Delivery(id, told, dropped=dropped_names(dropped))
        order = read_as(OrderBody, payload, dropped)
        if order.test and not order.confirmed:
            # "Send test notification": one sample, the same order every time, void and cancelled.
            return Delivery(id, (_paid(order, opaque(f"{order.id} {id}"), dropped),))
        reports = order_reports(order, topic, opaque(order.id), dropped)
        return Delivery(id, reports, Reason.NOT_PAID, dropped_names(dropped))

    def sign(
        self,
        headers: Headers,
        body: bytes,
        secret: str,
        now_ms: int,
        options: Mapping[str, str] = NO_OPTIONS,
    ) -> dict[str, str]:
        fresh = {DELIVERY: str(uuid.uuid4()), **self.signed(secret, body)}
        return {TOPIC: TOPIC_PAID, **headers, **fresh}


def order_reports(
    order: OrderBody, topic: str, purchase: str, dropped: list[str]
) -> tuple[Report, ...]:
    """What an order says, however it was read. What was never paid is no news."""
    status = order.financial_status
    if order.cancelled_at or status in OVER:
        if status in NEVER_PAID:
            return ()
        return (_over(order, purchase),)
    # Told, but so that it cannot be read: then the topic is the best that there is.
    unclear = "financial_status" in dropped and topic == TOPIC_PAID
    paid = status in PAID or unclear
    return (_paid(order, purchase, dropped),) if paid else ()


def _over(order: OrderBody, purchase: str) -> Reversal:
    changed = (order.updated_at, order.cancelled_at, order.processed_at, order.created_at)
    return Reversal(
        purchase=purchase,
        reason="refunded" if order.financial_status in OVER else "cancelled",
        occurred_at=first_moment(order.cancelled_at, *changed) or 0,
        as_of=first_moment(*changed) or 0,
    )


def _paid(order: OrderBody, purchase: str, dropped: list[str]) -> Order:
    address = order.shipping_address or order.billing_address
    attributes = [(one.name, one.value) for one in order.note_attributes if one]
    refunds = None
    if order.refunds is not None:
        made = [refund for refund in order.refunds if refund]
        refunds = {refund.id: refund_of(refund, order) for refund in made}
    paid_at = needed_moment("processed_at", order.processed_at, order.created_at, order.updated_at)
    return Order(
        purchase=purchase,
        lines=_lines(order, dropped),
        occurred_at=paid_at,
        bought_at=milliseconds(order.created_at) if order.created_at else None,
        region=region_of(address.country_code if address else None),
        test=bool(order.test),
        buyer=buyer_of(attributes, order.customer.first_name if order.customer else None),
        as_of=first_moment(order.updated_at) or paid_at,
        refunds=refunds,
        renewal=order.source_name == RENEWAL,
    )


def _lines(order: OrderBody, dropped: list[str]) -> tuple[OrderLine, ...]:
    """Without lines the order counts all the same, and where they were told, without an amount."""
    lines = [_line(n, line, order) for n, line in enumerate(order.line_items or ())]
    kept = tuple(line for line in lines if line is not None)
    if lines and not kept:
        return ()
    total = None if "line_items" in dropped else money(order.total_price, order.currency)
    return kept or (nameless(total),)


def _line(n: int, line: LineBody | None, order: OrderBody) -> OrderLine | None:
    """None for a line of which nothing was ordered, or all of it was edited away."""
    key = line.id if line and line.id else f"line-{n}"
    if line is None or line.quantity is None:
        return nameless(key=key)
    ordered = line.ordered(order.refunds)
    if ordered <= 0:
        return None
    full = None if line.price is None else max(line.full(order.taxes_included), Decimal(0))
    bundle = line.sales_line_item_group_id
    return order_line(
        key=key,
        sku=line.sku,
        refs=references(variant=line.variant_id, product=line.product_id),
        title=line.title or line.name,
        quantity=ordered,
        amount=None if full is None else money(full * ordered / line.quantity, order.currency),
        extra=line.tip is not None,
        parent=f"bundle:{bundle}" if bundle else None,
    )
