"""The times of a bus over Redis, and pauses between attempts."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timings:
    """In seconds. A deaf reader is noticed after `probe_every_s + answer_s` at the latest.

    `open_s`: how long a start may take.
    """

    open_s: float = 5.0
    probe_every_s: float = 2.0
    answer_s: float = 3.0
    backoff_min_s: float = 0.1
    backoff_max_s: float = 5.0


class Backoff:
    """Pauses that grow with every failure; not the same in all processes."""

    def __init__(self, pace: Timings) -> None:
        self._pace = pace
        self._next_s = pace.backoff_min_s

    def reset(self) -> None:
        """It went well."""
        self._next_s = self._pace.backoff_min_s

    def pause_s(self) -> float:
        """The next pause."""
        pause_s, self._next_s = self._next_s, min(2 * self._next_s, self._pace.backoff_max_s)
        return pause_s * random.uniform(0.5, 1.0)  # noqa: S311  (no secret)
