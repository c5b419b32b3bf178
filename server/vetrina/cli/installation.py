"""The installation that a command works on: its store, and where its server answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from vetrina.settings import Settings
from vetrina.store.sql.store import SqlStore, postgres_store, sqlite_store


@asynccontextmanager
async def opened_store(settings: Settings, *, look: bool = False) -> AsyncIterator[SqlStore]:
    """The store of this installation, beside a server that may be running. `look`: only to read."""
    if settings.database is None:
        store = sqlite_store(settings.data, settings.cipher, look=look)
    else:
        url = settings.database.get_secret_value()
        store = postgres_store(url, settings.cipher, look=look)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


def local_address(settings: Settings) -> str:
    """Where a server on this machine answers."""
    everywhere = settings.host in ("0.0.0.0", "::", "")  # noqa: S104
    return f"http://{'127.0.0.1' if everywhere else settings.host}:{settings.port}"
