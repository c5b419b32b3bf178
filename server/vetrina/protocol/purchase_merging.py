"""Coalescing of purchases that come faster than people can read: one ticker entry for many.

Only frames for the public are merged; the log never is. A merged event stands where the first of
its purchases stood and carries that one's `seq`, so a frame still begins with its lowest seq.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from vetrina.protocol.client.reducer import FRESH_MS
from vetrina.protocol.codec import WireEvent, to_wire

MERGE_ABOVE = 8
"""Purchases in one frame that are still shown one by one: about what a ticker shows in a minute."""

# These change the ticker themselves, so no purchase may move across them.
_BARRIERS = ("purchase_reversed", "show_started")
_Group = tuple[int, bool, bool]


def merge_purchases(events: Sequence[WireEvent], above: int = MERGE_ABOVE) -> list[WireEvent]:
    """The events of one frame, with more than `above` purchases merged. Order is kept.

    Test and real purchases, and fresh and old ones, never share an entry. A purchase that is
    reversed within the same frame stays on its own, so that the reversal finds it.
    """
    if sum(event.data["type"] == "purchase_confirmed" for event in events) <= above:
        return list(events)
    groups = _grouped(events)
    members = {event.seq: group for group in groups.values() for event in group}
    merged = []
    for event in events:
        group = members.get(event.seq, [event])
        if group[0] is event:
            merged.append(event if len(group) == 1 else _merged(group))
    return merged


def _grouped(events: Iterable[WireEvent]) -> dict[_Group, list[WireEvent]]:
    events = list(events)
    reversed_here = {
        event.data["purchase"] for event in events if event.data["type"] == "purchase_reversed"
    }
    groups: dict[_Group, list[WireEvent]] = {}
    part = 0
    for event in events:
        data = event.data
        part += data["type"] in _BARRIERS
        if data["type"] == "purchase_confirmed" and data["purchase"] not in reversed_here:
            fresh = data["at"] - data["occurred_at"] <= FRESH_MS
            groups.setdefault((part, data["test"], fresh), []).append(event)
    return groups


def _merged(group: Sequence[WireEvent]) -> WireEvent:
    items: dict[str, dict[str, Any]] = {}
    for event in group:
        for item in event.data["items"]:
            known = items.setdefault(item["sku"], {**item, "quantity": 0})
            known["quantity"] += item["quantity"]
    first, last = group[0], group[-1]
    return to_wire(
        {
            "seq": first.seq,
            "type": "purchases_merged",
            "at": last.data["at"],
            "purchase": f"m{first.seq}",
            "count": len(group),
            "units": sum(item["quantity"] for item in items.values()),
            "items": list(items.values()),
            "name": None,
            "region": None,
            "occurred_at": last.data["occurred_at"],
            "test": first.data["test"],
        }
    )
