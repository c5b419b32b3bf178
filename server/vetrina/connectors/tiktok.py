"""TikTok Shop: order states only. What was bought, and by whom, its webhooks do not say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import BaseModel, Field

from vetrina.connectors.payload import Id, delivery_id, parsed, read_as, refusing
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
from vetrina.connectors.signatures import is_one_of, mac
from vetrina.domain.selling.order import Order, OrderLine, Reversal

SIGNATURE = "authorization"
APP_KEY = "app_key"
# UNPAID and ON_HOLD (an hour in which the buyer may think again) are no sales yet.
PAID = (
    *("AWAITING_SHIPMENT", "PARTIALLY_SHIPPING", "AWAITING_COLLECTION"),
    *("IN_TRANSIT", "DELIVERED", "COMPLETED"),
)
OVER = ("CANCEL", "CANCELLED")
LINE = OrderLine("tiktok-order", 1, None, "TikTok Shop order")

Seconds = Annotated[int, Field(ge=0, le=10**11)]


class _State(BaseModel):
    order_id: Id
    order_status: str
    update_time: Seconds | None = None


class _Notification(BaseModel):
    tts_notification_id: Id
    timestamp: Seconds
    data: dict[str, object]


class TikTok(Connector):
    """Webhooks of a TikTok Shop app, which needs both its key and its secret."""

    kind = "tiktok"
    title = "TikTok Shop"
    options = (APP_KEY,)
    answers_empty = True

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
            raise BadSignature.missing("Authorization")
        if not is_one_of(given, [_signature(secret, body, options) for secret in secrets]):
            raise BadSignature(WRONG_SECRET + ", or the app key is not that of the secret")

    @refusing
    def read(self, headers: Headers, body: bytes, opaque: Opaque) -> Delivery:
        """By what is in it: the numbers of the topics differ between TikTok's own pages."""
        told = read_as(_Notification, parsed(body))
        id = delivery_id(told.tts_notification_id)
        if "order_status" not in told.data:
            return Delivery(id)
        state = read_as(_State, told.data)
        purchase = opaque(state.order_id)
        at = (state.update_time or told.timestamp) * 1000
        if state.order_status in OVER:
            return Delivery(id, (Reversal(purchase=purchase, reason="cancelled", occurred_at=at),))
        if state.order_status not in PAID:
            return Delivery(id, without=NOT_PAID)
        return Delivery(id, (Order(purchase=purchase, lines=(LINE,), occurred_at=at),))

    def sign(
        self,
        headers: Headers,
        body: bytes,
        secret: str,
        now_ms: int,
        options: Mapping[str, str] = NO_OPTIONS,
    ) -> dict[str, str]:
        return {**headers, SIGNATURE: _signature(secret, body, options)}


def _signature(secret: str, body: bytes, options: Mapping[str, str]) -> str:
    return mac(secret, options.get(APP_KEY, "").encode() + body).hex()
