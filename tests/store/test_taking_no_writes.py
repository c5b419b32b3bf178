"""A database that takes no writes is told of once, and so is that it takes them again."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from tests.store.builders import made_show
from vetrina.store.errors import StoreFault
from vetrina.store.sql.store import sqlite_store


async def test_ready_again_as_soon_as_there_is_room(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = sqlite_store(tmp_path / "data")
    await store.open()
    await store.ping()

    async def full(_: object) -> object:
        raise OperationalError("INSERT", {"secret": "geheim"}, Exception("disk is full"))

    with monkeypatch.context() as patched:
        patched.setattr(store._database, "write", full)
        for _ in range(3):
            with pytest.raises(StoreFault, match="disk is full"):
                await made_show(store)
            with pytest.raises(StoreFault, match="disk is full"):
                await store.ping()
    await store.ping()
    await made_show(store)
    await store.close()
    assert caplog.text.count("Writing fails") == 1
    assert caplog.text.count("Writing goes on") == 1
    assert "geheim" not in caplog.text
