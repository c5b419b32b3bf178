"""A fresh SQLite database, copied: to run all migrations takes longer than most tests."""

from __future__ import annotations

import asyncio
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from vetrina.data_key import FILE as KEY_FILE
from vetrina.data_key import new_key
from vetrina.store.sql.store import FILE, sqlite_store


def with_tables(data: Path) -> Path:
    """The folder, now with a database with all tables and without rows, unless it had one.

    Its key does not wait for the disk, as one that a server makes does.
    """
    file = data / FILE
    if not file.exists():
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_bytes(_migrated())
        _give_key(data / KEY_FILE)
    return data


def _give_key(file: Path) -> None:
    """As a first start makes it, which waits until it is on the disk."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_bytes(new_key() + b"\n")


@cache
def _migrated() -> bytes:
    """What a store leaves that is opened for the first time and closed."""

    async def make(folder: Path) -> bytes:
        store = sqlite_store(folder)
        await store.open()
        await store.close()
        return (folder / FILE).read_bytes()

    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(asyncio.run, make(Path(folder))).result()
