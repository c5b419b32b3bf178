"""Conflation: viewers and taps of a show, of which only the newest values are sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vetrina.protocol import messages
from vetrina.realtime.broadcast import Broadcast
from vetrina.realtime.hub_config import HubConfig
from vetrina.realtime.subscribers import Subscribers
from vetrina.websocket.framing import SharedFrame

EXACT_BELOW: Final = 100
"""A small audience sees its exact size in a snapshot; a large one what was last signalled."""
SIGNALS_PER_S: Final = 1_000
"""Signals to viewers: half a percent of a core. 5,000 viewers get their number every 5 s."""
SIGNAL_LEAST_MS: Final = 2_000
"""For mobile data: in a busy show the size of the audience changes every second."""
SIGNAL_MOST_MS: Final = 10_000


class LiveCounts:
    """The counts of this process, the sums of the others, and what was last signalled of both."""

    def __init__(self, config: HubConfig, subscribers: Subscribers, broadcast: Broadcast) -> None:
        self._config = config
        self._subscribers = subscribers
        self._broadcast = broadcast
        self._taps: dict[str, int] = {}
        self._remote: tuple[int, Mapping[str, int]] = (0, {})
        self._signalled: tuple[int, dict[str, int]] = (0, {})
        self._public = 0
        self._public_at = 0

    @property
    def own_viewers(self) -> int:
        """How many watch in this process."""
        return len(self._subscribers.viewers)

    @property
    def viewers(self) -> int:
        """How many watch, in all processes."""
        return self.own_viewers + self._remote[0]

    @property
    def shown_viewers(self) -> int:
        """What a snapshot holds, so that not each newcomer needs a new one."""
        return self.viewers if self.viewers < EXACT_BELOW else self._signalled[0]

    @property
    def own_taps(self) -> dict[str, int]:
        """What was tapped in this process, by SKU."""
        return dict(self._taps)

    @property
    def taps(self) -> dict[str, int]:
        """What was tapped in all processes, by SKU."""
        taps = dict(self._taps)
        for sku, count in self._remote[1].items():
            taps[sku] = taps.get(sku, 0) + count
        return taps

    def tap(self, sku: str) -> None:
        """Count one."""
        self._taps[sku] = self._taps.get(sku, 0) + 1

    def set_remote(self, viewers: int, taps: Mapping[str, int]) -> None:
        """What the other processes have to add."""
        self._remote = (viewers, taps)

    def frame(self) -> SharedFrame:
        """The values of the moment, for control."""
        return SharedFrame(messages.signal(self.viewers, self.taps))

    def signal(self) -> None:
        """Send what changed: to control at every call, once a second.

        The audience gets its size less often, a larger one still less, or sending it would cost
        more than events do.
        """
        now, viewers, taps = self._config.clock.now_ms(), self.viewers, self.taps
        subscribers, metrics = self._subscribers, self._config.metrics
        if (viewers, taps) != self._signalled:
            self._signalled = (viewers, taps)
            subscribers.signal(subscribers.controls, self.frame(), metrics)
        pause_ms = max(SIGNAL_LEAST_MS, self.own_viewers * 1000 // SIGNALS_PER_S)
        pause_ms = min(pause_ms, SIGNAL_MOST_MS)
        if viewers != self._public and now - self._public_at >= pause_ms:
            self._public, self._public_at = viewers, now
            public = SharedFrame(messages.signal(viewers))
            subscribers.signal(subscribers.overlays, public, metrics)
            self._broadcast.signal(public)
