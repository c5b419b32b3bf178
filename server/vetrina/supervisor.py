"""Supervision: background tasks that are started again when they fail, and say so."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable

from vetrina.backoff import Backoff

logger = logging.getLogger(__name__)
BACKOFF_MIN_S = 0.5
BACKOFF_MAX_S = 30.0
HEALTHY_S = 60.0


class Supervisor:
    """Runs tasks for the life of the program; one that fails is started again.

    The pause doubles from failure to failure and is short again after a healthy run.
    While a task is down its name is in `failing`, and the server says that it is not ready.
    """

    def __init__(
        self,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sleep = sleep
        self._monotonic = monotonic
        self._tasks: list[asyncio.Task[None]] = []
        self.failing: dict[str, str] = {}
        self.restarts = 0

    def start(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Keep `work` running. Returning ends it for good; an exception does not."""
        self._tasks.append(asyncio.create_task(self._keep(name, work), name=name))

    async def close(self) -> None:
        """Cancel all tasks and wait until they are gone."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        backoff = Backoff(BACKOFF_MIN_S, BACKOFF_MAX_S, random.random, healthy_s=HEALTHY_S)
        while True:
            started = self._monotonic()
            try:
                await work()
            except Exception as error:
                logger.exception("%s failed; starting it again", name)
                self.failing[name] = type(error).__name__
            else:
                return
            self.restarts += 1
            await self._sleep(backoff.next_s(self._monotonic() - started))
            self.failing.pop(name, None)
