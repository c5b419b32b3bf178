"""Any shop that can sign: the Standard Webhooks scheme over the payload of the contract."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets as random_source
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StrictBool
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from vetrina.connectors.display_text import display_text
from vetrina.connectors.extras import is_extra
from vetrina.connectors.fields import (
    LISTED,
    SOFT,
    Id,
    Model,
    SoftText,
    Text,
    read_as,
)
from vetrina.connectors.payload import (
    NAME_CHARS,
    TITLE_CHARS,
    delivery_id,
    dropped_names,
    nameless,
    parsed,
    refusing,
    region_of,
)
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
from vetrina.domain.money import Money
from vetrina.domain.selling.order import MOST_PIECES, Order, OrderLine, Reversal

SECRET_PREFIX = "whsec_"  # noqa: S105  (the scheme's prefix, not a secret)
SECRET_BYTES = 32
# The scheme allows 24 to 64 bytes.
SECRET_BYTES_RANGE = range(24, 65)
TOLERANCE_MS = 5 * 60 * 1000
# A sender rolling its secret signs with two; more than a few is somebody trying.
SIGNATURES_AT_MOST = 10
HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


def _whole_amount(value: object) -> object:
    if isinstance(value, dict) and type(value.get("amount")) is not int:
        raise ValueError("expected minor units as a whole number")
    return value


def _not_negative(amount: Money) -> Money:
    if not 0 <= amount.amount <= 10**12:
        raise ValueError("expected 0 to 10^12 minor units")
    return amount


Sku = Annotated[Text, Field(min_length=1, max_length=64)]
Quantity = Annotated[int, Field(strict=True, ge=1, le=MOST_PIECES)]
Amount = Annotated[Money, BeforeValidator(_whole_amount), AfterValidator(_not_negative)]
Time = Annotated[int, Field(strict=True, ge=0, le=10**14)]
MOST_LINES = 200


class _Item(BaseModel):
    sku: Sku
    quantity: Quantity
    amount: Annotated[Amount | None, SOFT] = None
    title: SoftText = None


class _Buyer(BaseModel):
    name: SoftText = None
    consent: Annotated[StrictBool | None, SOFT] = None
    region: SoftText = None


class _Confirmed(BaseModel):
    order_id: Id
    items: Annotated[list[Annotated[_Item | None, SOFT]], LISTED] = []
    buyer: Annotated[_Buyer | None, SOFT] = None
    occurred_at: Time


class _ReversedItem(BaseModel):
    sku: Sku
    quantity: Quantity


class _Reversed(BaseModel):
    """Without items it is all of the order, so what they are cannot be left away."""

    order_id: Id
    items: Annotated[list[_ReversedItem], Field(max_length=MOST_LINES)] | None = None
    reason: SoftText = None
    occurred_at: Time


class _Payload(BaseModel):
    type: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.]{1,100}$")]


class _WithData(BaseModel):
    data: dict[str, Any]


class Generic(Connector):
    """Signed by us, sent by the seller's own code."""

    kind = "generic"
    title = "Own shop"
    kept_headers = ("webhook-id",)

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
            raise BadSignature(Reason.WRONG_SECRET)

    @refusing
    def read(self, headers: Headers, body: bytes, opaque: Opaque) -> Delivery:
        """A type that this version does not know is accepted and ignored, as the scheme asks."""
        id = delivery_id(headers.get("webhook-id"), body)
        payload = parsed(body)
        dropped: list[str] = []
        report: Order | Reversal
        match read_as(_Payload, payload).type:
            case "purchase.confirmed":
                report = _order(_data(_Confirmed, payload, dropped), opaque)
            case "purchase.reversed":
                report = _reversal(_data(_Reversed, payload, dropped), opaque)
            case _:
                return Delivery(id)
        return Delivery(id, (report,), dropped=dropped_names(dropped))

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
        raise BadSignature(Reason.TOO_OLD, "webhook-timestamp is not a number of seconds")
    if abs(int(timestamp) * 1000 - now_ms) > TOLERANCE_MS:
        raise BadSignature(Reason.TOO_OLD)


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


def _data(model: type[Model], payload: dict[str, Any], dropped: list[str]) -> Model:
    """Raises BadPayload with the paths as the sender wrote them."""
    told = read_as(_WithData, payload).data
    try:
        return read_as(model, told, dropped)
    except BadPayload as error:
        faults = [(f"data.{field}", message) for field, message in error.errors]
        raise BadPayload(faults) from error


def _order(data: _Confirmed, opaque: Opaque) -> Order:
    """What is personal stops here: a name passes only with the buyer's consent."""
    buyer = data.buyer or _Buyer()
    items = enumerate(data.items[:MOST_LINES])
    return Order(
        purchase=opaque(data.order_id),
        lines=tuple(_line(n, item) for n, item in items) or (nameless(),),
        occurred_at=data.occurred_at,
        name=display_text(buyer.name, NAME_CHARS) if buyer.consent else None,
        region=region_of(buyer.region),
    )


def _line(n: int, item: _Item | None) -> OrderLine:
    if item is None:
        return nameless(key=f"line-{n}")
    title = display_text(item.title, TITLE_CHARS)
    goods = not is_extra(title)
    refs = (f"sku:{item.sku}",)
    return OrderLine(item.sku, item.quantity, item.amount, title, refs=refs, goods=goods)


def _reversal(data: _Reversed, opaque: Opaque) -> Reversal:
    items: dict[str, int] = {}
    for item in data.items or ():
        items[item.sku] = items.get(item.sku, 0) + item.quantity
    return Reversal(
        purchase=opaque(data.order_id),
        reason=(data.reason or "refunded")[:40],
        occurred_at=data.occurred_at,
        items=items,
    )
