"""How long a client waits before its next try: the twin of `static/js/client/reconnect.js`."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from vetrina.domain.access import Role
from vetrina.protocol.close_codes import reaction_to

FLOOR_MS: Final = 500
CAP_MS: Final[dict[Role, int]] = {
    Role.OVERLAY: 10_000,
    Role.VIEWER: 30_000,
    Role.CONTROL: 30_000,
}
RESTART_MS: Final = (500.0, 3_000.0)
AT_ONCE_MS: Final = (0.0, 1_000.0)
LONGEST_ADVICE_MS: Final = 600_000
"""A mistake in the server must not send its viewers away for the evening."""
MAX_DOUBLINGS: Final = 16

Range = tuple[float, float]


class Backoff:
    """Full jitter above a floor, up to the cap of the role; tries are unlimited."""

    def __init__(self, role: Role, random: Callable[[], float]) -> None:
        self._random = random
        self._cap_ms = CAP_MS[role]
        self._failures = 0

    def forgive(self) -> None:
        """The connection was stable: earlier failures no longer count."""
        self._failures = 0

    def next(self, code: int, advised: Range | None) -> int:
        """Milliseconds to wait after a close. `advised` comes from the server and counts more."""
        first = self._failures == 0
        reaction = reaction_to(code)
        ceiling = FLOOR_MS * 2 ** (min(self._failures, MAX_DOUBLINGS) + 1)
        self._failures += 1
        if advised is not None:
            return between(advised, self._random())
        if first and reaction == "restart":
            return between(RESTART_MS, self._random())
        if first and reaction == "now":
            return between(AT_ONCE_MS, self._random())
        return between((FLOOR_MS, min(self._cap_ms, ceiling)), self._random())


def between(span: Range, random: float) -> int:
    """A whole number of milliseconds in the range; `random` is in [0, 1)."""
    low, high = span
    return math.floor(low + random * (high - low))


def usable_range(span: Any) -> Range | None:
    """The pair of milliseconds that `bye` carries, None when it is none."""
    if not isinstance(span, list) or len(span) < 2:
        return None
    low, high = span[:2]
    if not (_is_number(low) and _is_number(high)) or low < 0 or low > high:
        return None
    return min(low, LONGEST_ADVICE_MS), min(high, LONGEST_ADVICE_MS)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
