"""Waiting for a condition, never for a time. How long at most is said here, and nowhere else.

A wait ends as soon as its condition holds, so its end costs nothing where a test passes: it is far
away, because a busy machine may give a test a twentieth of a core.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

PATIENCE_S = 180.0
"""For a process to start, a server to answer, a screen to change: nothing waits longer."""

PATIENCE_MS = PATIENCE_S * 1000
"""The same for Playwright."""


EAGER_TURNS = 200
PAUSE_S = 0.005
"""Most conditions hold after a few turns of the loop. A process that starts needs the core."""


def pause() -> None:
    """Leave the core to others between two looks at something in another process."""
    time.sleep(PAUSE_S)


async def until(condition: Callable[[], object], within_s: float = PATIENCE_S) -> None:
    """Return as soon as the condition holds; fail when it does not within a generous time."""
    async with asyncio.timeout(within_s):
        turns = 0
        while not condition():
            await asyncio.sleep(0 if turns < EAGER_TURNS else PAUSE_S)
            turns += 1
