"""Shopify: orders and refunds, signed over the raw body.

The signature covers the body alone, so what a body says counts and not its topic: a delivery that
was captured could be sent again under another one. It carries no time either. A replay is harmless:
the delivery, the order and the refund each count once. Each order comes whole, and the newest state
of it counts. Amounts are what the buyer paid for the lines, without shipping, in the shop's own
currency.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal

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
    refusing,
    region_of,
)
from vetrina.connectors.port import (
    NO_OPTIONS,
    BadSignature,
    Connector,
    Delivery,
    Headers,
    Opaque,
    Reason,
)
from vetrina.connectors.shopify.models import (
    PAID,
    LineBody,
    OrderBody,
    RefundTopic,
)
from vetrina.connectors.shopify.refunds import refund_of, reversal_of
from vetrina.connectors.signatures import base64_mac, is_one_of
from vetrina.domain.selling.order import Order, OrderLine, Report, Reversal

SIGNATURE = "x-shopify-hmac-sha256"
TOPIC = "x-shopify-topic"
DELIVERY = "x-shopify-webhook-id"
REFUND = "refunds/create"
TOPIC_PAID = "orders/paid"
ORDER_TOPICS = ("orders/create", TOPIC_PAID, "orders/updated", "orders/cancelled")
OVER = ("refunded", "voided")
# A cancellation of what was never paid is no news.
NEVER_PAID = ("pending", "authorized", "partially_paid", "voided", "expired", "unpaid")
RENEWAL = "subscription_contract"


class Shopify(Connector):
    """Webhooks of a Shopify shop, made in its settings or by an app."""

    kind = "shopify"
    title = "Shopify"
    kept_headers = (TOPIC, DELIVERY)
    secret_chars_min = 32

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
            raise BadSignature(Reason.WRONG_SECRET)

    @refusing
    def read(self, headers: Headers, body: bytes, opaque: Opaque) -> Delivery:
        payload = parsed(body)
        id = delivery_id(_header(headers, DELIVERY), body)
        topic = _header(headers, TOPIC)
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
        reports = _reports(order, topic, opaque(order.id), dropped)
        return Delivery(id, reports, Reason.NOT_PAID, dropped_names(dropped))

    def sign(
        self,
        headers: Headers,
        body: bytes,
        secret: str,
        now_ms: int,
        options: Mapping[str, str] = NO_OPTIONS,
    ) -> dict[str, str]:
        fresh = {DELIVERY: str(uuid.uuid4()), SIGNATURE: base64_mac(secret, body)}
        return {TOPIC: TOPIC_PAID, **headers, **fresh}


def _header(headers: Headers, name: str) -> str:
    """Shopify's newer events leave the `X-` away."""
    return headers.get(name) or headers.get(name.removeprefix("x-")) or ""


def _reports(order: OrderBody, topic: str, purchase: str, dropped: list[str]) -> tuple[Report, ...]:
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
    refs = {"variant": line.variant_id, "product": line.product_id}
    bundle = line.sales_line_item_group_id
    return order_line(
        key=key,
        sku=line.sku,
        refs=[f"{kind}:{id}" for kind, id in refs.items() if id],
        title=line.title or line.name,
        quantity=ordered,
        amount=None if full is None else money(full * ordered / line.quantity, order.currency),
        extra=line.tip is not None,
        parent=f"bundle:{bundle}" if bundle else None,
    )
