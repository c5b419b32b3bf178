"""When a viewer comes back, as `docs/protocol.md` asks of every client."""

from __future__ import annotations

import random as chance
from types import ModuleType

LONGEST_S = 30.0


def delay_s(
    code: int,
    bye_ms: tuple[int, int] | None,
    failures: int,
    random: chance.Random | ModuleType = chance,
) -> float | None:
    """Seconds until the next attempt; None: never again. `failures`: attempts since the last good
    connection."""
    if 4500 <= code < 4600:
        return None
    if bye_ms is not None:
        return random.uniform(*bye_ms) / 1000
    if code in (1001, 1012):
        return random.uniform(0.5, 3.0)
    if 4000 <= code < 4100:
        return random.uniform(0.0, 1.0)
    return random.uniform(0.5, min(LONGEST_S, 2.0**failures))
