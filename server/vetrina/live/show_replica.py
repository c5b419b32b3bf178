"""Replica of one show in this process: the writer decides on it, the room reads it.

Events come in by `take`, whoever wrote them and whatever carried them: each once, in order. What
the bus lost is read from the store.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from vetrina.clock import Clock
from vetrina.domain.show.events import Position, Recorded
from vetrina.domain.show.state import ShowState
from vetrina.live.show_loader import PAGE, Loaded, advanced
from vetrina.realtime.history import Entry, History
from vetrina.realtime.replica_port import Notify
from vetrina.store.errors import StoreError
from vetrina.store.ports.shows import Show, ShowStore

logger = logging.getLogger(__name__)
RETRY_MS = 500
"""Between two reads of a store that is away."""


class Gap(Exception):
    """Events are missing between the replica's position and those it was given."""

    def __init__(self, slug: str, seq: int, came: int) -> None:
        super().__init__(f"{slug}: expected event {seq + 1}, got {came}; read on from {seq}")


class ShowReplica:
    """State, position and newest events.

    `released` is called when the last subscriber leaves; `doubt` is set when the log does not hold
    what was published of it.
    """

    def __init__(
        self,
        loaded: Loaded,
        store: ShowStore,
        clock: Clock,
        doubt: asyncio.Event,
        released: Callable[[ShowReplica], None],
    ) -> None:
        self.show: Show = loaded.show
        self.slug = loaded.show.slug
        self.position: Position = loaded.position
        self.state: ShowState = loaded.state
        self.history: History = loaded.history
        self._store = store
        self._clock = clock
        self._doubt = doubt
        self._released = released
        self._subscribers: list[Notify] = []
        self._wanted_seq = 0
        self._filling: asyncio.Task[None] | None = None

    def subscribe(self, notify: Notify) -> None:
        """Call this for all events from now on, in the order of subscription."""
        self._subscribers.append(notify)

    def unsubscribe(self, notify: Notify) -> None:
        """Call it no more. Twice does no harm."""
        if notify in self._subscribers:
            self._subscribers.remove(notify)
            if not self._subscribers:
                self._released(self)

    def take(self, events: Sequence[Recorded], state: ShowState | None = None) -> None:
        """Take in events that were committed together; known ones are passed over. Raises Gap.

        `state`: the state after them, if it was computed already.
        """
        fresh = self._fresh(events)
        if not fresh:
            return
        entries = [Entry(recorded) for recorded in fresh]
        self.state = advanced(self.state, fresh) if state is None else state
        self.position = Position(self.position.epoch, fresh[-1].seq)
        self.history.add(entries)
        for notify in list(self._subscribers):
            try:
                notify(entries)
            except Exception:
                logger.exception("%s: a subscriber failed at event %d", self.slug, fresh[0].seq)

    async def catch_up(self) -> None:
        """Read on to the end of the log. Raises StoreError."""
        while await self._read_page() == PAGE:
            pass

    def fill_to(self, seq: int) -> None:
        """Read on in the background until `seq`. A store that is away is asked again.

        What is not in the store is not waited for: the log has lost its end.
        """
        self._wanted_seq = max(self._wanted_seq, seq)
        if self._filling is None:
            self._filling = asyncio.create_task(self._fill(), name=f"fill {self.slug}")

    async def filled(self, timeout_s: float) -> None:
        """Wait for a read in the background, so long at most."""
        if self._filling is not None:
            await asyncio.wait({self._filling}, timeout=timeout_s)

    def close(self) -> None:
        """Nobody is notified any more, and nothing is read."""
        self._subscribers.clear()
        if self._filling is not None:
            self._filling.cancel()

    def _fresh(self, events: Sequence[Recorded]) -> list[Recorded]:
        seq = self.position.seq
        fresh = [recorded for recorded in events if recorded.seq > seq]
        for expected, recorded in enumerate(fresh, seq + 1):
            if recorded.seq != expected:
                raise Gap(self.slug, expected - 1, recorded.seq)
        return fresh

    async def _fill(self) -> None:
        """No await between the last comparison and the end: what comes later starts anew."""
        try:
            while self.position.seq < self._wanted_seq:
                try:
                    if not await self._read_page():
                        self._doubt.set()
                        return
                except StoreError:
                    logger.warning("cannot read what was missed of %s; trying again", self.slug)
                    await self._clock.sleep_until(self._clock.now_ms() + RETRY_MS)
        finally:
            self._filling, self._wanted_seq = None, 0

    async def _read_page(self) -> int:
        """How many events came. A page is short, so that others come in between."""
        missed = await self._store.events(self.slug, after=self.position.seq, limit=PAGE)
        self.take(missed)
        return len(missed)
