"""Outbox: what one show's writer has committed and the bus has yet to carry."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence

from vetrina.bus.port import Bus, Published
from vetrina.clock import Clock
from vetrina.domain.show.events import Position, Recorded

logger = logging.getLogger(__name__)
SEND_AGAIN_MS = 1_000
# Events that wait for the bus; readers fetch older ones from the store when they see the gap.
UNSENT = 1_000


class Outbox:
    """What is written is written: a bus that fails is tried again while the show goes on."""

    def __init__(self, show: str, bus: Bus, clock: Clock) -> None:
        self._show = show
        self._bus = bus
        self._clock = clock
        self._epoch = ""
        self._unsent: deque[Recorded] = deque(maxlen=UNSENT)
        self._sending: asyncio.Task[None] | None = None

    def close(self) -> None:
        """Give up what still waits; whoever follows the show reads it from the store."""
        if self._sending is not None:
            self._sending.cancel()

    async def publish(self, epoch: str, events: Sequence[Recorded]) -> None:
        """Send events of this epoch. Returns when the bus has them, or has failed once."""
        if not events:
            return
        self._epoch = epoch
        self._unsent.extend(events)
        if self._sending is None and not await self._sent():
            self._sending = asyncio.create_task(self._send_again(), name=f"send {self._show}")

    async def _send_again(self) -> None:
        while not await self._sent():
            await self._clock.sleep_until(self._clock.now_ms() + SEND_AGAIN_MS)
        self._sending = None

    async def _sent(self) -> bool:
        """Publish what waits; whether nothing waits any more."""
        events = tuple(self._unsent)
        position = Position(self._epoch, events[-1].seq)
        try:
            await self._bus.publish([Published(self._show, position, events)])
        except Exception:
            logger.exception("%s: the bus took no events; trying again", self._show)
            return False
        while self._unsent and self._unsent[0].seq <= position.seq:
            self._unsent.popleft()
        return not self._unsent
