"""Token bucket: so many at once, so many a second after that."""

from __future__ import annotations


class TokenBucket:
    """A bucket of tokens. Times are milliseconds of a clock that does not jump."""

    __slots__ = ("_at_once", "_filled_at", "_per_s", "_tokens")

    def __init__(self, per_s: float, at_once: int) -> None:
        self._per_s = per_s
        self._at_once = at_once
        self._tokens = float(at_once)
        self._filled_at: int | None = None

    def take(self, now_ms: int) -> bool:
        """Use one up; False when none is left. Refused tries cost nothing."""
        if self._filled_at is not None:
            earned = (now_ms - self._filled_at) * self._per_s / 1000
            self._tokens = min(self._at_once, self._tokens + earned)
        self._filled_at = now_ms
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
