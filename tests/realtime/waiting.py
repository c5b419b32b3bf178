"""Waiting for a condition, never for a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], object], within_s: float = 20.0) -> None:
    """Return as soon as the condition holds; fail when it does not within a generous time."""
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110  (what tells of it is on the other side of a socket)
            await asyncio.sleep(0)
