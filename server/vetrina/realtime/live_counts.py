"""Conflation: viewers, taps and overlays of a show, of which only the newest values are sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from vetrina.protocol import messages
from vetrina.realtime.broadcast import Broadcast
from vetrina.realtime.hub_config import HubConfig
from vetrina.realtime.presence import MOST_SIGNALLED, Overlays, combined, without_ages
from vetrina.realtime.subscribers import Subscribers
from vetrina.websocket.framing import SharedFrame

EXACT_BELOW: Final = 100
"""A small audience sees its exact size in a snapshot; a large one what was last signalled."""
SIGNALS_PER_S: Final = 1_000
"""Signals to viewers: half a percent of a core. 5,000 viewers get their number every 5 s."""
SIGNAL_LEAST_MS: Final = 2_000
"""For mobile data: in a busy show the size of the audience changes every second."""
SIGNAL_MOST_MS: Final = 10_000
TOGETHER_S: Final = 0.25
"""A lost overlay is told at once as people see it, and never more than four times a second."""


class LiveCounts:
    """The counts of this process, the sums of the others, and what was last signalled of both."""

    def __init__(
        self,
        config: HubConfig,
        subscribers: Subscribers,
        broadcast: Broadcast,
        overlays: Overlays,
    ) -> None:
        self._config = config
        self._subscribers = subscribers
        self._broadcast = broadcast
        self._overlays = overlays
        self._taps: dict[str, int] = {}
        self._remote: tuple[int, Mapping[str, int]] = (0, {})
        self._elsewhere: Sequence[Mapping[str, Any]] = ()
        self._complete = True
        self._telling = False
        self._signalled: tuple[int, dict[str, int], object] = (0, {}, None)
        self._public = 0
        self._public_at = 0

    @property
    def own_viewers(self) -> int:
        """How many watch in this process."""
        return len(self._subscribers.viewers) - self._subscribers.uncounted

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

    def set_remote(
        self,
        viewers: int,
        taps: Mapping[str, int],
        overlays: Sequence[Mapping[str, Any]] = (),
        *,
        complete: bool = True,
    ) -> None:
        """What the other processes have to add; not `complete` while they are not heard."""
        self._remote = (viewers, taps)
        if (overlays, complete) != (self._elsewhere, self._complete):
            self._elsewhere, self._complete = overlays, complete
            self.presence_changed()

    def frame(self) -> SharedFrame:
        """The values of the moment, for control."""
        presence = self._presence(self._config.clock.now_ms())
        return SharedFrame(messages.signal(self.viewers, self.taps, presence))

    def presence_changed(self) -> None:
        """An overlay came, went or told something: control hears of it in a moment.

        What changes within that moment is told together.
        """
        if self._subscribers.controls and not self._telling:
            self._telling = True
            self._config.scheduler.later(TOGETHER_S, self._tell_control)

    def signal(self) -> None:
        """Send what changed: to control at every call, once a second.

        The audience gets its size less often, a larger one still less, or sending it would cost
        more than events do.
        """
        self._tell_control()
        now, viewers = self._config.clock.now_ms(), self.viewers
        pause_ms = max(SIGNAL_LEAST_MS, self.own_viewers * 1000 // SIGNALS_PER_S)
        pause_ms = min(pause_ms, SIGNAL_MOST_MS)
        if viewers != self._public and now - self._public_at >= pause_ms:
            self._public, self._public_at = viewers, now
            public = SharedFrame(messages.signal(viewers))
            self._subscribers.signal(self._subscribers.overlays, public, self._config.metrics)
            self._broadcast.signal(public)

    def _tell_control(self) -> None:
        self._telling = False
        viewers, taps, controls = self.viewers, self.taps, self._subscribers.controls
        presence = self._presence(self._config.clock.now_ms()) if controls else {}
        values = (viewers, taps, _steady(presence))
        if values != self._signalled:
            self._signalled = values
            frame = SharedFrame(messages.signal(viewers, taps, presence))
            self._subscribers.signal(controls, frame, self._config.metrics)

    def _presence(self, now: int) -> dict[str, Any]:
        """The overlays of all processes; nothing where they are too many to be told each time."""
        listed = combined(self._overlays.listed(now), self._elsewhere)
        if len(listed) > MOST_SIGNALLED:
            return {}
        return {"overlays": listed, "complete": self._complete}


def _steady(presence: Mapping[str, Any]) -> object:
    return (without_ages(presence.get("overlays", ())), presence.get("complete"))
