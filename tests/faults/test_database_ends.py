"""PostgreSQL is killed or frozen under several processes that write: what was answered is there."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from tests.encryption import CIPHER
from tests.faults.clocks import FastClock
from tests.faults.processes import Plan, neighbours
from tests.faults.scene import Scene, nothing_left_behind, scene
from tests.postgres import PostgresServer
from tests.valkey import ValkeyServer
from tests.waiting import until
from vetrina.store.postgresql import connection as link
from vetrina.store.postgresql import database as module
from vetrina.store.sql.store import postgres_store


@pytest.fixture
def database() -> Iterator[PostgresServer]:
    server = PostgresServer(durable=True)
    server.start()
    yield server
    server.close()


@pytest.fixture
def pair(
    database: PostgresServer, valkey: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], AbstractAsyncContextManager[Scene]]:
    """Makes a scene of two processes that are impatient with their database."""
    monkeypatch.setattr(module, "PAUSES_S", (0.02, 0.05))
    monkeypatch.setattr(link, "COMMAND_S", 0.5)
    monkeypatch.setattr(link, "CONNECT_S", 0.5)
    url, plan = database.url(database.create()), Plan(valkey.url)

    @asynccontextmanager
    async def make() -> AsyncIterator[Scene]:
        async with nothing_left_behind(), neighbours(
            [plan, plan], lambda: postgres_store(url, CIPHER), FastClock()
        ) as processes, scene(processes) as made:  # fmt: skip
            yield made

    return make


async def test_killed_and_started_again(pair, database: PostgresServer) -> None:
    async with pair() as made:
        async with made.insisting():
            for _ in range(3):
                said = len(made.told)
                await until(lambda: len(made.told) > said + 10)  # noqa: B023
                database.kill()
                failed = made.failed
                await until(lambda: made.failed > failed)  # noqa: B023
                database.start()
        await made.say_at_once(5)
        await made.all_know()


async def test_frozen_and_thawed(pair, database: PostgresServer) -> None:
    async with pair() as made:
        async with made.insisting():
            await until(lambda: len(made.told) > 10)
            database.signal(signal.SIGSTOP)
            try:
                await until(lambda: made.failed > 1)
            finally:
                database.signal(signal.SIGCONT)
            said = len(made.told)
            await until(lambda: len(made.told) > said + 10)
        await made.say_at_once(5)
        await made.all_know()
