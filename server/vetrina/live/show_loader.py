"""Event sourcing: a show as its log tells it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vetrina.domain.show import rules
from vetrina.domain.show.events import Event, Position, Recorded
from vetrina.domain.show.state import ShowState, reached
from vetrina.realtime.history import MOST_EVENTS, Entry, History
from vetrina.store.errors import DamagedLog
from vetrina.store.ports.shows import Show, ShowStore, Standing

# Taking in an event costs up to 30 µs: nobody waits longer than a few milliseconds for a page.
PAGE = 200
# Encoding so many takes a few milliseconds; then others come in between.
ENCODED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Loaded:
    """A show with its state at a position, and the newest events that led there."""

    show: Show
    position: Position
    state: ShowState
    history: History


def initial_state(show: Show) -> ShowState:
    """The state before the first event."""
    return ShowState(
        slug=show.slug,
        title=show.title,
        currency=show.currency,
        host=show.host,
        starts_at=show.starts_at,
        archived=show.archived,
    )


def advanced(state: ShowState, recorded: Iterable[Recorded]) -> ShowState:
    """The state after more events."""
    return reached(state, [entry.event for entry in recorded])


def evolved(state: ShowState, events: Iterable[Event]) -> ShowState:
    """The state after events that have no number yet."""
    return reached(state, list(events))


async def load(store: ShowStore, slug: str) -> Loaded | None:
    """Read a show's whole log, in pieces between which others go on; None for an unknown show.

    Raises DamagedLog.
    """
    show = await store.show(slug)
    if show is None:
        return None
    state, seq = initial_state(show), 0
    newest: deque[Recorded] = deque(maxlen=MOST_EVENTS)
    while page := await store.events(slug, after=seq, limit=PAGE):
        state, seq = _advanced_by(state, page, slug), page[-1].seq
        newest.extend(page)
        if len(page) < PAGE:
            break
    history = await _encoded(seq, list(newest))
    return Loaded(show, Position(show.epoch, seq), state, history)


def _advanced_by(state: ShowState, page: Sequence[Recorded], slug: str) -> ShowState:
    """An event that can be read and fits to nothing is damage, too."""
    try:
        return advanced(state, page)
    except Exception as error:
        numbers = f"one of the events {page[0].seq} to {page[-1].seq}"
        why = f"{numbers} does not fit to what was before ({type(error).__name__})"
        raise DamagedLog(slug, None, why) from error


def standing_of(state: ShowState) -> Standing:
    """What the store keeps of a show beside its log."""
    return Standing(state.status, rules.next_due(state))


async def _encoded(seq: int, newest: Sequence[Recorded]) -> History:
    """What a process that has just started can already replay."""
    history = History(seq - len(newest))
    for start in range(0, len(newest), ENCODED_AT_ONCE):
        history.add([Entry(recorded) for recorded in newest[start : start + ENCODED_AT_ONCE]])
        await asyncio.sleep(0)
    return history
