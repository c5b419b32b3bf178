"""Current show: which one is on, for purchases of a connection that belongs to none."""

from __future__ import annotations

from collections.abc import Container, Iterable

from vetrina.clock import Clock
from vetrina.store.ports.shows import Running, ShowStore

# A real one before a rehearsal.
LISTENING = ("live", "paused", "rehearsal")
FRESH_MS = 1_000

Candidate = tuple[int, str, str]
"""When a show was made, its slug, its status."""


class CurrentShow:
    """Knows the shows of other processes too, when there is a store that they share."""

    def __init__(self, store: ShowStore | None, clock: Clock, damaged: Container[str] = ()) -> None:
        self._damaged = damaged
        self._store = store
        self._clock = clock
        self._running: list[Running] = []
        self._read_at = 0

    async def newest(self, local: Iterable[Candidate]) -> str | None:
        """The newest show that is on. Local ones are known to the moment, others to a second."""
        candidates = {slug: (made, slug, status) for made, slug, status in local}
        for running in await self._remote():
            if running.standing is not None and running.slug not in self._damaged:
                candidate = (running.created_at, running.slug, running.standing.status)
                candidates.setdefault(running.slug, candidate)
        for wanted in LISTENING:
            on = [candidate for candidate in candidates.values() if candidate[2] == wanted]
            if on:
                return max(on)[1]
        return None

    async def _remote(self) -> list[Running]:
        now = self._clock.now_ms()
        if self._store is not None and now - self._read_at >= FRESH_MS:
            self._read_at = now
            self._running = await self._store.running()
        return self._running
