"""Timeouts and intervals of a bus over Redis."""

from __future__ import annotations

import random
from dataclasses import dataclass

from vetrina.backoff import Backoff


@dataclass(frozen=True, slots=True)
class Timings:
    """In seconds. A subscription that went silent is noticed within `probe_every_s + answer_s`.

    `open_s`: how long a start may take.
    """

    open_s: float = 5.0
    probe_every_s: float = 2.0
    answer_s: float = 3.0
    backoff_min_s: float = 0.1
    backoff_max_s: float = 5.0

    def backoff(self) -> Backoff:
        """The pauses between attempts to reach a server."""
        return Backoff(self.backoff_min_s, self.backoff_max_s, random.random)
