"""A show as its log tells it."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass

from vetrina.domain.show import rules
from vetrina.domain.show.events import Event, Position, Recorded
from vetrina.domain.show.state import ShowState, reached
from vetrina.store.ports.shows import Show, ShowStore, Standing

# Taking in an event costs up to 30 µs: nobody waits longer than a few milliseconds for a page.
PAGE = 200


@dataclass(frozen=True, slots=True)
class Loaded:
    """A show with its state at a position, and the last events that led there, if wanted."""

    show: Show
    position: Position
    state: ShowState
    newest: Sequence[Recorded] = ()


def initial_state(show: Show) -> ShowState:
    """The state before the first event."""
    return ShowState(slug=show.slug, title=show.title, currency=show.currency, host=show.host)


def advanced(state: ShowState, recorded: Iterable[Recorded]) -> ShowState:
    """The state after more events."""
    return reached(state, [entry.event for entry in recorded])


def evolved(state: ShowState, events: Iterable[Event]) -> ShowState:
    """The state after events that have no number yet."""
    return reached(state, list(events))


async def load(store: ShowStore, slug: str, *, keep: int = 0) -> Loaded | None:
    """Read a show's whole log and keep so many of its events; None for an unknown show."""
    show = await store.show(slug)
    if show is None:
        return None
    state, seq = initial_state(show), 0
    newest: deque[Recorded] = deque(maxlen=keep)
    async for page in pages(store, slug):
        state, seq = advanced(state, page), page[-1].seq
        newest.extend(page)
    return Loaded(show, Position(show.epoch, seq), state, tuple(newest))


async def pages(store: ShowStore, slug: str, after: int = 0) -> AsyncIterator[list[Recorded]]:
    """The log from a position on, in pieces that are taken in quickly: others come in between."""
    while page := await store.events(slug, after=after, limit=PAGE):
        yield page
        if len(page) < PAGE:
            return
        after = page[-1].seq


def standing_of(state: ShowState) -> Standing:
    """What the store keeps of a show beside its log."""
    return Standing(state.status, rules.next_due(state))
