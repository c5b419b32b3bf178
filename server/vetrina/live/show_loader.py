"""Event sourcing: a show as its log tells it, from the newest stored state on."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from vetrina.domain.show import rules
from vetrina.domain.show.events import Event, Position, Recorded
from vetrina.domain.show.state import ShowState, reached
from vetrina.live.stored_states import STORED_EVERY, opened, stored
from vetrina.realtime.history import MOST_EVENTS, Entry, History
from vetrina.store.errors import DamagedLog, StoreError
from vetrina.store.ports.shows import Show, ShowStore, Standing
from vetrina.store.ports.states import StateStore

logger = logging.getLogger(__name__)
# Taking in an event costs up to 30 µs: nobody waits longer than a few milliseconds for a page.
PAGE = 200
# Encoding so many takes a few milliseconds; then others come in between.
ENCODED_AT_ONCE = 100
# Whoever is stopped while reading a long log anew goes on from here at the next start.
MADE_AGAIN_EVERY = 50_000


class LogStore(ShowStore, StateStore, Protocol):
    """Logs, and what they came to."""


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


async def load(store: LogStore, slug: str) -> Loaded | None:
    """Read a show, in pieces between which others go on; None for an unknown show.

    What is read does not depend on the log's length: the newest events, for those who resume, and
    what came after the stored state. Where none fits the log is read whole, and its state stored.

    Raises DamagedLog.
    """
    show = await store.show(slug)
    if show is None:
        return None
    begun = opened(slug, await store.stored_state(slug))
    if begun is not None:
        loaded = await _read_on(store, show, *begun)
        if loaded.position.seq >= begun[1]:
            return loaded
        # Else the log has lost its end, and the state has not.
    return await _read_on(store, show, initial_state(show), 0)


async def _read_on(store: LogStore, show: Show, state: ShowState, seq: int) -> Loaded:
    """From the state after the event `seq` to the end of the log."""
    newest: deque[Recorded] = deque(maxlen=MOST_EVENTS)
    after, kept = max(0, seq - MOST_EVENTS), seq
    while page := await store.events(show.slug, after=after, limit=PAGE):
        state = _advanced_by(state, [each for each in page if each.seq > seq], show.slug)
        after = page[-1].seq
        newest.extend(page)
        if len(page) < PAGE:
            break
        if after - kept >= MADE_AGAIN_EVERY:
            kept = await _keep(store, show, after, state)
    if after - kept >= STORED_EVERY:
        await _keep(store, show, after, state)
    return Loaded(show, Position(show.epoch, after), state, await _encoded(after, list(newest)))


async def _keep(store: LogStore, show: Show, seq: int, state: ShowState) -> int:
    """Store a state that was made again; where that fails, the next start does it. Returns seq."""
    try:
        await store.put_state(show.slug, stored(seq, state))
    except StoreError as error:
        logger.warning("%s: the state cannot be stored: %s", show.slug, str(error))
    return seq


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
