"""Buses to run the contract on."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.bus.timings import CALM
from tests.valkey import ValkeyServer, valkey_server
from tests.waiting import PATIENCE_S
from vetrina.bus.memory import MemoryBus
from vetrina.bus.port import Bus, Doubt, Message
from vetrina.bus.redis import RedisBus
from vetrina.metrics import Metrics


@pytest.fixture(scope="session")
def valkey() -> Iterator[ValkeyServer]:
    """A server that nobody breaks: for all tests."""
    with valkey_server() as server:
        yield server


@pytest.fixture(params=["memory", "valkey"])
def bus(request: pytest.FixtureRequest) -> Bus:
    """A bus that is not open yet."""
    if request.param == "memory":
        return MemoryBus()
    valkey = request.getfixturevalue("valkey")
    return RedisBus(valkey.url, secrets.token_hex(4), Metrics(), timings=CALM)


class Listening:
    """A listener that keeps what it hears."""

    def __init__(self) -> None:
        self.heard: list[Message] = []
        self.doubts: list[Doubt] = []
        self.loops: set[asyncio.AbstractEventLoop] = set()
        self._news = asyncio.Event()

    def __call__(self, message: Message) -> None:
        if isinstance(message, Doubt):
            self.doubts.append(message)
            return
        self.heard.append(message)
        self.loops.add(asyncio.get_running_loop())
        self._news.set()

    async def wait_for(self, count: int) -> list[Message]:
        """All that was heard, once it is so much: a bus between processes needs a while."""
        async with asyncio.timeout(PATIENCE_S):
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
