"""Standing: what the store keeps of a show beside its log, so that few logs need be read."""

from __future__ import annotations

from vetrina.live.show_loader import standing_of
from vetrina.live.show_replica import ShowReplica
from vetrina.store.ports.shows import Running, ShowStore


async def correct_standing(store: ShowStore, running: Running, replica: ShowReplica) -> None:
    """Where the store says something else of a show than its log."""
    standing = standing_of(replica.state)
    if running.standing != standing and running.position == replica.position:
        await store.set_standing(running.slug, standing)
