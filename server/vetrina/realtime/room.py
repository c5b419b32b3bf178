"""One show in one process: its state, its newest events and everybody who watches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any, Final

import orjson

from vetrina.domain.access import Role
from vetrina.domain.show.events import Position, Recorded
from vetrina.domain.show.state import ShowState, evolve
from vetrina.protocol import messages
from vetrina.protocol.codec import Audience
from vetrina.protocol.purchase_merging import merge_purchases
from vetrina.protocol.snapshot import control_state, public_state
from vetrina.realtime.broadcast import Broadcast
from vetrina.realtime.history import Entry, History
from vetrina.realtime.hub_config import HubConfig
from vetrina.realtime.presence import Overlays
from vetrina.realtime.subscriber import Subscriber
from vetrina.realtime.subscribers import Subscribers
from vetrina.websocket.framing import SharedFrame

EXACT_BELOW: Final = 100
"""A small audience sees its exact size in a snapshot; a large one what was last signalled."""
SIGNALS_PER_S: Final = 1_000
"""Signals to viewers: half a percent of a core. A crowd of 5,000 hears its size every 5 s."""
SIGNAL_MOST_MS: Final = 10_000
WELCOME_MS: Final = 20
"""One welcome serves all who come within this time; its `now` is off by so much at most."""


class Gap(Exception):
    """Events are missing between where the room stands and what it was given."""

    def __init__(self, slug: str, seq: int, came: int) -> None:
        super().__init__(f"{slug}: expected event {seq + 1}, got {came}; read on from {seq}")


class Room:
    """Takes committed events in order and delivers them; lets clients in without gap or double.

    Every method is synchronous: nothing can happen between a client's registration and its
    snapshot, or between a change of state and its delivery.
    """

    def __init__(
        self,
        slug: str,
        epoch: str,
        seq: int,
        state: ShowState,
        house: HubConfig | None = None,
        *,
        backlog: History | None = None,
    ) -> None:
        self.slug = slug
        self.state = state
        self.overlays = Overlays()
        self.seating = Subscribers()
        self.idle_since: int | None = None
        self._epoch = epoch
        self._seq = seq
        self._backlog = backlog or History(seq)
        self._taps: dict[str, int] = {}
        self._elsewhere: tuple[int, Mapping[str, int]] = (0, {})
        self._snapshots: dict[Audience, tuple[int, int, bytes]] = {}
        self._welcomes: dict[Audience, tuple[bytes, int, SharedFrame]] = {}
        self._signalled: tuple[int, dict[str, int]] = (0, {})
        self._told = (0, 0)
        self._flow = Broadcast(house or HubConfig(), self.seating, self._public_frame)
        self._flow.on_rest = self._recover

    @property
    def house(self) -> HubConfig:
        """The rules that hold here."""
        return self._flow.house

    @house.setter
    def house(self, house: HubConfig) -> None:
        self._flow.house = house

    @property
    def position(self) -> Position:
        """Where the show stands here."""
        return Position(self._epoch, self._seq)

    def is_behind(self, other: Position) -> bool:
        """Whether somebody knows more of this log; a position in another log says nothing."""
        return other.epoch == self._epoch and other.seq > self._seq

    @property
    def viewers(self) -> int:
        """How many watch, in all processes."""
        return self.own_viewers + self._elsewhere[0]

    @property
    def own_viewers(self) -> int:
        """How many watch in this process."""
        return len(self.seating.viewers)

    @property
    def own_taps(self) -> dict[str, int]:
        """What was tapped in this process, by SKU."""
        return dict(self._taps)

    @property
    def taps(self) -> dict[str, int]:
        """What was tapped in all processes, by SKU."""
        taps = dict(self._taps)
        for sku, count in self._elsewhere[1].items():
            taps[sku] = taps.get(sku, 0) + count
        return taps

    def elsewhere(self, viewers: int, taps: Mapping[str, int]) -> None:
        """What the other processes have to add."""
        self._elsewhere = (viewers, taps)

    def advance(self, events: Sequence[Recorded], now: int) -> None:
        """Take over events that were committed together. Known ones are ignored. Raises Gap."""
        fresh = self._fresh(events)
        if not fresh:
            return
        self.state = reduce(evolve, (recorded.event for recorded in fresh), self.state)
        self._seq = fresh[-1].seq
        entries = [Entry.of(recorded) for recorded in fresh]
        self._backlog.add(entries)
        self._deliver(entries, now)

    def join(self, seat: Subscriber, last: Position | None, now: int) -> None:
        """Let a client in: from now on it gets every event, and first what leads up to now."""
        self.seating.add(seat)
        self.idle_since = None
        missed = self._missed(last)
        if last is None or missed is None:
            self._welcome(seat, now)
            self.house.metrics.joins.labels("snapshot").inc()
        else:
            self._resume(seat, last, missed, now)
            self.house.metrics.joins.labels("resumed").inc()
        if seat.role == Role.VIEWER:
            self._flow.joined(seat)
        if seat.role == Role.CONTROL and self.taps:
            seat.signal(SharedFrame(messages.signal(self.viewers, self.taps)))

    def leave(self, seat: Subscriber, now: int) -> None:
        """The client is gone. Twice does no harm."""
        self.seating.remove(seat)
        self._flow.left(seat)
        if not self.seating:
            self.idle_since = now

    def tap(self, sku: str) -> bool:
        """A viewer tapped a product; False when it is not in the bag."""
        if sku not in self.state.bag:
            return False
        self._taps[sku] = self._taps.get(sku, 0) + 1
        return True

    def event_at(self, seq: int) -> int | None:
        """When an event happened, as long as it is among the newest."""
        return self._backlog.at(seq)

    def snapshot(self, audience: Audience) -> bytes:
        """The state as JSON, encoded once per seq and number of viewers."""
        viewers = self.viewers if self.viewers < EXACT_BELOW else self._signalled[0]
        known = self._snapshots.get(audience)
        if known is not None and known[:2] == (self._seq, viewers):
            return known[2]
        make = control_state if audience == "team" else public_state
        encoded = orjson.dumps(make(self.state, viewers))
        self._snapshots[audience] = (self._seq, viewers, encoded)
        return encoded

    def signal(self) -> None:
        """Tell the values of the moment if they changed: control at every call, once a second.

        A larger crowd hears of its size less often, or telling it would cost more than events do.
        """
        now, viewers, taps = self.house.clock.now_ms(), self.viewers, self.taps
        seating, metrics = self.seating, self.house.metrics
        if (viewers, taps) != self._signalled:
            self._signalled = (viewers, taps)
            control = SharedFrame(messages.signal(viewers, taps))
            seating.signal(seating.controls, control, metrics)
        told, told_at = self._told
        pause_ms = min(len(seating.viewers) * 1000 // SIGNALS_PER_S, SIGNAL_MOST_MS)
        if viewers != told and now - told_at >= pause_ms:
            self._told = (viewers, now)
            public = SharedFrame(messages.signal(viewers))
            seating.signal(seating.overlays, public, metrics)
            self._flow.signal(public)

    def look_after_slow(self, now: int) -> None:
        """Give a fresh snapshot to those who have caught up, close those who take too long."""
        for seat in list(self.seating.lagging):
            if not seat.drained and seat.lost_patience(now):
                self.leave(seat, now)
                seat.close_slow()
                self.house.metrics.lagging.labels("closed").inc()
        if not self._flow.serving:
            self._recover()

    def overlay_list(self, now: int) -> list[dict[str, Any]]:
        """What `GET /shows/{slug}/overlays` answers."""
        return self.overlays.listed(now)

    def _fresh(self, events: Sequence[Recorded]) -> list[Recorded]:
        fresh = [recorded for recorded in events if recorded.seq > self._seq]
        for expected, recorded in enumerate(fresh, self._seq + 1):
            if recorded.seq != expected:
                raise Gap(self.slug, expected - 1, recorded.seq)
        return fresh

    def _deliver(self, entries: Sequence[Entry], now: int) -> None:
        """Overlays are on air and come first, and control decides; then the crowd."""
        seating, metrics = self.seating, self.house.metrics
        public = self._public_frame(entries, now)
        seating.deliver(seating.overlays, public, now, len(entries), metrics)
        if seating.controls:
            control = self._control_frame(entries, now)
            seating.deliver(seating.controls, control, now, len(entries), metrics)
        self._flow.events(entries, now, public)

    def _recover(self) -> None:
        """A snapshot for each who lagged and has read all. Never within a round: it would be told
        twice what the round tells."""
        now = self.house.clock.now_ms()
        for seat in [seat for seat in self.seating.lagging if seat.drained]:
            self.seating.lagging.discard(seat)
            self._welcome(seat, now)
            if seat.role == Role.VIEWER:
                self._flow.joined(seat)
            self.house.metrics.lagging.labels("recovered").inc()

    def _public_frame(self, entries: Sequence[Entry], now: int) -> SharedFrame:
        """Events as everybody may see them; purchases that come too fast to read are merged."""
        merged = merge_purchases([entry.public for entry in entries])
        text = messages.events(self._seq, now, (event.encoded for event in merged))
        return SharedFrame(self.house.located(text), pack=self.house.pack)

    def _control_frame(self, entries: Sequence[Entry], now: int) -> SharedFrame:
        encoded = (entry.control.encoded for entry in entries)
        text = self.house.located(messages.events(self._seq, now, encoded))
        return SharedFrame(text, pack=self.house.pack)

    def _missed(self, last: Position | None) -> list[Entry] | None:
        if last is None or last.epoch != self._epoch:
            return None
        return self._backlog.since(last.seq)

    def _resume(self, seat: Subscriber, last: Position, missed: Sequence[Entry], now: int) -> None:
        seat.deliver(SharedFrame(self._welcome_text(last, None, now)), now)
        self.house.metrics.frames_sent.labels("welcome").inc()
        if missed:
            frame = self._control_frame if seat.audience == "team" else self._public_frame
            seat.deliver(frame(missed, now), now)

    def _welcome(self, seat: Subscriber, now: int) -> None:
        state = self.snapshot(seat.audience)
        made_of, made_at, frame = self._welcomes.get(seat.audience, _NO_WELCOME)
        if made_of is not state or not 0 <= now - made_at < WELCOME_MS:
            text = self.house.located(self._welcome_text(self.position, state, now))
            frame = SharedFrame(text, pack=self.house.pack)
            self._welcomes[seat.audience] = (state, now, frame)
        seat.catch_up(frame)
        self.house.metrics.frames_sent.labels("welcome").inc()

    def _welcome_text(self, position: Position, state: bytes | None, now: int) -> bytes:
        return messages.welcome(
            self.slug,
            position,
            now=now,
            heartbeat_ms=self.house.manners.heartbeat_ms,
            assets=self.house.assets,
            state=state,
        )


_NO_WELCOME: Final = (b"", 0, SharedFrame(b""))
