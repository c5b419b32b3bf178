"""Reconnect loop: a connection that is made again for as long as somebody wants it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from vetrina.backoff import Backoff
from vetrina.bus.redis.server_info import FAULTS, describe_fault

logger = logging.getLogger(__name__)


async def keep_connected(
    serve: Callable[[], Awaitable[None]], on_fault: Callable[[str], None], backoff: Backoff
) -> None:
    """Serve again whenever it ends, until cancelled. `on_fault` is given what was wrong, as text.

    Who serves resets `backoff` as soon as the connection has proved to work.
    """
    while True:
        try:
            await serve()
        except* FAULTS as group:
            on_fault(describe_fault(group.exceptions[0]))
        except* Exception as group:
            logger.exception("A connection to Redis failed.")
            on_fault(describe_fault(group.exceptions[0]))
        # A group of tasks that fails just when it is cancelled raises the failure alone.
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise asyncio.CancelledError
        await asyncio.sleep(backoff.next_s())
