"""Two processes' buses over one server, and what each hears."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.bus.conftest import Listening
from tests.bus.timings import CALM
from tests.waiting import until
from vetrina.bus.port import Published
from vetrina.bus.redis import RedisBus, Timings
from vetrina.domain.show.events import Panicked, Position, Recorded
from vetrina.metrics import Metrics

SHOW = "spring-drop"


@dataclass(frozen=True, slots=True)
class End:
    """One process's bus."""

    bus: RedisBus
    listener: Listening
    metrics: Metrics

    def count(self, name: str) -> float:
        """One of its numbers."""
        return self.metrics.registry.get_sample_value(f"vetrina_{name}") or 0.0


def published(seq: int, show: str = SHOW) -> Published:
    return Published(show, Position("kqwhzbea", seq), (Recorded(seq, Panicked(seq), "Anna"),))


def new_bus(url: str, timings: Timings = CALM) -> End:
    metrics = Metrics()
    return End(RedisBus(url, secrets.token_hex(4), metrics, timings=timings), Listening(), metrics)


@asynccontextmanager
async def ends(*urls: str, timings: Timings = CALM) -> AsyncIterator[list[End]]:
    """Open buses that follow the same show."""
    made = [new_bus(url, timings) for url in urls]
    try:
        for end in made:
            await end.bus.open(end.listener)
            doubts = len(end.listener.doubts)
            end.bus.follow(SHOW)
            await until(lambda end=end, doubts=doubts: len(end.listener.doubts) > doubts)
        yield made
    finally:
        for end in made:
            await end.bus.close()


async def well(*made: End) -> None:
    """Wait until all are."""
    await until(lambda: all(end.bus.health.ok for end in made))


async def carried(sender: End, receiver: End, seq: int) -> None:
    """What one says, the other hears."""
    await sender.bus.publish([published(seq)])
    await until(lambda: published(seq) in receiver.listener.heard)
