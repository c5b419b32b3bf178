"""Messages as bytes, between processes that may be of different releases.

A message is the name of the process that sent it, a space, and JSON. So a process knows its own
messages without reading them.
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from vetrina.bus.port import ConnectionChanged, Doubt, KeyRevoked, Message, Published, Tallied
from vetrina.domain.show.events import Position
from vetrina.protocol.codec import BadEvent, decode_recorded, encode_recorded

MISSED: Final = "missed"
"""A process could not send for a while; what it had to say is in the store."""


class BadMessage(Exception):
    """Not a message, or one of a newer release."""


def encode(process: str, message: Message) -> bytes:
    """The bytes of a message. A `Doubt` tells the others that they missed something."""
    return process.encode() + b" " + orjson.dumps(_fields(message))


def is_from(process: str, data: bytes) -> bool:
    """Whether this very process sent it."""
    return data.startswith(process.encode() + b" ")


def decode(data: bytes) -> Message:
    """The message again. Raises BadMessage."""
    try:
        fields = orjson.loads(data.partition(b" ")[2])
        return _message(fields)
    except (ValueError, TypeError, LookupError, AttributeError, BadEvent) as error:
        raise BadMessage(f"expected a message of this release, got {data[:80]!r}") from error


def _fields(message: Message) -> dict[str, Any]:
    match message:
        case Published(show, position, events):
            return {
                "kind": "published",
                "show": show,
                "epoch": position.epoch,
                "seq": position.seq,
                "events": [orjson.Fragment(encode_recorded(recorded)) for recorded in events],
            }
        case KeyRevoked(key_id):
            return {"kind": "key_revoked", "key": key_id}
        case ConnectionChanged(connection_id):
            return {"kind": "connection_changed", "connection": connection_id}
        case Tallied(process, show, viewers, taps, overlays):
            return {
                "kind": "tallied",
                "process": process,
                "show": show,
                "viewers": viewers,
                "taps": dict(taps),
                "overlays": [dict(overlay) for overlay in overlays],
            }
        case Doubt(reason):
            return {"kind": MISSED, "reason": reason}


def _message(fields: dict[str, Any]) -> Message:
    match fields["kind"]:
        case "published":
            position = Position(str(fields["epoch"]), int(fields["seq"]))
            events = tuple(decode_recorded(event) for event in fields["events"])
            return Published(str(fields["show"]), position, events)
        case "key_revoked":
            return KeyRevoked(str(fields["key"]))
        case "connection_changed":
            return ConnectionChanged(str(fields["connection"]))
        case "tallied":
            taps = {str(sku): int(count) for sku, count in fields["taps"].items()}
            overlays = tuple(dict(overlay) for overlay in fields["overlays"])
            process, show = str(fields["process"]), str(fields["show"])
            return Tallied(process, show, int(fields["viewers"]), taps, overlays)
        case "missed":
            return Doubt(str(fields["reason"]))
        case kind:
            raise BadMessage(f"expected a message of this release, got the kind {kind!r}")
