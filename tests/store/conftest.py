"""Stores to run the contract on. A leg is a place that stores can be opened on again and again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from server.store.base import Store
from server.store.sql import sqlite_store

StoreMaker = Callable[[], Store]


def _sqlite(tmp_path: Path) -> StoreMaker:
    return lambda: sqlite_store(tmp_path / "data")


LEGS: dict[str, Callable[[Path], StoreMaker]] = {"sqlite": _sqlite}


@pytest.fixture(params=LEGS)
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> StoreMaker:
    """Makes closed stores over one and the same database, empty at first."""
    return LEGS[request.param](tmp_path)


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
