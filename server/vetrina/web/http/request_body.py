"""Request bodies: their size, their type, and what is in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from starlette.requests import Request

from vetrina.domain.errors import InvalidValue
from vetrina.protocol.command_codec import FieldError
from vetrina.protocol.strict_json import BadJson, UnfitFields, strict_loads
from vetrina.web.http.problem import Problem, invalid

JSON_BYTES = 256 * 1024
MOST_ITEMS = 1000

T = TypeVar("T")


async def read_body(request: Request, most_bytes: int = JSON_BYTES) -> bytes:
    """The raw body. Raises `too_large` as soon as it is known to be."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > most_bytes:
        raise _too_large(most_bytes)
    chunks = bytearray()
    async for chunk in request.stream():
        chunks += chunk
        if len(chunks) > most_bytes:
            raise _too_large(most_bytes)
    return bytes(chunks)


def media_type_of(request: Request) -> str:
    """The media type of the body, without parameters and in lower case."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def check_media_type(request: Request, allowed: Sequence[str] = ("application/json",)) -> None:
    """Raises `unsupported_media_type` unless the body's type is one of those."""
    given = media_type_of(request)
    if given not in allowed:
        expected = " or ".join(allowed)
        detail = f"Expected Content-Type {expected}, got {given or 'none'}."
        raise Problem(415, "unsupported_media_type", detail)


class JsonBody(Generic[T]):
    """A body that holds one value of a type that pydantic can read."""

    def __init__(self, kind: Any) -> None:
        self.adapter: TypeAdapter[T] = TypeAdapter(kind)

    def decode(self, raw: bytes) -> T:
        """Raises a Problem that lists all fields at fault."""
        parse_json(raw)
        return _validated(self.adapter, raw)

    def schema_adapters(self) -> list[TypeAdapter[Any]]:
        """The types that the body may have, for the description of the interface."""
        return [self.adapter]


class OneOrMany(Generic[T]):
    """A body that holds one value or a list of them; always decoded to a list."""

    def __init__(self, kind: Any) -> None:
        self._one: TypeAdapter[T] = TypeAdapter(kind)
        self._many: TypeAdapter[list[T]] = TypeAdapter(list[kind])

    def decode(self, raw: bytes) -> list[T]:
        """Raises a Problem that lists all fields at fault, in a list as `0.price`."""
        if not isinstance(parse_json(raw), list):
            return [_validated(self._one, raw)]
        items = _validated(self._many, raw)
        check_length(items)
        return items

    def schema_adapters(self) -> list[TypeAdapter[Any]]:
        """One, or a list."""
        return [self._one, self._many]


def check_length(items: Sequence[Any]) -> None:
    """A list in a body has something in it, and not too much."""
    if not 1 <= len(items) <= MOST_ITEMS:
        raise invalid([FieldError("", f"expected 1 to {MOST_ITEMS} items, got {len(items)}")])


def parse_json(raw: bytes) -> Any:
    """JSON that every reader understands alike. Raises `bad_json` or `invalid`."""
    try:
        return strict_loads(raw)
    except BadJson as error:
        raise Problem(400, "bad_json", f"The body is not JSON: {error}.") from error
    except UnfitFields as error:
        raise invalid([FieldError(*fault) for fault in error.faults]) from error


def field_errors(errors: Sequence[ErrorDetails]) -> list[FieldError]:
    """pydantic's findings; a value that the domain refused keeps the domain's own words."""
    return [_field_error(error) for error in errors]


def _validated(adapter: TypeAdapter[T], raw: bytes) -> T:
    try:
        return adapter.validate_json(raw, strict=True)
    except ValidationError as error:
        raise invalid(field_errors(error.errors(include_url=False))) from error


def _field_error(error: ErrorDetails) -> FieldError:
    field = ".".join(str(part) for part in error["loc"])
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, InvalidValue):
        # A part may name itself: `host.name` of a host in the field `host`, `sku` in `sku`.
        names = cause.field.split(".")
        if error["loc"] and names[0] == error["loc"][-1]:
            del names[0]
        path = [str(part) for part in error["loc"]] + names
        return FieldError(".".join(path), cause.message)
    if isinstance(cause, ValueError):
        return FieldError(field, str(cause))
    return FieldError(field, _WORDS.get(error["type"], error["msg"]))


def _too_large(most_bytes: int) -> Problem:
    whole, unit = (most_bytes >> 20, "MiB") if most_bytes >= 1 << 20 else (most_bytes >> 10, "KiB")
    return Problem(413, "too_large", f"Expected a body of at most {whole} {unit}.")


_WORDS = {"missing": "expected, but it is missing"}
