"""Buses to run the contract on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from server.bus.base import Bus, Message
from server.bus.memory import MemoryBus

LEGS: dict[str, Callable[[], Bus]] = {"memory": MemoryBus}


@pytest.fixture(params=LEGS)
def bus(request: pytest.FixtureRequest) -> Bus:
    """A bus that is not open yet."""
    return LEGS[request.param]()


class Listening:
    """A listener that keeps what it hears."""

    def __init__(self) -> None:
        self.heard: list[Message] = []
        self.loops: set[asyncio.AbstractEventLoop] = set()
        self._news = asyncio.Event()

    def __call__(self, message: Message) -> None:
        self.heard.append(message)
        self.loops.add(asyncio.get_running_loop())
        self._news.set()

    async def wait_for(self, count: int) -> list[Message]:
        """All that was heard, once it is so much: a bus between processes needs a while."""
        async with asyncio.timeout(10):
            while len(self.heard) < count:
                self._news.clear()
                await self._news.wait()
        return self.heard


@pytest.fixture
async def listener(bus: Bus) -> AsyncIterator[Listening]:
    """What hears everything that the bus delivers."""
    made = Listening()
    await bus.open(made)
    yield made
    await bus.close()
