"""What a frame means to a client at its position: the twin of `static/js/client/state.js`."""

from __future__ import annotations

from typing import Any


def reads(frame: Any) -> bool:
    """Whether the frame has what its type needs to be read."""
    if not isinstance(frame, dict):
        return False
    match frame.get("type"):
        case None:
            return False
        case "welcome":
            return isinstance(frame.get("epoch"), str) and _is_seq(frame.get("seq"))
        case "events":
            events = frame.get("events")
            return _is_seq(frame.get("seq")) and isinstance(events, list) and _numbered(events)
        case _:
            return True


def next_events(seq: int, events: list[Any]) -> list[Any] | None:
    """What of a frame is new to a client that stands at `seq`; None when something is missing.

    A frame begins with its lowest seq; merged purchases carry the seq of the first one, so if that
    is known already they cannot be taken apart.
    """
    known = [event for event in events if event["seq"] <= seq]
    fresh = events[len(known) :]
    torn = any(event.get("type") == "purchases_merged" for event in known)
    return None if torn or not fresh or fresh[0]["seq"] != seq + 1 else fresh


def _numbered(events: list[Any]) -> bool:
    return all(isinstance(event, dict) and _is_seq(event.get("seq")) for event in events)


def _is_seq(value: object) -> bool:
    return type(value) is int
