"""Waiting for a condition, never for a time. How long at most is said here, and nowhere else.

A wait ends as soon as its condition holds, so its end costs nothing where a test passes: it is far
away, because a busy machine may give a test a twentieth of a core.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

PATIENCE_S = 180.0
"""For a process to start, a server to answer, a screen to change: nothing waits longer."""

PATIENCE_MS = PATIENCE_S * 1000
"""The same for Playwright."""


async def until(condition: Callable[[], object], within_s: float = PATIENCE_S) -> None:
    """Return as soon as the condition holds; fail when it does not within a generous time."""
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110  (what tells of it is on the other side of a socket)
            await asyncio.sleep(0)
