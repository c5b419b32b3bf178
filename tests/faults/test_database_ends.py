"""PostgreSQL is killed or frozen under several processes that write: what was answered is there."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest

from server.store import postgres as module
from server.store import postgres_link as link
from server.store.sql import postgres_store
from tests.faults.clocks import FastClock
from tests.faults.neighbours import Plan, neighbours
from tests.faults.scene import Scene, nothing_left_behind, scene
from tests.postgres import PostgresServer
from tests.realtime.waiting import until
from tests.valkey import ValkeyServer


@pytest.fixture
def database() -> Iterator[PostgresServer]:
    server = PostgresServer(durable=True)
    server.start()
    yield server
    server.close()


@pytest.fixture
async def pair(
    database: PostgresServer, valkey: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Scene]:
    monkeypatch.setattr(module, "PAUSES_S", (0.02, 0.05))
    monkeypatch.setattr(link, "COMMAND_S", 0.5)
    monkeypatch.setattr(link, "CONNECT_S", 0.5)
    url, plan = database.url(database.create()), Plan(valkey.url)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(nothing_left_behind())
        processes = await stack.enter_async_context(
            neighbours([plan, plan], lambda: postgres_store(url), FastClock())
        )
        yield await stack.enter_async_context(scene(processes))


async def test_killed_and_started_again(pair: Scene, database: PostgresServer) -> None:
    async with pair.insisting() as insisting:
        for _ in range(3):
            said = len(pair.told)
            await until(lambda: len(pair.told) > said + 10, 30)  # noqa: B023
            database.kill()
            failed = insisting.failed
            await until(lambda: insisting.failed > failed, 30)  # noqa: B023
            database.start()
    await pair.say_at_once(5)
    await pair.all_know()


async def test_frozen_and_thawed(pair: Scene, database: PostgresServer) -> None:
    async with pair.insisting() as insisting:
        await until(lambda: len(pair.told) > 10, 30)
        database.signal(signal.SIGSTOP)
        try:
            await until(lambda: insisting.failed > 1, 30)
        finally:
            database.signal(signal.SIGCONT)
        said = len(pair.told)
        await until(lambda: len(pair.told) > said + 10, 30)
    await pair.say_at_once(5)
    await pair.all_know()
