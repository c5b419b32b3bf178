"""Repair of a show's log: what cannot be read gives way to an event that changes nothing.

So the show can be served again, without what the damaged events had told; all others stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vetrina.domain.show.events import DealStockChanged, Event
from vetrina.domain.show.state import ShowState
from vetrina.live.service import UnknownShow, new_epoch
from vetrina.live.show_loader import evolved, initial_state, standing_of
from vetrina.protocol.codec import BadEvent, decode_event
from vetrina.store.ports.shows import RawEvent, ShowStore


@dataclass(frozen=True, slots=True)
class Repair:
    """The whole log as it was, and the numbers of the events that gave way."""

    log: Sequence[RawEvent]
    replaced: Sequence[int]


async def examine_log(store: ShowStore, slug: str) -> Repair:
    """What a repair would do. Raises UnknownShow."""
    repair, _, _ = await _examined(store, slug)
    return repair


async def repair_log(store: ShowStore, slug: str) -> Repair:
    """Replace what cannot be read; clients get a snapshot. Raises UnknownShow, Conflict."""
    repair, by_number, state = await _examined(store, slug)
    show = await store.show(slug)
    if by_number and show is not None:
        await store.replace_events(show, by_number, standing_of(state), new_epoch())
    return repair


async def _examined(store: ShowStore, slug: str) -> tuple[Repair, dict[int, Event], ShowState]:
    show = await store.show(slug)
    if show is None:
        raise UnknownShow(slug)
    log = await store.raw_events(slug)
    state, replaced = initial_state(show), dict[int, Event]()
    for raw in log:
        try:
            state = evolved(state, [_decoded(raw)])
        except Exception:  # noqa: BLE001 - whatever it is, it keeps the show from being served
            replaced[raw.seq] = nothing = DealStockChanged(max(state.at, raw.at), "", 0)
            state = evolved(state, [nothing])
    return Repair(log, list(replaced)), replaced, state


def _decoded(raw: RawEvent) -> Event:
    if raw.kind is None or raw.data is None:
        raise BadEvent("the database cannot read it")
    return decode_event(raw.kind, raw.data)
