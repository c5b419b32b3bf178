"""Exponential backoff with jitter: how long to wait before the next attempt. Pure.

For what this server tries again. Clients of the socket are told other rules, by
`protocol/client/backoff.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

MAX_DOUBLINGS: Final = 32
"""More would only make a number that the cap takes away again."""


def delay_s(failures: int, min_s: float, max_s: float, random: float) -> float:
    """Seconds to wait after so many earlier failures in a row, doubled for each, up to `max_s`.

    `random` in [0, 1) takes up to half of it away, so that many do not come back at once.
    """
    ceiling_s = min(max_s, min_s * 2.0 ** min(failures, MAX_DOUBLINGS))
    return ceiling_s * (0.5 + 0.5 * random)


class Backoff:
    """Counts the failures of one thing that is tried again."""

    def __init__(
        self,
        min_s: float,
        max_s: float,
        random: Callable[[], float],
        *,
        healthy_s: float = math.inf,
    ) -> None:
        self._min_s = min_s
        self._max_s = max_s
        self._random = random
        self._healthy_s = healthy_s
        self._failures = 0

    def reset(self) -> None:
        """It went well: the next failure is a first one."""
        self._failures = 0

    def next_s(self, ran_s: float = 0.0) -> float:
        """Seconds to wait now that it failed after having run for `ran_s`.

        A run of `healthy_s` or more forgives the failures before it.
        """
        if ran_s >= self._healthy_s:
            self.reset()
        pause_s = delay_s(self._failures, self._min_s, self._max_s, self._random())
        self._failures += 1
        return pause_s
