"""Events as JSON, for sockets, for the bus and for the store.

Names go by the registry: `ProductPinned` is `product_pinned`. On the wire an event is flat,
`{"seq", "type", "at", …fields}`. Control also sees `by` and `amounts`, and its form is complete: it
can be read back (`decode_recorded`), which is how events travel between processes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import orjson
from pydantic import TypeAdapter, ValidationError

from vetrina.domain.show.events import Event, Recorded
from vetrina.protocol.jsonable import plain, public

Audience = Literal["public", "team"]
"""Viewers and overlays; who runs the show."""

_TYPES: dict[str, type[Event]] = {
    re.sub(r"(?<=.)([A-Z])", r"_\1", cls.__name__).lower(): cls for cls in get_args(Event)
}
_NAMES = {cls: name for name, cls in _TYPES.items()}
_READERS: dict[str, TypeAdapter[Event]] = {name: TypeAdapter(cls) for name, cls in _TYPES.items()}

EVENT_TYPES = tuple(_TYPES)
"""Every type that a log can hold; `purchases_merged` exists in frames only."""


class BadEvent(ValueError):
    """Stored or received data that is no event of a known type."""


@dataclass(frozen=True, slots=True)
class WireEvent:
    """One event for one audience: as a dict to look into, and encoded once for every frame."""

    seq: int
    data: Mapping[str, Any]
    encoded: bytes


def type_of(event: Event) -> str:
    """The name on the wire: `product_pinned`."""
    return _NAMES[type(event)]


def wire_event(recorded: Recorded, audience: Audience) -> WireEvent:
    """The event as an audience sees it."""
    event = plain(recorded.event) if audience == "team" else public(recorded.event)
    data = {"seq": recorded.seq, "type": type_of(recorded.event), "at": event.pop("at")}
    if audience == "team":
        data["by"] = recorded.by
    else:
        event.pop("amounts", None)
    data.update(event)
    return to_wire(data)


def to_wire(data: Mapping[str, Any]) -> WireEvent:
    """Encode an event that is in its wire form already."""
    return WireEvent(data["seq"], data, orjson.dumps(data))


def encode_recorded(recorded: Recorded) -> bytes:
    """The complete form, which is what control sees."""
    return wire_event(recorded, "team").encoded


def decode_recorded(data: bytes | str | Mapping[str, Any]) -> Recorded:
    """Read what `encode_recorded` wrote, or the object in it. Raises BadEvent."""
    try:
        fields = orjson.loads(data) if isinstance(data, bytes | str) else data
        seq, kind, by = fields["seq"], fields["type"], fields.get("by")
    except (orjson.JSONDecodeError, TypeError, KeyError, AttributeError) as error:
        raise BadEvent("expected an object with seq and type") from error
    if type(seq) is not int or not isinstance(by, str | None):
        raise BadEvent("expected seq as a whole number and by as a text or null")
    return Recorded(seq, decode_event(kind, fields), by)


def encode_event(event: Event) -> bytes:
    """All fields of the event but its type: what the store keeps beside the type."""
    return orjson.dumps(event)


def decode_event(kind: str, data: bytes | str | Mapping[str, Any]) -> Event:
    """Read an event of the given type; fields from a newer version are ignored. Raises BadEvent."""
    reader = _READERS.get(kind)
    if reader is None:
        raise BadEvent(f"expected a type such as product_pinned, got {kind!r}")
    try:
        if isinstance(data, bytes | str):
            return reader.validate_json(data)
        return reader.validate_python(data)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
            for problem in error.errors(include_url=False, include_input=False)
        )
        raise BadEvent(f"expected the fields of {kind}: {problems}") from error
