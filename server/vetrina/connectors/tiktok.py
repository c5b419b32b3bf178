"""TikTok Shop: order states only. What was bought, and by whom, its webhooks do not say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, Field

from vetrina.connectors.fields import SOFT, Id, SoftId, Text, read_as
from vetrina.connectors.payload import delivery_id, dropped_names, parsed, refusing
from vetrina.connectors.port import (
    NO_OPTIONS,
    BadPayload,
    BadSignature,
    Connector,
    Delivery,
    Headers,
    Opaque,
    Reason,
)
from vetrina.connectors.signatures import is_one_of, mac
from vetrina.domain.selling.order import Order, OrderLine, Reversal

SIGNATURE = "authorization"
APP_KEY = "app_key"
# UNPAID and ON_HOLD (an hour in which the buyer may think again) are no sales yet.
PAID = ("AWAITING_SHIPMENT",)
# TikTok tells when a state changed, not when the order was paid: who first hears of it on its way
# hears of an old order.
LATE = ("PARTIALLY_SHIPPING", "AWAITING_COLLECTION", "IN_TRANSIT", "DELIVERED", "COMPLETED")
OVER = ("CANCEL", "CANCELLED")
LINE = OrderLine("tiktok-order", 1, None, "TikTok Shop order")

Seconds = Annotated[Annotated[int, Field(ge=0, le=10**11)] | None, SOFT]


class _State(BaseModel):
    order_id: Id
    order_status: Text
    update_time: Seconds = None


class _Notification(BaseModel):
    tts_notification_id: SoftId = None
    timestamp: Seconds = None
    data: dict[str, Any]


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
            raise BadSignature(Reason.WRONG_SECRET, "or the app key is not that of the secret")

    @refusing
    def read(self, headers: Headers, body: bytes, opaque: Opaque) -> Delivery:
        """By what is in it: the numbers of the topics differ between TikTok's own pages."""
        dropped: list[str] = []
        told = read_as(_Notification, parsed(body), dropped)
        id = delivery_id(told.tts_notification_id, body)
        if "order_status" not in told.data:
            return Delivery(id)
        state = read_as(_State, told.data, dropped)
        seconds = told.timestamp if state.update_time is None else state.update_time
        if seconds is None:
            raise BadPayload([("timestamp", "expected a time")])
        purchase, at = opaque(state.order_id), seconds * 1000
        names = dropped_names(dropped)
        if state.order_status in OVER:
            reversal = Reversal(purchase=purchase, reason="cancelled", occurred_at=at)
            return Delivery(id, (reversal,), dropped=names)
        if state.order_status not in (*PAID, *LATE):
            return Delivery(id, without=Reason.NOT_PAID, dropped=names)
        late = state.order_status in LATE
        order = Order(purchase=purchase, lines=(LINE,), occurred_at=at, late=late)
        return Delivery(id, (order,), dropped=names)

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
