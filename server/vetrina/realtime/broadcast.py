"""Broadcast to viewers, coalesced: at once when it is quiet, together when it is not.

    quiet → round      something came: everybody is served, a slice of them at a time
    round → pause      served: a pause in proportion to what it cost, 20 ms at most
    pause → round      what came meanwhile leaves in one frame and one write
    pause → quiet      nothing came

Overlays and control do not wait here: they are few, and on air.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final

from vetrina.realtime.fair_scheduling import LONGEST_PAUSE_S, PAUSE_FACTOR
from vetrina.realtime.history import Entry
from vetrina.realtime.hub_config import HubConfig
from vetrina.realtime.subscriber import Subscriber
from vetrina.realtime.subscribers import Subscribers
from vetrina.websocket.framing import SharedFrame

Framing = Callable[[Sequence[Entry], int], SharedFrame]
Serve = Callable[[Iterator[Subscriber]], int]
Snapshot = Callable[[int], SharedFrame]

NOBODY: Final[Iterator[Subscriber]] = iter(())
WORTH_A_PAUSE_S: Final = 0.0005
"""A shorter round, of some sixty viewers, is followed by none."""


class Broadcast:
    """The viewers' half of a room's delivery.

    `framing` makes one frame of several events; `idle` is called after a round, when everybody has
    got the same.
    """

    def __init__(
        self,
        config: HubConfig,
        subscribers: Subscribers,
        framing: Framing,
        idle: Callable[[], None],
    ) -> None:
        self._config = config
        self._subscribers = subscribers
        self._framing = framing
        self._idle = idle
        self._pending: list[Entry] = []
        self._late: dict[Subscriber, int] = {}
        self._renewal: Snapshot | None = None
        self._signal: SharedFrame | None = None
        self._signal_waited = False
        self._paused = False
        self._queue = NOBODY
        self._serve: Serve | None = None
        self._began_at = 0.0

    @property
    def running(self) -> bool:
        """Whether a round is under way: some have its frame already and some have not."""
        return self._serve is not None

    def events(self, entries: Sequence[Entry], now: int, frame: SharedFrame | None = None) -> None:
        """Deliver events, at once or with the next round. `frame` is of these, if made already."""
        complete = frame if not self._pending else None
        self._pending.extend(entries)
        if not (self.running or self._paused):
            self._begin_events(now, complete)

    def renew(self, snapshot: Snapshot) -> None:
        """Give everybody a snapshot of the moment it leaves, in place of the events that wait."""
        self._renewal = snapshot
        if not (self.running or self._paused):
            self._next()

    def signal(self, frame: SharedFrame) -> None:
        """Deliver values of the moment. They replace older ones that still wait."""
        self._signal = frame
        if not (self.running or self._paused):
            self._next()

    def joined(self, subscriber: Subscriber) -> None:
        """A viewer was given all there is, also what waits for the next round."""
        if self._pending:
            self._late[subscriber] = self._pending[-1].seq

    def left(self, subscriber: Subscriber) -> None:
        """A viewer is gone."""
        self._late.pop(subscriber, None)

    def _next(self) -> None:
        """A snapshot, then events; a signal waits for one round of them only."""
        self._paused = False
        if self._renewal is not None:
            self._begin_renewal(self._renewal)
        elif self._signal is not None and (self._signal_waited or not self._pending):
            frame, self._signal, self._signal_waited = self._signal, None, False
            self._begin(lambda some: self._subscribers.signal(some, frame, self._config.metrics))
        elif self._pending:
            self._signal_waited = self._signal is not None
            self._begin_events(self._config.clock.now_ms(), None)

    def _begin_renewal(self, snapshot: Snapshot) -> None:
        self._renewal = None
        self._pending, self._late = [], {}
        now, metrics = self._config.clock.now_ms(), self._config.metrics
        frame = snapshot(now)
        self._begin(lambda some: self._subscribers.deliver(some, frame, now, 0, metrics))

    def _begin_events(self, now: int, frame: SharedFrame | None) -> None:
        entries, self._pending = self._pending, []
        late, self._late = self._late, {}
        frame = frame or self._framing(entries, now)
        self._serve_late(late, entries, now)
        many = len(entries)
        self._begin(
            lambda some: self._subscribers.deliver(some, frame, now, many, self._config.metrics),
            late,
        )

    def _serve_late(self, late: dict[Subscriber, int], entries: Sequence[Entry], now: int) -> None:
        """Those who came while events waited know some of them; give them the others."""
        by_seq: dict[int, list[Subscriber]] = {}
        for subscriber, seq in late.items():
            by_seq.setdefault(seq, []).append(subscriber)
        metrics = self._config.metrics
        for seq, some in by_seq.items():
            rest = [entry for entry in entries if entry.seq > seq]
            if rest:
                frame = self._framing(rest, now)
                self._subscribers.deliver(iter(some), frame, now, len(rest), metrics)

    def _begin(self, serve: Serve, without: dict[Subscriber, int] | None = None) -> None:
        viewers = list(self._subscribers.viewers)
        if without:
            viewers = [subscriber for subscriber in viewers if subscriber not in without]
        self._queue = iter(viewers)
        self._serve = serve
        self._began_at = self._config.scheduler.time()
        self._go_on()

    def _go_on(self) -> None:
        """Serve a slice; whatever else waits for the event loop comes before the next one."""
        size = self._config.scheduler.slice
        if self._serve is not None and self._serve(islice(self._queue, size)) == size:
            self._config.scheduler.later(0, self._go_on)
        else:
            self._end()

    def _end(self) -> None:
        self._queue, self._serve = NOBODY, None
        took_s = self._config.scheduler.time() - self._began_at
        self._config.metrics.fan_out_seconds.observe(took_s)
        self._idle()
        if took_s >= WORTH_A_PAUSE_S:
            self._paused = True
            pause_s = min(LONGEST_PAUSE_S, PAUSE_FACTOR * took_s)
            self._config.scheduler.later(pause_s, self._next)
        elif self._pending or self._renewal is not None or self._signal is not None:
            self._next()
