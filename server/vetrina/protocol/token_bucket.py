"""Token bucket: so many at once, so many a second after that. Pure.

`bus/redis/rate_limits.py` holds the same rule in Lua, for buckets that processes share; both pass
the cases of `tests/protocol/token_bucket_cases.py`.
"""

from __future__ import annotations

import math
from typing import Final

ROUNDING: Final = 1e-9
"""Sums of parts of a token miss a whole one by less."""


class TokenBucket:
    """A bucket that is full at first. Times are ms of a clock that does not jump."""

    __slots__ = ("_burst", "_filled_at", "_per_s", "_tokens")

    def __init__(self, per_s: float, burst: int) -> None:
        self._per_s = per_s
        self._burst = burst
        self._tokens: float = burst
        self._filled_at: int | None = None

    def take(self, now_ms: int) -> bool:
        """Take a token; False when there is none. Refused tries cost nothing."""
        if self._filled_at is not None:
            earned = (now_ms - self._filled_at) * self._per_s / 1000
            self._tokens = min(self._burst, self._tokens + earned)
        self._filled_at = now_ms
        if self._tokens < 1 - ROUNDING:
            return False
        self._tokens = max(0, self._tokens - 1)
        return True

    @property
    def wait_ms(self) -> int:
        """From the last `take` to the next token; 0 when there is one."""
        return max(0, math.ceil((1 - self._tokens) / self._per_s * 1000 - ROUNDING))

    def put_back(self) -> None:
        """Return a token that was taken for what does not count."""
        self._tokens = min(self._burst, self._tokens + 1)
