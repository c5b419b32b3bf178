"""A show's whole state as bytes, for the store: what clients see of it is made in `snapshot`."""

from __future__ import annotations

import zlib

import orjson
from pydantic import TypeAdapter, ValidationError

from vetrina.domain.errors import InvalidValue
from vetrina.domain.show.state import ShowState

_READER: TypeAdapter[ShowState] = TypeAdapter(ShowState)
# A bag repeats its field names for each product: a tenth is left at the quickest level.
_LEVEL = 1


class BadState(ValueError):
    """Bytes that are no state of this version of the program."""


def encode_state(state: ShowState) -> bytes:
    """All fields, in the order of their mappings, which is that of the bag on screen."""
    return zlib.compress(orjson.dumps(state, option=orjson.OPT_NON_STR_KEYS), _LEVEL)


def decode_state(data: bytes) -> ShowState:
    """Read what `encode_state` wrote. Raises BadState."""
    try:
        return _READER.validate_json(zlib.decompress(data))
    except (zlib.error, ValidationError, InvalidValue) as error:
        raise BadState("expected a state as this version writes it") from error
