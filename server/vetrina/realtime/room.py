"""Publish/subscribe: everybody who watches one show in this process.

A room reads the show's replica and is notified by it; it keeps subscribers and frames. Every method
is synchronous: nothing can happen between a client's registration and its snapshot, or between a
change of state and its delivery. So nobody misses an event or gets one twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from vetrina.domain.access import Role
from vetrina.domain.show.events import Position
from vetrina.domain.show.state import ShowState
from vetrina.protocol import messages
from vetrina.protocol.purchase_merging import merge_purchases
from vetrina.protocol.snapshot import View
from vetrina.realtime.broadcast import Broadcast
from vetrina.realtime.history import Entry
from vetrina.realtime.hub_config import HubConfig
from vetrina.realtime.live_counts import LiveCounts
from vetrina.realtime.presence import Overlays
from vetrina.realtime.replica_port import Replica
from vetrina.realtime.subscriber import Subscriber
from vetrina.realtime.subscribers import Subscribers
from vetrina.realtime.welcomes import Welcomes
from vetrina.websocket.framing import SharedFrame


class Room:
    """Delivers a show's events in order; lets clients in without a gap or a double."""

    def __init__(self, replica: Replica, config: HubConfig | None = None) -> None:
        self.config = config or HubConfig()
        self.overlays = Overlays()
        self.subscribers = Subscribers()
        self.idle_since: int | None = None
        self._replica = replica
        self._broadcast = Broadcast(
            self.config, self.subscribers, self._public_frame, self._recover
        )
        self.counts = LiveCounts(self.config, self.subscribers, self._broadcast, self.overlays)
        self._welcomes = Welcomes(replica, self.config)
        self._was_private = replica.state.private
        self._began_seq = replica.history.first("show_started")
        replica.subscribe(self._deliver)

    @property
    def slug(self) -> str:
        """The show's name in addresses."""
        return self._replica.slug

    @property
    def position(self) -> Position:
        """Where the show stands here."""
        return self._replica.position

    @property
    def state(self) -> ShowState:
        """The show's state at `position`."""
        return self._replica.state

    def close(self) -> None:
        """Nothing is delivered any more."""
        self._replica.unsubscribe(self._deliver)

    def join(self, subscriber: Subscriber, last: Position | None, now: int) -> None:
        """Let a client in: from now on it gets every event, and first what leads up to now."""
        self.subscribers.add(subscriber)
        self.idle_since = None
        missed = None if self._hid(subscriber, last) else self._missed(last)
        if last is None or missed is None:
            self._welcome(subscriber, now)
            self.config.metrics.joins.labels("snapshot").inc()
        else:
            self._resume(subscriber, last, missed, now)
            self.config.metrics.joins.labels("resumed").inc()
        if subscriber.role == Role.VIEWER:
            self._broadcast.joined(subscriber)
        if subscriber.role == Role.CONTROL:
            subscriber.signal(self.counts.frame())

    def leave(self, subscriber: Subscriber, now: int) -> None:
        """The client is gone. Twice does no harm."""
        self.subscribers.remove(subscriber)
        self._broadcast.left(subscriber)
        if not self.subscribers:
            self.idle_since = now

    def tap(self, sku: str) -> bool:
        """A viewer tapped a product; False when it is not in the bag, as far as viewers know."""
        if self.state.private or sku not in self.state.bag:
            return False
        self.counts.tap(sku)
        return True

    def event_at(self, seq: int) -> int | None:
        """When an event happened, as long as it is among the newest."""
        return self._replica.history.at(seq)

    def snapshot(self, view: View) -> bytes:
        """The state as JSON, encoded once per seq and number of viewers."""
        return self._welcomes.snapshot(view, self.counts.shown_viewers)

    def check_slow(self, now: int) -> None:
        """Give a fresh snapshot to those who have caught up, close those who take too long."""
        for subscriber in list(self.subscribers.lagging):
            if not subscriber.drained and subscriber.overdue(now):
                self.leave(subscriber, now)
                subscriber.close_slow()
                self.config.metrics.lagging.labels("closed").inc()
        if not self._broadcast.running:
            self._recover()

    def overlay_list(self, now: int) -> list[dict[str, Any]]:
        """What `GET /shows/{slug}/overlays` answers."""
        return self.overlays.listed(now)

    def _deliver(self, entries: Sequence[Entry]) -> None:
        """Overlays are on air and come first, and control decides; then the viewers."""
        now, subscribers = self.config.clock.now_ms(), self.subscribers
        metrics, many = self.config.metrics, len(entries)
        public = self._public_frame(entries, now)
        subscribers.deliver(subscribers.overlays, public, now, many, metrics)
        if subscribers.controls:
            control = self._control_frame(entries, now)
            subscribers.deliver(subscribers.controls, control, now, many, metrics)
        was_private, self._was_private = self._was_private, self.state.private
        if was_private:
            self._announce(entries)
        else:
            self._broadcast.events(entries, now, public)

    def _announce(self, entries: Sequence[Entry]) -> None:
        """A draft tells viewers when it begins and nothing else; once it began, all there is."""
        if not self.state.private:
            self._began_seq = entries[-1].seq
        elif all(entry.public.data["type"] != "show_edited" for entry in entries):
            return
        view: View = "announced" if self.state.private else "public"
        self._broadcast.renew(partial(self._snapshot_frame, view))

    def _recover(self) -> None:
        """A snapshot for each who lagged and has read all. Never within a round: it would hold
        what the round is about to send."""
        now = self.config.clock.now_ms()
        for subscriber in [one for one in self.subscribers.lagging if one.drained]:
            self.subscribers.lagging.discard(subscriber)
            self._welcome(subscriber, now)
            if subscriber.role == Role.VIEWER:
                self._broadcast.joined(subscriber)
            if subscriber.role == Role.CONTROL:
                subscriber.signal(self.counts.frame())
            self.config.metrics.lagging.labels("recovered").inc()

    def _public_frame(self, entries: Sequence[Entry], now: int) -> SharedFrame:
        """Events as everybody may see them; purchases that come too fast to read are merged."""
        merged = merge_purchases([entry.public for entry in entries])
        text = messages.events(entries[-1].seq, now, (event.encoded for event in merged))
        return SharedFrame(self.config.located(text), pack=self.config.pack)

    def _control_frame(self, entries: Sequence[Entry], now: int) -> SharedFrame:
        encoded = (entry.control.encoded for entry in entries)
        text = self.config.located(messages.events(entries[-1].seq, now, encoded))
        return SharedFrame(text, pack=self.config.pack)

    def _hid(self, subscriber: Subscriber, last: Position | None) -> bool:
        """Whether what a viewer missed, or what led to it, was a draft's own business."""
        if subscriber.role != Role.VIEWER:
            return False
        return self.state.private or (last is not None and last.seq < self._began_seq)

    def _missed(self, last: Position | None) -> list[Entry] | None:
        if last is None or last.epoch != self.position.epoch:
            return None
        return self._replica.history.since(last.seq)

    def _resume(
        self, subscriber: Subscriber, last: Position, missed: Sequence[Entry], now: int
    ) -> None:
        subscriber.deliver(self._welcomes.resumed(last, now), now)
        self.config.metrics.frames_sent.labels("welcome").inc()
        if missed:
            audience = subscriber.audience
            make = self._control_frame if audience == "team" else self._public_frame
            subscriber.deliver(self._welcomes.missed(audience, missed, now, make), now)

    def _welcome(self, subscriber: Subscriber, now: int) -> None:
        hidden = subscriber.role == Role.VIEWER and self.state.private
        view: View = "announced" if hidden else subscriber.audience
        subscriber.catch_up(self._snapshot_frame(view, now))
        self.config.metrics.frames_sent.labels("welcome").inc()

    def _snapshot_frame(self, view: View, now: int) -> SharedFrame:
        return self._welcomes.with_snapshot(view, self.counts.shown_viewers, now)
