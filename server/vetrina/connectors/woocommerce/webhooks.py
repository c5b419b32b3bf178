"""WooCommerce: whole orders at every change, signed over the raw body.

Each change of an order sends it again, so the order counts once and each of its refunds once. The
shop's own delivery id is made from the second: orders of the same second share it, and it is no
name for a delivery.
"""

from __future__ import annotations

import base64
import html
import re
import secrets as random_source
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator

from vetrina.connectors.payload import (
    Amount,
    Currency,
    Id,
    Moment,
    buyer_of,
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
from vetrina.domain.selling.order import Order, OrderLine, Report, Reversal

SIGNATURE = "x-wc-webhook-signature"
TOPIC = "x-wc-webhook-topic"
NAMES = ("x-wc-webhook-source", "x-wc-webhook-id", "x-wc-webhook-delivery-id")
TOPICS = ("order.created", "order.updated", "order.restored")
PAID = ("processing", "completed")
OVER = ("cancelled", "refunded")
_PING = re.compile(rb"webhook_id=\d{1,20}")

# WordPress writes an empty object as [] and a missing date as "".
_Missing = BeforeValidator(lambda value: value or None)
_Listed = BeforeValidator(lambda value: value or [])


class _Line(BaseModel):
    id: Id
    name: str | None = None
    sku: str | None = None
    product_id: Id | None = None
    variation_id: Id | None = None
    quantity: Amount
    total: Amount
    total_tax: Annotated[Amount | None, _Missing] = None


class _Refund(BaseModel):
    id: Id
    total: Amount


class _Meta(BaseModel):
    key: str
    value: Any = None


class _Billing(BaseModel):
    first_name: str | None = None
    country: str | None = None


class WooOrder(BaseModel):
    """The part of an order that a show needs, in a webhook and in the REST interface alike."""

    id: Id
    status: str
    currency: Currency
    date_created_gmt: Annotated[Moment | None, _Missing] = None
    date_paid_gmt: Annotated[Moment | None, _Missing] = None
    date_modified_gmt: Annotated[Moment | None, _Missing] = None
    total: Amount | None = None
    line_items: Annotated[list[_Line], _Listed] = []
    refunds: Annotated[list[_Refund], _Listed] = []
    meta_data: Annotated[list[_Meta], _Listed] = []
    billing: Annotated[_Billing | None, _Missing] = None


class WooCommerce(Connector):
    """Webhooks of a WordPress shop. The secret is ours: the seller pastes it there."""

    kind = "woocommerce"
    title = "WooCommerce"

    def new_secret(self) -> str:
        return base64.urlsafe_b64encode(random_source.token_bytes(30)).decode()

    def is_ping(self, headers: Headers, body: bytes) -> bool:
        """What WooCommerce sends when a webhook is saved; only 200 activates it."""
        return SIGNATURE not in headers and _PING.fullmatch(body) is not None

    def verify(
        self,
        headers: Headers,
        body: bytes,
        secrets: Sequence[str],
        now_ms: int,
        options: Mapping[str, str] = NO_OPTIONS,
    ) -> None:
        given = headers.get(SIGNATURE, "")
        if not given:
            raise BadSignature.missing("X-WC-Webhook-Signature")
        # WordPress keeps `&` as `&amp;` and signs with the decoded form.
        spellings = {spelling for secret in secrets for spelling in (secret, html.unescape(secret))}
        if not is_one_of(given, [base64_mac(secret, body) for secret in spellings]):
            raise BadSignature(WRONG_SECRET)

    @refusing
    def read(self, headers: Headers, body: bytes, opaque: Opaque) -> Delivery:
        id = digest(*(headers.get(name, "") for name in NAMES), body)
        payload = parsed(body)
        if headers.get(TOPIC) not in TOPICS:
            return Delivery(id)
        return Delivery(id, woo_reports(read_as(WooOrder, payload), opaque), NOT_PAID)

    def sign(
        self,
        headers: Headers,
        body: bytes,
        secret: str,
        now_ms: int,
        options: Mapping[str, str] = NO_OPTIONS,
    ) -> dict[str, str]:
        signature = base64_mac(html.unescape(secret), body)
        fresh = {SIGNATURE: signature, NAMES[2]: random_source.token_hex(16)}
        return {TOPIC: "order.updated", **headers, **fresh}


def woo_reports(order: WooOrder, opaque: Opaque) -> tuple[Report, ...]:
    """What an order says, however it was read."""
    purchase = opaque(order.id)
    changed = order.date_modified_gmt or order.date_created_gmt
    at = milliseconds(changed) if changed else 0
    if order.status in OVER:
        return (Reversal(purchase=purchase, reason=order.status, occurred_at=at),)
    if order.status not in PAID or order.date_paid_gmt is None:
        return ()
    refunds = (
        Reversal(
            purchase=purchase,
            reason="refunded",
            occurred_at=at,
            id=refund.id,
            amount=money(abs(refund.total), order.currency),
        )
        for refund in order.refunds
    )
    billing = order.billing or _Billing()
    attributes = [(meta.key, meta.value) for meta in order.meta_data]
    paid = Order(
        purchase=purchase,
        lines=tuple(_line(line, order.currency) for line in order.line_items if line.quantity > 0)
        or (_nameless(order),),
        occurred_at=milliseconds(order.date_paid_gmt),
        region=region_of(billing.country),
        buyer=buyer_of(attributes, billing.first_name),
    )
    return (*refunds, paid)


def _line(line: _Line, currency: str) -> OrderLine:
    refs = {"variation": line.variation_id, "product": line.product_id}
    return order_line(
        key=line.id,
        sku=line.sku,
        refs=[f"{kind}:{id}" for kind, id in refs.items() if id not in (None, "0")],
        title=line.name,
        quantity=line.quantity,
        amount=money(max(line.total + (line.total_tax or 0), Decimal(0)), currency),
    )


def _nameless(order: WooOrder) -> OrderLine:
    total = None if order.total is None else money(max(order.total, Decimal(0)), order.currency)
    return OrderLine("order", 1, total, "Order")
