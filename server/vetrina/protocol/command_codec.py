"""Commands as JSON: `{"type": "pin_product", "sku": "MUG-1"}`, read with all mistakes at once.

A disclosure has a `type` of its own, so it is nested, as in its event:
`{"type": "set_disclosure", "disclosure": {"type": "paid_partnership", "brand": "Acme"}}`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

import orjson
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from vetrina.domain.errors import InvalidValue
from vetrina.domain.show.commands import PublicCommand
from vetrina.protocol.strict_json import BadJson, unfit_fields

_READERS: dict[str, TypeAdapter[PublicCommand]] = {
    re.sub(r"(?<=.)([A-Z])", r"_\1", cls.__name__).lower(): TypeAdapter(cls)
    for cls in get_args(PublicCommand)
}

NESTED = {"set_disclosure": "disclosure"}
"""Commands whose fields stand in a field of their own."""

COMMAND_TYPES = tuple(_READERS)


@dataclass(frozen=True, slots=True)
class FieldError:
    """One mistake. `field` is a path such as `price.currency`; empty for the whole command."""

    field: str
    message: str


class BadCommand(ValueError):
    """A command that cannot be read, with everything that is wrong about it."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__("; ".join(f"{error.field}: {error.message}" for error in errors))
        self.errors = errors


def decode_command(data: object) -> PublicCommand:
    """Read one command from parsed JSON. Types are strict, unknown fields are ignored.

    Raises BadCommand.
    """
    if not isinstance(data, Mapping):
        raise BadCommand((FieldError("", 'expected an object such as {"type": "pin_next"}'),))
    kind = data.get("type")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise BadCommand((FieldError("type", f"expected one of {', '.join(COMMAND_TYPES)}"),))
    if unfit := _unfit(data):
        raise BadCommand(unfit)
    if kind in NESTED:
        return _read(reader, data.get(NESTED[kind]), (NESTED[kind],))
    return _read(reader, data, ())


def _read(
    reader: TypeAdapter[PublicCommand], fields: object, path: tuple[str, ...]
) -> PublicCommand:
    try:
        return reader.validate_json(orjson.dumps(fields), strict=True)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        raise BadCommand(tuple(_field_error(problem, path) for problem in problems)) from error
    except TypeError as error:
        raise BadCommand((FieldError("", "expected text in valid Unicode"),)) from error


def _unfit(data: object) -> tuple[FieldError, ...]:
    try:
        return tuple(FieldError(*fault) for fault in unfit_fields(data))
    except BadJson as error:
        return (FieldError("", str(error)),)


def _field_error(problem: ErrorDetails, path: tuple[str, ...]) -> FieldError:
    parts = [*path, *(str(part) for part in problem["loc"])]
    cause = problem.get("ctx", {}).get("error")
    if isinstance(cause, InvalidValue):
        return FieldError(".".join([*parts, cause.field]), cause.message)
    return FieldError(".".join(parts), problem["msg"])
