"""Strict JSON: only what every reader understands alike (I-JSON, RFC 7493).

A number that overflows would become infinite here and null there, and null often means "without a
limit": it is refused instead, and the refusal names the field.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

SAFE_INTEGER: Final = 2**53 - 1
"""The largest whole number that a browser keeps exactly (RFC 7493 section 2.2)."""
MOST_DEPTH: Final = 100

_WHOLE: Final = "expected a whole number within 2^53"
_FINITE: Final = "expected a number that is finite"
_NEGATIVE_ZERO: Final = "expected 0 without a sign"
_DIGITS = len(str(SAFE_INTEGER)) + 1


class BadJson(ValueError):
    """The bytes are no JSON."""


class UnfitFields(ValueError):
    """JSON whose values cannot all be kept; `faults` are pairs of a field's path and a message."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{field}: {message}" for field, message in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class _Unfit:
    """Stands where a number stood that no reader keeps."""

    message: str


def strict_loads(raw: bytes) -> Any:
    """The value in a body. Raises BadJson, and UnfitFields with every field at fault."""
    try:
        value = json.loads(raw.decode(), parse_int=_whole, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        raise BadJson(str(error)) from error
    if faults := list(unfit_fields(value)):
        raise UnfitFields(faults)
    return value


def unfit_fields(value: object, field: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Fields whose values no database or browser is sure to keep. Raises BadJson."""
    if isinstance(value, dict | list):
        if depth == MOST_DEPTH:
            raise BadJson(f"expected at most {MOST_DEPTH} levels")
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for name, item in items:
            _check_unicode(str(name))
            yield from unfit_fields(item, f"{field}.{name}" if field else str(name), depth + 1)
    elif fault := _fault_of(value):
        yield field, fault


def _fault_of(value: object) -> str | None:
    if isinstance(value, _Unfit):
        return value.message
    if isinstance(value, str):
        _check_unicode(value)
        return "expected a text without NUL characters" if "\0" in value else None
    if isinstance(value, float):
        return _fault_of_float(value)
    if isinstance(value, int) and abs(value) > SAFE_INTEGER:
        return _WHOLE
    return None


def _fault_of_float(value: float) -> str | None:
    if not math.isfinite(value):
        return _FINITE
    return _NEGATIVE_ZERO if value == 0 and math.copysign(1, value) < 0 else None


def _check_unicode(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadJson("expected text in valid Unicode") from error


def _whole(text: str) -> int | _Unfit:
    if text == "-0":
        return _Unfit(_NEGATIVE_ZERO)
    return int(text) if len(text) <= _DIGITS else _Unfit(_WHOLE)


def _constant(text: str) -> _Unfit:
    return _Unfit(f"{_FINITE}, got {text}")
