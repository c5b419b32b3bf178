"""The file: who may read it, how durable it is, and what stands in the way of opening it."""

import asyncio
import os
import shutil
import sqlite3
import stat
import sys
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.store.builders import SLUG, made_show, purchase
from vetrina.store.errors import StoreError, StoreFault, StoreUnusable
from vetrina.store.ports.shows import Standing
from vetrina.store.sql.store import FILE, sqlite_store

POSIX = sys.platform != "win32"


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


@pytest.fixture
async def store(data):
    made = sqlite_store(data, serve=True)
    await made.open()
    yield made
    await made.close()


async def refusal(data, **more):
    """The sentence with which a store is refused; nothing is left locked or running."""
    made = sqlite_store(data, **more)
    with pytest.raises(StoreUnusable) as caught:
        await made.open()
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


@pytest.fixture
def closed_directory():
    """Where nobody may write; root may everywhere, so tests of root are nobody for a while."""
    if not POSIX:
        pytest.skip("rights are POSIX ones")
    place = Path(tempfile.mkdtemp())
    place.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    yield place
    if root:
        os.seteuid(0)
    place.chmod(0o700)
    shutil.rmtree(place)


@pytest.mark.skipif(not POSIX, reason="rights are POSIX ones")
async def test_the_data_is_its_owners_alone(store, data):
    await made_show(store)
    await store.append(purchase(1))
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in data.iterdir()}
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert set(modes.values()) == {0o600}
    assert {FILE, f"{FILE}-wal", "vetrina.lock"} <= set(modes)


@pytest.mark.parametrize("engine", ["_writing", "_reading"])
async def test_every_connection_is_durable_and_patient(store, engine):
    def pragmas():
        with getattr(store._database, engine).connect() as connection:
            names = ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
            return [connection.execute(text(f"PRAGMA {name}")).scalar() for name in names]

    full = 2
    assert await asyncio.to_thread(pragmas) == ["wal", full, 5000, 1]


async def test_readers_cannot_write(store):
    with pytest.raises(StoreError, match="readonly"):
        await store._database.read(lambda sql: sql.execute(text("DELETE FROM shows")))


async def test_a_path_may_hold_what_a_url_would_not(tmp_path):
    store = sqlite_store(tmp_path / "the #1 100% shop?")
    await store.open()
    await made_show(store)
    await store.close()
    assert (tmp_path / "the #1 100% shop?" / FILE).is_file()


async def test_a_second_server_is_refused(store, data):
    assert await refusal(data, serve=True) == (
        f"Another server uses {data}: stop it first, start this one with "
        "another --data directory, or start both with the same --redis."
    )
    assert await store.ping() is None


async def test_a_visitor_may_write_beside_the_server(store, data):
    await made_show(store)
    visitor = sqlite_store(data)
    await visitor.open()
    await visitor.append(purchase(1))
    await visitor.close()
    appended = await store.append(purchase(2))
    assert appended.position.seq == 2


async def test_the_place_is_free_after_closing(data):
    for _ in range(3):
        store = sqlite_store(data, serve=True)
        await store.open()
        await store.close()
    assert not (data / f"{FILE}-wal").exists()


async def test_a_refused_start_leaves_the_place_free(data):
    data.mkdir()
    (data / FILE).write_bytes(b"no database" * 500)
    await refusal(data, serve=True)
    (data / FILE).unlink()
    store = sqlite_store(data, serve=True)
    await store.open()
    await store.close()


@pytest.mark.parametrize("content", [b"no database" * 500, b"SQLite format 3\0" + b"\xff" * 5000])
async def test_garbage_is_refused(data, content):
    data.mkdir()
    (data / FILE).write_bytes(content)
    assert await refusal(data) == (
        f"{data / FILE} is not a database or is damaged: move it away or restore a backup."
    )
    assert (data / FILE).read_bytes() == content


async def test_a_damaged_database_is_refused(data):
    store = sqlite_store(data)
    await store.open()
    await store.close()
    content = bytearray((data / FILE).read_bytes())
    content[200:4096] = b"\xff" * 3896
    (data / FILE).write_bytes(content)
    assert "is damaged" in await refusal(data)


async def test_a_directory_in_the_place_of_the_file_is_refused(data):
    (data / FILE).mkdir(parents=True)
    assert await refusal(data) == (
        f"{data / FILE} is a directory where a database file is expected: move it away."
    )


@pytest.mark.parametrize("below", ["", "deeper"])
async def test_a_file_in_the_place_of_the_directory_is_refused(tmp_path, below):
    (tmp_path / "data").write_text("")
    data = tmp_path / "data" / below if below else tmp_path / "data"
    assert await refusal(data) == (f"{data} is not a directory: choose another --data directory.")


async def test_a_directory_that_cannot_be_written_is_refused(closed_directory):
    for data in (closed_directory, closed_directory / "data"):
        assert await refusal(data, serve=True) == (
            f"{data / FILE} cannot be written (Permission denied): "
            "choose a --data directory that is yours to write."
        )


async def test_a_database_of_somebody_else_is_refused(data):
    data.mkdir()
    other = sqlite3.connect(data / FILE)
    other.execute("CREATE TABLE recipes (name TEXT)")
    other.close()
    assert await refusal(data) == (
        f"{data / FILE} holds tables of another program: choose another --data directory."
    )


async def test_a_database_that_is_held_by_another_program_is_refused(data, monkeypatch):
    monkeypatch.setattr("vetrina.store.sqlite.database._PRAGMAS", ("PRAGMA busy_timeout=1",))
    data.mkdir()
    other = sqlite3.connect(data / FILE, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    sentence = await refusal(data)
    other.close()
    assert sentence == (
        f"{data / FILE} is locked by another program: close that program and start again."
    )


async def test_the_log_survives_a_copy_of_the_file_and_its_log(store, data, tmp_path):
    """A backup of a running server needs the file and its write-ahead log."""
    await made_show(store)
    for number in range(20):
        await store.append(purchase(number))
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in (FILE, f"{FILE}-wal"):
        shutil.copy(data / name, copy / name)
    backup = sqlite_store(copy)
    await backup.open()
    assert await backup.events(SLUG) == await store.events(SLUG)
    await backup.close()


@pytest.mark.skipif(not POSIX, reason="Windows removes no file that is open")
@pytest.mark.parametrize("replaced", [False, True])
async def test_what_would_go_to_a_file_that_was_removed_is_not_acknowledged(store, data, replaced):
    """SQLite goes on without an error: nothing that it writes would be there after a restart."""
    await made_show(store)
    file, aside = data / FILE, data / "aside"
    file.rename(aside)
    if replaced:
        file.touch()
    with pytest.raises(StoreFault, match="was removed or replaced"):
        await store.set_standing(SLUG, Standing("live", None))
    with pytest.raises(StoreFault, match="was removed or replaced"):
        await store.ping()
    aside.replace(file)
    await store.ping()
    await store.set_standing(SLUG, Standing("live", None))


async def test_a_removed_file_is_noticed_before_anybody_writes(store, data):
    (data / FILE).unlink()
    with pytest.raises(StoreFault, match="was removed or replaced"):
        await store.ping()
