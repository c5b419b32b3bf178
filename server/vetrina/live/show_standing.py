"""Standing: what the store keeps of a show beside its log, so that few logs need be read."""

from __future__ import annotations

from typing import cast

from vetrina.domain.show.events import ShowEnded
from vetrina.domain.show.state import ShowStatus
from vetrina.live.show_loader import standing_of
from vetrina.live.show_replica import ShowReplica
from vetrina.store.ports.shows import Running, Show, ShowStore


async def correct_standing(store: ShowStore, running: Running, replica: ShowReplica) -> None:
    """Where the store says something else of a show than its log."""
    standing = standing_of(replica.state)
    if running.standing != standing and running.position == replica.position:
        await store.set_standing(running.slug, standing)


async def is_over(store: ShowStore, show: Show) -> bool:
    """Whether the last event says so. Raises DamagedLog."""
    head = await store.head(show.slug)
    if head is None or head.seq == 0:
        return False
    # A reversal may come after the end; then the whole log is read.
    last = await store.events(show.slug, after=head.seq - 1)
    return any(isinstance(entry.event, ShowEnded) for entry in last)


async def last_status(store: ShowStore, show: Show) -> ShowStatus:
    """The status of a show whose log cannot be read."""
    for running in await store.running():
        if running.slug == show.slug and running.standing is not None:
            return cast("ShowStatus", running.standing.status)
    return "ended"
