"""Server messages, parsed once for each different text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import orjson

from vetrina.protocol.client.backoff import Range, usable_range
from vetrina.protocol.close_codes import BY_LABEL

STAMP = "@"
"""A text that begins with it carries, up to the next one, when its sender sent it (ns)."""


@dataclass(frozen=True, slots=True)
class Welcome:
    """The viewer is let in. `snapshot` False: it goes on where it stood."""

    epoch: str
    seq: int
    snapshot: bool
    heartbeat_ms: int


@dataclass(frozen=True, slots=True)
class Batch:
    """One events frame. `first` is the seq of its first event, `last` where the viewer stands after
    it. `whole` False: between the two something is missing or out of order.

    `sent_ns`: for each event when it was sent, by our stamp, or else by the server's time of it.
    """

    first: int
    last: int
    whole: bool
    sent_ns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ack:
    """A tap was taken, or refused with a code."""

    refused: str | None


@dataclass(frozen=True, slots=True)
class Bye:
    """The server is about to close. None: it does not say, or nothing that a client uses."""

    code: int | None
    retry_ms: Range | None


@dataclass(frozen=True, slots=True)
class Answer:
    """Bytes to send back at once."""

    frame: bytes


@dataclass(frozen=True, slots=True)
class Closing:
    """The server closes the WebSocket with this code."""

    code: int


@dataclass(frozen=True, slots=True)
class Admitted:
    """A server without welcome has let the viewer in."""


@dataclass(frozen=True, slots=True)
class Other:
    """A signal, a pong, or something that is new to us."""


ServerMessage = Welcome | Batch | Ack | Bye | Answer | Closing | Admitted | Other
OTHER = Other()


def read_frame(text: bytes) -> ServerMessage:
    """One frame of the live protocol. Raises ValueError for what is no frame."""
    frame = orjson.loads(text)
    match frame.get("type"):
        case "events":
            return _batch(frame)
        case "welcome":
            return Welcome(frame["epoch"], frame["seq"], "state" in frame, frame["heartbeat_ms"])
        case "ack":
            return Ack(None)
        case "refused":
            return Ack(frame["code"])
        case "bye":
            code = BY_LABEL.get(str(frame.get("code")))
            return Bye(code, usable_range(frame.get("retry_ms")))
        case _:
            return OTHER


def _batch(frame: Mapping[str, Any]) -> Batch:
    events: Sequence[Mapping[str, Any]] = frame["events"]
    first, last = events[0]["seq"], frame["seq"]
    seqs = [event["seq"] for event in events]
    # A merged event stands where the first of those it stands for stood, and says how many.
    told = sum(event["count"] if event["type"] == "purchases_merged" else 1 for event in events)
    rising = all(before < after for before, after in pairwise(seqs))
    whole = rising and seqs[-1] <= last and told == last - first + 1
    return Batch(first, last, whole, tuple(_sent_ns(event) for event in events))


def _sent_ns(event: Mapping[str, Any]) -> int:
    return sent_ns(event.get("text")) or int(event["at"]) * 1_000_000


def sent_ns(text: object) -> int | None:
    """When a stamped text was sent; None without a stamp."""
    if not isinstance(text, str) or not text.startswith(STAMP):
        return None
    stamp = text[1:].partition(STAMP)[0]
    return int(stamp) if stamp.isdigit() else None


def stamped(sent_ns: int, length: int) -> str:
    """A text of `length` characters that says when it was sent."""
    begin = f"{STAMP}{sent_ns}{STAMP} "
    return (begin + "live shopping " * (length // 14 + 1))[:length]
