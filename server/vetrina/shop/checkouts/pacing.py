"""Pacing: requests to a payment provider, no more a second than it takes, first come first served.

Two lanes share the rate, so that pages for new buyers wait for no refund and the other way round.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Final

from vetrina.bus.rate_limits import SharedBuckets
from vetrina.clock import Clock
from vetrina.metrics import Metrics
from vetrina.shop.payments.port import PaymentError, ProviderRefused

LANES: Final = {"sessions": 0.75, "others": 0.25}
AT_ONCE: Final = 100
"""Requests under way to one provider. One that never answers keeps so many waiting, not all."""


ReadRate = Callable[[], Awaitable[float | None]]
"""How many requests a second the provider takes; None for as many as come."""


async def unlimited() -> float | None:
    """As many as come."""
    return None


class Pace:
    """One lane: turns come evenly, in the order in which they were asked for.

    `shared`: the buckets of all processes, which take from one rate together.
    """

    def __init__(
        self,
        clock: Clock,
        metrics: Metrics,
        rate: ReadRate,
        lane: str,
        shared: SharedBuckets | None = None,
    ) -> None:
        self._clock = clock
        self._metrics = metrics
        self._rate = rate
        self._lane = lane
        self._shared = shared
        self._next_ms = 0.0
        self._under_way = asyncio.Semaphore(AT_ONCE)

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Waits for a turn, and holds it while the request is under way."""
        async with self._under_way:
            await self._wait()
            yield

    @contextlib.contextmanager
    def measured(self, call: str) -> Iterator[None]:
        """Around one call of the provider: how long it took, and what came of it."""
        began, outcome = self._clock.monotonic(), "answered"
        try:
            yield
        except PaymentError as error:
            outcome = "refused" if isinstance(error, ProviderRefused) else "away"
            raise
        finally:
            took_s = self._clock.monotonic() - began
            self._metrics.payment_seconds.labels(call, outcome).observe(took_s)

    def pause(self, wait_s: float) -> None:
        """The provider asks for a pause: nobody's turn comes before it is over."""
        self._next_ms = max(self._next_ms, self._clock.now_ms() + wait_s * 1000)

    async def _wait(self) -> None:
        whole = await self._rate()
        if whole is None:
            return
        per_s = whole * LANES[self._lane]
        at_ms = max(float(self._clock.now_ms()), self._next_ms)
        self._next_ms = at_ms + 1000 / per_s
        await self._until(at_ms)
        while (wait_s := await self._others_ahead(per_s)) > 0:
            await self._until(self._clock.now_ms() + wait_s * 1000)

    async def _until(self, at_ms: float) -> None:
        while self._clock.now_ms() < at_ms:
            await self._clock.sleep_until(math.ceil(at_ms))

    async def _others_ahead(self, per_s: float) -> float:
        if self._shared is None:
            return 0.0
        with contextlib.suppress(OSError):
            burst = max(1, int(per_s))
            return await self._shared.take(f"pays {self._lane}", "", per_s=per_s, burst=burst)
        return 0.0
