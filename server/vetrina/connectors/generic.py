"""Any shop that can sign: the Standard Webhooks scheme over the payload of the contract."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets as random_source
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from vetrina.connectors.payload import delivery_id, field_errors
from vetrina.connectors.port import (
    NO_OPTIONS,
    TOO_OLD,
    WRONG_SECRET,
    BadPayload,
    BadSignature,
    Connector,
    Delivery,
    Headers,
    Opaque,
)
from vetrina.domain.money import Money
from vetrina.domain.selling.order import Order, OrderLine, Reversal

SECRET_PREFIX = "whsec_"  # noqa: S105  (the scheme's prefix, not a secret)
SECRET_BYTES = 32
# The scheme allows 24 to 64 bytes.
SECRET_BYTES_RANGE = range(24, 65)
TOLERANCE_MS = 5 * 60 * 1000
# A sender rolling its secret signs with two; more than a few is somebody trying.
SIGNATURES_AT_MOST = 10
HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


def _not_negative(amount: Money) -> Money:
    if not 0 <= amount.amount <= 10**12:
        raise ValueError("expected 0 to 10^12 minor units")
    return amount


OrderId = Annotated[str, Field(min_length=1, max_length=200)]
Sku = Annotated[str, Field(min_length=1, max_length=64)]
Quantity = Annotated[int, Field(ge=1, le=100_000)]
Amount = Annotated[Money, AfterValidator(_not_negative)]
Time = Annotated[int, Field(ge=0, le=10**14)]


class _Item(BaseModel):
    sku: Sku
    quantity: Quantity
    amount: Amount | None = None
    title: Annotated[str, Field(max_length=200)] | None = None


class _Buyer(BaseModel):
    name: Annotated[str, Field(max_length=200)] | None = None
    consent: bool = False
    region: str | None = None


class _Confirmed(BaseModel):
    order_id: OrderId
    items: Annotated[list[_Item], Field(min_length=1, max_length=200)]
    buyer: _Buyer = _Buyer()
    occurred_at: Time


class _ReversedItem(BaseModel):
    sku: Sku
    quantity: Quantity


class _Reversed(BaseModel):
    order_id: OrderId
    items: Annotated[list[_ReversedItem], Field(max_length=200)] | None = None
    reason: Annotated[str, Field(max_length=40)] = "refunded"
    occurred_at: Time


class _ConfirmedPayload(BaseModel):
    type: Literal["purchase.confirmed"]
    data: _Confirmed


class _ReversedPayload(BaseModel):
    type: Literal["purchase.reversed"]
    data: _Reversed


class _OtherPayload(BaseModel):
    """A type this version does not know: accepted and ignored, as the scheme asks for."""

    model_config = ConfigDict(extra="ignore")
    type: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.]{1,100}$")]


_KNOWN: TypeAdapter[_ConfirmedPayload | _ReversedPayload] = TypeAdapter(
    Annotated[_ConfirmedPayload | _ReversedPayload, Field(discriminator="type")]
)
_OTHER = TypeAdapter(_OtherPayload)
_TYPES = ("purchase.confirmed", "purchase.reversed")
_REGION = re.compile(r"[A-Z]{2}")


class Generic(Connector):
    """Signed by us, sent by the seller's own code."""

    kind = "generic"
    title = "Own shop"

    def new_secret(self) -> str:
        return SECRET_PREFIX + base64.b64encode(random_source.token_bytes(SECRET_BYTES)).decode()

    def check_secret(self, secret: str) -> str | None:
        try:
            size = len(base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True))
        except binascii.Error:
            return "expected whsec_ and base64"
        if size not in SECRET_BYTES_RANGE:
            return f"expected 24 to 64 random bytes in base64, got {size}"
        return None

    def verify(
        self,
        headers: Headers,
        body: bytes,
        secrets: Sequence[str],
        now_ms: int,
        options: Mapping[str, str] = NO_OPTIONS,
    ) -> None:
        missing = [name for name in HEADERS if not headers.get(name)]
        if missing:
            raise BadSignature.missing(missing[0])
        _check_age(headers["webhook-timestamp"], now_ms)
        if not any(_signed_by(secret, headers, body) for secret in secrets):
            raise BadSignature(WRONG_SECRET)

    def read(self, headers: Headers, body: bytes, opaque: Opaque) -> Delivery:
        delivery = delivery_id(headers["webhook-id"])
        try:
            kind = _OTHER.validate_json(body).type
            if kind not in _TYPES:
                return Delivery(delivery)
            payload = _KNOWN.validate_json(body)
        except ValidationError as error:
            raise BadPayload(field_errors(error, _TYPES)) from error
        if isinstance(payload, _ConfirmedPayload):
            return Delivery(delivery, (_order(payload.data, opaque),))
        return Delivery(delivery, (_reversal(payload.data, opaque),))

    def sign(
        self,
        headers: Headers,
        body: bytes,
        secret: str,
        now_ms: int,
        options: Mapping[str, str] = NO_OPTIONS,
    ) -> dict[str, str]:
        delivery = headers.get("webhook-id") or f"msg_{random_source.token_hex(12)}"
        sent_at = datetime.fromtimestamp(now_ms // 1000, tz=UTC)
        signature = Webhook(secret).sign(delivery, sent_at, body.decode())
        fresh = (delivery, str(now_ms // 1000), signature)
        return {**headers, **dict(zip(HEADERS, fresh, strict=True))}


def _check_age(timestamp: str, now_ms: int) -> None:
    """Both ways: a clock that runs ahead would let a delivery be replayed later."""
    if not (timestamp.isascii() and timestamp.isdigit()) or len(timestamp) > 12:
        raise BadSignature("webhook-timestamp is not a number of seconds")
    if abs(int(timestamp) * 1000 - now_ms) > TOLERANCE_MS:
        raise BadSignature(TOO_OLD)


def _signed_by(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Compare with what the library signs, in constant time.

    Its `verify` would read the machine's clock and stumbles over malformed signatures.
    """
    try:
        sent_at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), tz=UTC)
        expected = Webhook(secret).sign(headers["webhook-id"], sent_at, body.decode()).encode()
    except (ValueError, OverflowError, OSError, EmptyWebhookSecretError):
        return False
    given = headers["webhook-signature"].encode().split(b" ")[:SIGNATURES_AT_MOST]
    return any([hmac.compare_digest(signature, expected) for signature in given])


def _order(data: _Confirmed, opaque: Opaque) -> Order:
    """What is personal stops here: a name passes only with the buyer's consent."""
    region = (data.buyer.region or "").upper()
    return Order(
        purchase=opaque(data.order_id),
        lines=tuple(_line(item) for item in data.items),
        occurred_at=data.occurred_at,
        name=data.buyer.name if data.buyer.consent else None,
        region=region if _REGION.fullmatch(region) else None,
    )


def _line(item: _Item) -> OrderLine:
    refs = (f"sku:{item.sku}",)
    return OrderLine(item.sku, item.quantity, item.amount, item.title, refs=refs)


def _reversal(data: _Reversed, opaque: Opaque) -> Reversal:
    items: dict[str, int] = {}
    for item in data.items or ():
        items[item.sku] = items.get(item.sku, 0) + item.quantity
    return Reversal(
        purchase=opaque(data.order_id),
        reason=data.reason,
        occurred_at=data.occurred_at,
        items=items,
    )
