"""Pacing: requests to a payment provider, no more a second than it takes, first come first served.

Two lanes share the rate, so that pages for new buyers wait for no refund and the other way round.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final, Protocol

from vetrina.bus.rate_limits import SharedBuckets
from vetrina.clock import Clock

LANES: Final = {"sessions": 0.75, "others": 0.25}
AT_ONCE: Final = 100
"""Requests under way to one provider. One that never answers keeps so many waiting, not all."""


class Rate(Protocol):
    """What a provider takes, asked for at every turn: the seller may choose another one."""

    @property
    def name(self) -> str:
        """Of the bucket that all processes share."""
        ...

    @property
    def per_s(self) -> float | None:
        """None: as much as comes."""
        ...


@dataclass(frozen=True, slots=True)
class ProviderRate:
    """One that never changes."""

    name: str
    per_s: float | None = None


class Pace:
    """One lane: turns come evenly, in the order in which they were asked for.

    `shared`: the buckets of all processes, which take from one rate together.
    """

    def __init__(
        self, clock: Clock, rate: Rate, lane: str, shared: SharedBuckets | None = None
    ) -> None:
        self._clock = clock
        self._name = f"{rate.name} {lane}"
        self._rate, self._share = rate, LANES[lane]
        self._shared = shared
        self._next_ms = 0.0
        self._under_way = asyncio.Semaphore(AT_ONCE)

    @property
    def _per_s(self) -> float | None:
        per_s = self._rate.per_s
        return None if per_s is None else per_s * self._share

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Waits for a turn, and holds it while the request is under way."""
        async with self._under_way:
            await self._wait()
            yield

    def pause(self, wait_s: float) -> None:
        """The provider asks for a pause: nobody's turn comes before it is over."""
        self._next_ms = max(self._next_ms, self._clock.now_ms() + wait_s * 1000)

    async def _wait(self) -> None:
        per_s = self._per_s
        if per_s is None:
            return
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
            return await self._shared.take(self._name, "", per_s=per_s, burst=burst)
        return 0.0
