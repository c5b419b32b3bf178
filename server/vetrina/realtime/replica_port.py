"""The port to a show's replica: what a room reads, and how it is notified of events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from vetrina.domain.show.events import Position
from vetrina.domain.show.state import ShowState
from vetrina.realtime.history import Entry, History

Notify = Callable[[Sequence[Entry]], None]
"""Called with events that were committed together or read together, after the state took them."""


class Replica(Protocol):
    """A show as this process knows it: `vetrina.live.show_replica.ShowReplica`."""

    slug: str
    position: Position
    """Where the show stands here."""
    state: ShowState
    """The state at `position`."""
    history: History
    """The newest events up to `position`."""

    def subscribe(self, notify: Notify) -> None:
        """Call this for all events from now on."""
        ...

    def unsubscribe(self, notify: Notify) -> None:
        """Call it no more. Twice does no harm."""
        ...
