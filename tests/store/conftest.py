"""Stores to run the contract on. A leg is a place that stores can be opened on again and again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import pytest

from server.store.base import Store
from server.store.sql import postgres_store, sqlite_store
from tests.postgres import PostgresServer

StoreMaker = Callable[[], Store]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A server for all tests of this process that do not harm it. It does not wait for the disk."""
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """A database with all tables; a copy of it takes a tenth of the time of migrating."""
    name = postgres_server.create()

    async def migrate() -> None:
        store = postgres_store(postgres_server.url(name))
        await store.open()
        await store.close()

    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(asyncio.run, migrate()).result()
    return name


@pytest.fixture
def empty_postgres(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a database without tables."""
    name = postgres_server.create()
    yield postgres_server.url(name)
    postgres_server.drop(name)


@pytest.fixture
def postgres(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """The address of a database with all tables and without rows."""
    name = postgres_server.create(postgres_template)
    yield postgres_server.url(name)
    postgres_server.drop(name)


@contextmanager
def _sqlite(request: pytest.FixtureRequest) -> Iterator[StoreMaker]:
    folder: Path = request.getfixturevalue("tmp_path")
    yield lambda: sqlite_store(folder / "data")


@contextmanager
def _postgres(request: pytest.FixtureRequest) -> Iterator[StoreMaker]:
    url: str = request.getfixturevalue("postgres")
    yield lambda: postgres_store(url)


LEGS = {"sqlite": _sqlite, "postgres": _postgres}


@pytest.fixture(params=LEGS)
def make_store(request: pytest.FixtureRequest) -> Iterator[StoreMaker]:
    """Makes closed stores over one and the same database, empty at first."""
    with LEGS[request.param](request) as made:
        yield made


@pytest.fixture
async def stores(make_store: StoreMaker) -> AsyncIterator[tuple[Store, Store]]:
    """Two stores over one database, as two processes would have them."""
    async with AsyncExitStack() as stack:
        made = make_store(), make_store()
        for store in made:
            await store.open()
            stack.push_async_callback(store.close)
        yield made


@pytest.fixture
async def store(make_store: StoreMaker) -> AsyncIterator[Store]:
    """An open store over an empty database."""
    made = make_store()
    await made.open()
    try:
        yield made
    finally:
        await made.close()
