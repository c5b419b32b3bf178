"""When a client pings, when silence means death: the twin of `static/js/client/reconnect.js`."""

from __future__ import annotations

import math
from typing import Any, Final

from vetrina.protocol.client.backoff import between

DEAD_INTERVALS: Final = 2.5
PROBE_MS: Final = 2_000
DEFAULT_MS: Final = 25_000
SHORTEST_MS: Final = 1_000
# Below the minute of silence after which a page calls its prices old.
LONGEST_MS: Final = 45_000


class Heartbeat:
    """Any frame is a sign of life; a probe asks for one within two seconds."""

    def __init__(self) -> None:
        self._interval_ms: float = DEFAULT_MS
        self._received_at = 0
        self._ping_at: float = 0
        self._probe_until: int | None = None
        self._unanswered: list[int] = []

    def every(self, interval_ms: Any) -> None:
        """Take the server's interval; out of range or no number: the nearest or the default."""
        number = isinstance(interval_ms, int | float) and not isinstance(interval_ms, bool)
        wanted = interval_ms if number else DEFAULT_MS
        self._interval_ms = min(LONGEST_MS, max(SHORTEST_MS, wanted))

    def begin(self, now: int, random: float) -> None:
        """The first ping comes after half an interval to a whole one: the pings of many spread."""
        self._unanswered = []
        self.received(now)
        self._ping_at = now + between((self._interval_ms / 2, self._interval_ms), random)

    def received(self, now: int) -> None:
        """Any frame came."""
        self._received_at = now
        self._probe_until = None

    def ping(self, now: int) -> None:
        """A ping is being sent."""
        self._ping_at = now + self._interval_ms
        self._unanswered.append(now)

    def answered(self) -> int | None:
        """When the ping was sent that is answered now; None for a pong nobody asked for."""
        return self._unanswered.pop(0) if self._unanswered else None

    def probe(self, now: int) -> None:
        """A frame must come soon, or the connection is dead."""
        self._probe_until = now + PROBE_MS

    @property
    def probing(self) -> bool:
        """Whether a probe waits for its answer."""
        return self._probe_until is not None

    def probe_failed(self, now: int) -> bool:
        """Whether no frame came in time after a probe."""
        return self._probe_until is not None and now >= self._probe_until

    def silent(self, now: int) -> bool:
        """Whether two and a half intervals passed without any frame."""
        return now >= self._dead_at

    def ping_due(self, now: int) -> bool:
        """Whether it is time for a ping."""
        return now >= self._ping_at

    @property
    def wake_at(self) -> float:
        """When one of the questions above gets another answer."""
        probe_until = math.inf if self._probe_until is None else self._probe_until
        return min(self._ping_at, self._dead_at, probe_until)

    @property
    def _dead_at(self) -> int:
        return self._received_at + math.floor(DEAD_INTERVALS * self._interval_ms)
