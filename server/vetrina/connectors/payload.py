"""Reading what shops send: whole numbers of any length, amounts that never become floats."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import wraps
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError

from vetrina.connectors.port import BadPayload, Delivery
from vetrina.connectors.signatures import digest
from vetrina.domain.errors import InvalidValue
from vetrina.domain.money import Money, exponent
from vetrina.domain.selling.order import Buyer, OrderLine

CONSENT = "live_ticker_ok"
NICKNAME = "live_ticker_name"
TITLE_CHARS = 200
SKU_CHARS = 64
DELIVERY_CHARS = 200
MOST_PIECES = 100_000
_REGION = re.compile(r"[A-Z]{2}")

Model = TypeVar("Model", bound=BaseModel)


def _id_text(value: object) -> str:
    """Shops number beyond 2^53, which other readers round: an id is a text from here on."""
    if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
        raise ValueError("expected an id")
    return str(value)


def _utc(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=UTC)


Id = Annotated[str, BeforeValidator(_id_text), Field(max_length=200)]
Amount = Annotated[Decimal, Field(ge=-(10**12), le=10**12)]
Currency = Annotated[str, AfterValidator(str.upper), Field(pattern=r"^[A-Za-z]{3}$")]
Moment = Annotated[datetime, AfterValidator(_utc)]
"""A time; without a zone it is UTC, as WooCommerce's `…_gmt` fields are."""


def parsed(body: bytes) -> dict[str, Any]:
    """The object in a body. Raises BadPayload."""
    try:
        value = json.loads(body.decode(), parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise BadPayload([("body", "expected JSON")]) from error
    if not isinstance(value, dict):
        raise BadPayload([("body", "expected an object")])
    return value


def read_as(model: type[Model], value: Any) -> Model:
    """The fields that we need, and no others. Raises BadPayload, which names each at fault."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise BadPayload(field_errors(error)) from error


def field_errors(error: ValidationError, hidden: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Field paths as the sender wrote them, without what came in them."""
    return [
        (".".join(str(part) for part in fault["loc"] if part not in hidden) or "body", fault["msg"])
        for fault in error.errors(include_url=False, include_input=False, include_context=False)
    ]


Reader = TypeVar("Reader", bound=Callable[..., Delivery])


def refusing(read: Reader) -> Reader:
    """What the domain cannot hold is the payload's fault."""

    @wraps(read)
    def guarded(*args: Any) -> Delivery:
        try:
            return read(*args)
        except InvalidValue as error:
            raise BadPayload([(error.field, error.message)]) from error

    return guarded  # type: ignore[return-value]


def money(amount: Decimal, currency: str) -> Money:
    """A decimal amount in minor units; a shop's finer fractions are rounded half up."""
    minor = amount.scaleb(exponent(currency)).quantize(Decimal(1), ROUND_HALF_UP)
    return Money(int(minor), currency)


def milliseconds(moment: datetime) -> int:
    """A time as the domain counts it; what lies before 1970 is a mistake of the shop."""
    return max(0, int(moment.timestamp() * 1000))


def order_line(
    *, key: str, sku: str | None, refs: Iterable[str], title: str | None, quantity: int | Decimal,
    amount: Money | None,
) -> OrderLine:  # fmt: skip
    """A line with its references, by which it finds its product; its SKU is the shop's own."""
    sku = clean(sku, SKU_CHARS + 1)
    names = (*refs, *([f"sku:{sku}"] if sku else []))
    if not sku or len(sku) > SKU_CHARS:
        sku = (names[0] if names else key)[:SKU_CHARS]
    pieces = max(1, min(MOST_PIECES, int(-(-quantity // 1))))
    return OrderLine(sku, pieces, amount, clean(title, TITLE_CHARS), key, names)


def clean(text: str | None, most: int) -> str | None:
    """One line that can be shown, or None."""
    spaced = " ".join((text or "").split())
    return "".join(char for char in spaced if char.isprintable() or char == "\u200d")[:most] or None


def region_of(code: str | None) -> str | None:
    """A country's two letters, or None."""
    code = (code or "").strip().upper()
    return code if _REGION.fullmatch(code) else None


def buyer_of(attributes: Iterable[tuple[str, object]], first_name: str | None) -> Buyer | None:
    """Who agreed, on this very order, to be named. Everybody else stays unknown."""
    said = {key: value for key, value in attributes if isinstance(value, str)}
    if said.get(CONSENT, "").strip().casefold() != "yes":
        return None
    first = next(iter((first_name or "").split()), None)  # what follows may be a surname
    return Buyer(clean(first, 60), clean(said.get(NICKNAME), 60))


def delivery_id(text: str) -> str:
    """An id that any database takes as a key."""
    return text if text.isprintable() and len(text) <= DELIVERY_CHARS else digest(text)


def _no_number(constant: str) -> Any:
    raise ValueError(f"{constant} is no number")
