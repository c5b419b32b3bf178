"""Valkey and processes of a test's own, to do harm to."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from tests.faults.clocks import FastClock
from tests.faults.processes import Plan, neighbours
from tests.faults.proxy import Proxy
from tests.faults.scene import Scene, nothing_left_behind, scene
from tests.realtime.fakes import FakeTransport
from tests.sqlite import with_tables
from tests.valkey import ValkeyServer, valkey_server
from vetrina.bus.redis import RedisBus
from vetrina.bus.redis.node import Node
from vetrina.live.event_feed import EventFeed
from vetrina.live.service import ShowService
from vetrina.realtime.hub import Hub
from vetrina.realtime.room import Room
from vetrina.store.sql.store import sqlite_store

PARTS = {Hub, Room, EventFeed, ShowService, RedisBus, Node, FakeTransport}
Served = Callable[..., AbstractAsyncContextManager[Scene]]


@pytest.fixture(autouse=True)
def no_memory_kept() -> Iterator[None]:
    """What a test has opened is not referred to by anything when it has ended."""
    before = _alive()
    yield
    assert _alive() <= before


def _alive() -> Counter[str]:
    gc.collect()
    return Counter(type(one).__name__ for one in gc.get_objects() if type(one) in PARTS)


@pytest.fixture
def valkey() -> Iterator[ValkeyServer]:
    with valkey_server() as server:
        yield server


@pytest.fixture
async def proxy(valkey: ValkeyServer) -> AsyncIterator[Proxy]:
    made = Proxy(valkey.port)
    await made.open()
    yield made
    await made.close()


@pytest.fixture
def served(tmp_path: Path) -> Served:
    """Makes a scene of one process for each plan, over one SQLite file."""

    @asynccontextmanager
    async def make(*plans: Plan, times: float = 10.0) -> AsyncIterator[Scene]:
        clock = FastClock(times)
        async with nothing_left_behind(), neighbours(
            plans, lambda: sqlite_store(with_tables(tmp_path)), clock
        ) as processes, scene(processes) as made:  # fmt: skip
            yield made

    return make
