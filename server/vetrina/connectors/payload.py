"""Reading what shops send: whole numbers of any length, amounts that never become floats."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import wraps
from typing import Any, Final, TypeVar

from vetrina.connectors.display_text import clean, display_text
from vetrina.connectors.extras import is_extra
from vetrina.connectors.port import BadPayload, Delivery
from vetrina.connectors.signatures import digest
from vetrina.domain.buyer_names import initial_of
from vetrina.domain.errors import InvalidValue
from vetrina.domain.money import Money, exponent
from vetrina.domain.selling.order import MOST_PIECES, Buyer, OrderLine

CONSENT = "live_ticker_ok"
NICKNAME = "live_ticker_name"
TITLE_CHARS = 200
NAME_CHARS = 60
SKU_CHARS = 64
DELIVERY_CHARS = 200
NUMBER_DIGITS = 64
"""Shops' ids are longer than 2^53; no number that means something has more digits than this."""
UNREADABLE: Final = object()
"""Stands for a number that cannot be kept; None would mean that nothing was told."""
_REGION = re.compile(r"[A-Z]{2}")


def parsed(body: bytes) -> dict[str, Any]:
    """The object in a body, with or without a byte order mark. Raises BadPayload."""
    try:
        text = body.decode("utf-8-sig", errors="replace")
        value = json.loads(
            text, parse_int=_whole, parse_float=_decimal, parse_constant=lambda _: UNREADABLE
        )
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise BadPayload([("body", "expected JSON")]) from error
    if not isinstance(value, dict):
        raise BadPayload([("body", "expected an object")])
    return value


def _whole(text: str) -> int | object:
    return int(text) if len(text) <= NUMBER_DIGITS else UNREADABLE


def _decimal(text: str) -> Decimal | object:
    """A short number can be a huge one: as a whole number 1e999999999 would fill the memory."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return UNREADABLE
    fits = number.is_zero() or abs(number.adjusted()) <= NUMBER_DIGITS
    return number if fits else UNREADABLE


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


def money(amount: Decimal | None, currency: str | None) -> Money | None:
    """A decimal amount in minor units; a shop's finer fractions are rounded half up.

    None where the shop did not tell the amount or its currency.
    """
    return None if amount is None or currency is None else exact_money(amount, currency)


def exact_money(amount: Decimal, currency: str) -> Money:
    """A decimal amount that is told, in minor units."""
    minor = amount.scaleb(exponent(currency)).quantize(Decimal(1), ROUND_HALF_UP)
    return Money(int(minor), currency)


def milliseconds(moment: datetime) -> int:
    """A time as the domain counts it; what lies before 1970 is a mistake of the shop."""
    return max(0, int(moment.timestamp() * 1000))


def first_moment(*moments: datetime | None) -> int | None:
    """The first time that is told, in ms."""
    return next((milliseconds(moment) for moment in moments if moment is not None), None)


def needed_moment(field: str, *moments: datetime | None) -> int:
    """The first time that is told. Raises BadPayload, which names the field."""
    at = first_moment(*moments)
    if at is None:
        raise BadPayload([(field, "expected a time")])
    return at


def references(**ids: str | None) -> list[str]:
    """A shop's own names for what was bought: `variant:17`, `product:4`. 0 stands for none."""
    return [f"{kind}:{id}" for kind, id in ids.items() if id not in (None, "", "0")]


def order_line(
    *, key: str, sku: str | None, refs: Iterable[str], title: str | None, quantity: int | Decimal,
    amount: Money | None, extra: bool = False, parent: str | None = None,
) -> OrderLine:  # fmt: skip
    """A line with its references, by which it finds its product; its SKU is the shop's own."""
    sku, title = clean(sku, SKU_CHARS + 1), display_text(title, TITLE_CHARS)
    names = (*refs, *([f"sku:{sku}"] if sku else []))
    if not sku or len(sku) > SKU_CHARS:
        sku = (names[0] if names else key)[:SKU_CHARS]
    pieces = max(1, min(MOST_PIECES, int(-(-quantity // 1))))
    goods = not (extra or is_extra(title))
    return OrderLine(sku, pieces, amount, title, key, names, goods, parent)


def nameless(amount: Money | None = None, key: str = "order") -> OrderLine:
    """Stands for what the shop does not tell, or tells so that it cannot be read."""
    return OrderLine("order", 1, amount, "Order", key)


def region_of(code: str | None) -> str | None:
    """A country's two letters, or None."""
    code = (code or "").strip().upper()
    return code if _REGION.fullmatch(code) else None


def buyer_of(
    attributes: Iterable[tuple[str | None, object]],
    first_name: str | None = None,
    *,
    full_name: str | None = None,
) -> Buyer | None:
    """Who agreed, on this very order, to be named. Everybody else stays unknown.

    In one field for the whole name nobody can tell the surname: no more of it is kept than how it
    begins.
    """
    said = {key: value for key, value in attributes if isinstance(value, str)}
    if said.get(CONSENT, "").strip().casefold() != "yes":
        return None
    # What follows the first word may be a surname.
    first = next(iter((display_text(first_name, NAME_CHARS) or "").split()), None)
    nickname = display_text(said.get(NICKNAME), NAME_CHARS)
    return Buyer(first, nickname, initial_of(display_text(full_name, NAME_CHARS)))


def delivery_id(text: str | None, body: bytes = b"") -> str:
    """An id that any database takes as a key; made from the body where there is none."""
    if not text:
        return digest(body)
    return text if text.isprintable() and len(text) <= DELIVERY_CHARS else digest(text)


def dropped_names(dropped: Iterable[str]) -> tuple[str, ...]:
    """Each field once."""
    return tuple(dict.fromkeys(dropped))
