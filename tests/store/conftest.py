"""Stores to run the contract on. A leg is a place that stores can be opened on again and again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import pytest

from tests.encryption import CIPHER
from tests.sqlite import with_tables
from vetrina.store.ports.store import Store
from vetrina.store.sql.store import postgres_store, sqlite_store

StoreMaker = Callable[[], Store]


@contextmanager
def _sqlite(request: pytest.FixtureRequest) -> Iterator[StoreMaker]:
    folder: Path = request.getfixturevalue("tmp_path")
    yield lambda: sqlite_store(with_tables(folder / "data"))


@contextmanager
def _postgres(request: pytest.FixtureRequest) -> Iterator[StoreMaker]:
    url: str = request.getfixturevalue("postgres")
    yield lambda: postgres_store(url, CIPHER)


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
