"""Lenient fields: what an order does not need never costs it.

An essential field is a plain type, and a payload without it is a BadPayload. Every other field is
`SOFT`: what cannot be read is None, and its name is noted in the validation's context.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from vetrina.connectors.port import BadPayload

Model = TypeVar("Model", bound=BaseModel)
Dropped = list[str]
_EMPTY: tuple[object, ...] = (None, "", [], {})


def _id_text(value: object) -> str:
    """Shops number beyond 2^53, which other readers round: an id is a text from here on."""
    if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
        raise ValueError("expected an id")
    return str(value)


def _text(value: object) -> str:
    """Some shops send numbers where a text is documented."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError("expected a text")
    return str(value)


def _time_text(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("expected a time")
    return value


def _utc(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _number(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("expected a number")
    return value


def _soft(value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    """What is empty is missing: WordPress writes an empty object as [] and no date as ""."""
    if value in _EMPTY:
        return None
    try:
        return handler(value)
    except (ValueError, ArithmeticError):
        _note(info)
        return None


def _listed(value: Any, info: ValidationInfo) -> list[Any]:
    """PHP writes a list as an object as soon as a number in it is missing."""
    if isinstance(value, dict) and value:
        value = list(value.values()) if "id" not in value else [value]
    if isinstance(value, list):
        return [one for one in value if one not in _EMPTY]
    if value not in _EMPTY:
        _note(info)
    return []


def _note(info: ValidationInfo) -> None:
    if isinstance(info.context, list) and info.field_name:
        info.context.append(info.field_name)


SOFT = WrapValidator(_soft)
LISTED = BeforeValidator(_listed)

Id = Annotated[str, BeforeValidator(_id_text), Field(max_length=200)]
Text = Annotated[str, BeforeValidator(_text)]
Amount = Annotated[Decimal, BeforeValidator(_number), Field(ge=-(10**12), le=10**12)]
Currency = Annotated[str, AfterValidator(str.upper), Field(pattern=r"^[A-Za-z]{3}$")]
Moment = Annotated[datetime, BeforeValidator(_time_text), AfterValidator(_utc)]
"""A time; without a zone it is UTC, as WooCommerce's `…_gmt` fields are."""

SoftId = Annotated[Id | None, SOFT]
SoftText = Annotated[Text | None, SOFT]
SoftAmount = Annotated[Amount | None, SOFT]
SoftCurrency = Annotated[Currency | None, SOFT]
SoftMoment = Annotated[Moment | None, SOFT]
SoftBool = Annotated[bool | None, SOFT]


def read_as(model: type[Model], value: Any, dropped: Dropped | None = None) -> Model:
    """The fields that we need, and no others. Raises BadPayload, which names each at fault.

    `dropped` gets the names of those that could not be read and are not essential.
    """
    try:
        return model.model_validate(value, context=dropped)
    except ValidationError as error:
        raise BadPayload(field_errors(error)) from error


def field_errors(error: ValidationError, hidden: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Field paths as the sender wrote them, without what came in them."""
    return [
        (".".join(str(part) for part in fault["loc"] if part not in hidden) or "body", fault["msg"])
        for fault in error.errors(include_url=False, include_input=False, include_context=False)
    ]
