"""Connections that are made again for as long as somebody wants them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from vetrina.bus.redis.server_info import FAULTS, in_words
from vetrina.bus.redis.timings import Backoff

logger = logging.getLogger(__name__)


async def lasting(
    serve: Callable[[], Awaitable[None]], away: Callable[[str], None], backoff: Backoff
) -> None:
    """Serve again whenever it ends, until cancelled. `away` is told why, in words."""
    while True:
        try:
            await serve()
        except* FAULTS as group:
            away(in_words(group.exceptions[0]))
        except* Exception as group:
            logger.exception("A connection to Redis failed.")
            away(in_words(group.exceptions[0]))
        # A group of tasks that fails just when it is cancelled tells of the failure alone.
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise asyncio.CancelledError
        await asyncio.sleep(backoff.pause_s())
