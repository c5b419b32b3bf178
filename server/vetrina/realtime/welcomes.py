"""Snapshot cache: what newcomers get first, encoded and framed once for all who come together."""

from __future__ import annotations

from typing import Final

import orjson

from vetrina.domain.show.events import Position
from vetrina.protocol import messages
from vetrina.protocol.snapshot import VIEWS, View
from vetrina.realtime.hub_config import HubConfig
from vetrina.realtime.replica_port import Replica
from vetrina.websocket.framing import SharedFrame

WELCOME_MS: Final = 20
"""One welcome serves all who come within this time; its `now` is off by so much at most."""
_NONE: Final = (b"", 0, SharedFrame(b""))


class Welcomes:
    """The snapshots and welcome frames of one show."""

    def __init__(self, replica: Replica, config: HubConfig) -> None:
        self._replica = replica
        self._config = config
        self._snapshots: dict[View, tuple[int, int, bytes]] = {}
        self._frames: dict[View, tuple[bytes, int, SharedFrame]] = {}

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
        state = self.snapshot(view, viewers)
        made_of, made_at, frame = self._frames.get(view, _NONE)
        if made_of is not state or not 0 <= now - made_at < WELCOME_MS:
            text = self._config.located(self._text(self._replica.position, state, now))
            frame = SharedFrame(text, pack=self._config.pack)
            self._frames[view] = (state, now, frame)
        return frame

    def resumed(self, last: Position, now: int) -> SharedFrame:
        """The welcome of who goes on from `last`."""
        return SharedFrame(self._text(last, None, now))

    def _text(self, position: Position, state: bytes | None, now: int) -> bytes:
        return messages.welcome(
            self._replica.slug,
            position,
            now=now,
            heartbeat_ms=self._config.limits.heartbeat_ms,
            assets=self._config.assets,
            state=state,
        )
