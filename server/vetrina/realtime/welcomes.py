"""Snapshot cache: what newcomers get first, encoded and framed once for all who come together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Final

import orjson

from vetrina.domain.show.events import Position
from vetrina.protocol import messages
from vetrina.protocol.codec import Audience
from vetrina.protocol.snapshot import VIEWS, View
from vetrina.realtime.broadcast import Framing
from vetrina.realtime.history import Entry
from vetrina.realtime.hub_config import HubConfig
from vetrina.realtime.replica_port import Replica
from vetrina.websocket.framing import SharedFrame

WELCOME_MS: Final = 20
"""One frame serves all who come within this time; its `now` is off by so much at most."""


class Welcomes:
    """The snapshots and welcome frames of one show."""

    def __init__(self, replica: Replica, config: HubConfig) -> None:
        self._replica = replica
        self._config = config
        self._snapshots: dict[View, tuple[int, int, bytes]] = {}
        self._frames: dict[Hashable, SharedFrame] = {}
        self._made_at = 0

    def snapshot(self, view: View, viewers: int) -> bytes:
        """The state as JSON, encoded once per seq and number of viewers."""
        seq = self._replica.position.seq
        known = self._snapshots.get(view)
        if known is not None and known[:2] == (seq, viewers):
            return known[2]
        encoded = orjson.dumps(VIEWS[view](self._replica.state, viewers))
        self._snapshots[view] = (seq, viewers, encoded)
        return encoded

    def with_snapshot(self, view: View, viewers: int, now: int) -> SharedFrame:
        """The welcome of who has nothing yet."""
        position = self._replica.position

        def make() -> SharedFrame:
            text = self._text(position, self.snapshot(view, viewers), now)
            return SharedFrame(self._config.located(text), pack=self._config.pack)

        return self._shared((view, position.seq, viewers), now, make)

    def resumed(self, last: Position, now: int) -> SharedFrame:
        """The welcome of who goes on from `last`."""
        return self._shared(last.seq, now, lambda: SharedFrame(self._text(last, None, now)))

    def missed(
        self, audience: Audience, entries: Sequence[Entry], now: int, make: Framing
    ) -> SharedFrame:
        """The events that came since: after an interruption all have missed the same."""
        key = (audience, entries[0].seq, entries[-1].seq, "missed")
        return self._shared(key, now, lambda: make(entries, now))

    def _shared(self, key: Hashable, now: int, make: Callable[[], SharedFrame]) -> SharedFrame:
        if not 0 <= now - self._made_at < WELCOME_MS:
            self._frames.clear()
            self._made_at = now
        frame = self._frames.get(key)
        if frame is None:
            frame = self._frames[key] = make()
        return frame

    def _text(self, position: Position, state: bytes | None, now: int) -> bytes:
        return messages.welcome(
            self._replica.slug,
            position,
            now=now,
            heartbeat_ms=self._config.limits.heartbeat_ms,
            assets=self._config.assets,
            state=state,
        )
