"""WooCommerce: whole orders at every change, signed over the raw body.

Each change of an order sends it again, and the newest state of it counts. The shop's own delivery
id is made from the second: orders of the same second share it, and it is no name for a delivery.
"""

from __future__ import annotations

import base64
import html
import re
import secrets as random_source
from collections.abc import Mapping
from typing import Any

from vetrina.connectors.body_signature import BodySignature, first_header
from vetrina.connectors.fields import read_as
from vetrina.connectors.payload import dropped_names, parsed, refusing
from vetrina.connectors.port import NO_OPTIONS, Delivery, Headers, Opaque, Reason
from vetrina.connectors.signatures import digest
from vetrina.connectors.woocommerce.orders import WooOrder, woo_reports

TOPIC = "x-wc-webhook-topic"
NAMES = ("x-wc-webhook-source", "x-wc-webhook-id", "x-wc-webhook-delivery-id")
TOPICS = ("order.created", "order.updated", "order.restored")
_PING = re.compile(rb"webhook_id=\d{1,20}")


class WooCommerce(BodySignature):
    """Webhooks of a WordPress shop. The secret is ours: the seller pastes it there."""

    kind = "woocommerce"
    title = "WooCommerce"
    signature_headers = ("X-WC-Webhook-Signature",)
    kept_headers = (TOPIC, *NAMES)

    def new_secret(self) -> str:
        return base64.urlsafe_b64encode(random_source.token_bytes(30)).decode()

    def is_ping(self, headers: Headers, body: bytes) -> bool:
        """What WooCommerce sends when a webhook is saved; only 200 activates it."""
        signed = first_header(headers, self.signature_headers)
        return not signed and _PING.fullmatch(body) is not None

    def spellings(self, secret: str) -> tuple[str, ...]:
        """WordPress keeps `&` as `&amp;` and signs with the decoded form."""
        return secret, html.unescape(secret)

    @refusing
    def read(self, headers: Headers, body: bytes, opaque: Opaque) -> Delivery:
        id = digest(*(headers.get(name, "") for name in NAMES), body)
        payload = parsed(body)
        if headers.get(TOPIC) not in TOPICS:
            return Delivery(id)
        if _is_error(payload):
            return Delivery(id, without=Reason.MAY_NOT_READ)
        dropped: list[str] = []
        order = read_as(WooOrder, payload, dropped)
        reports = woo_reports(order, opaque, dropped)
        return Delivery(id, reports, Reason.NOT_PAID, dropped_names(dropped))

    def sign(
        self,
        headers: Headers,
        body: bytes,
        secret: str,
        now_ms: int,
        options: Mapping[str, str] = NO_OPTIONS,
    ) -> dict[str, str]:
        signed = self.signed(html.unescape(secret), body)
        fresh = {**signed, NAMES[2]: random_source.token_hex(16)}
        return {TOPIC: "order.updated", **headers, **fresh}


def _is_error(payload: Mapping[str, Any]) -> bool:
    """WooCommerce sends what its REST interface answers to the user who made the webhook, and
    signs it: an error where that user may not read orders.
    """
    return "id" not in payload and isinstance(payload.get("code"), str)
