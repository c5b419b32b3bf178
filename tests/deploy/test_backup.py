"""The commands of docs/operations.md save a running server and bring it back."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
from websockets.asyncio.client import connect

from tests.deploy.files import ROOT
from tests.encryption import CIPHER
from tests.postgres import PostgresServer, programs
from tests.running_server import Served, make_show, served
from tests.store.builders import SLUG, said, show
from vetrina.store.ports.shows import Append
from vetrina.store.sql.store import FILE, postgres_store

COMMANDS = "/api/v1/shows/drop/commands"


def told(what: str) -> str:
    """The words for SQLite that the page gives to its command line and that begin so."""
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    found = re.findall(rf'^sqlite3 vetrina-data/{FILE} "({what}.*)"$', page, re.MULTILINE)
    assert len(found) == 1, found
    return str(found[0])


def say(database: Path, sql: str) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute(sql)


def announce(server: Served, *texts: str) -> None:
    for text in texts:
        server.call("POST", COMMANDS, {"type": "announce", "text": text})


def position(server: Served) -> dict[str, Any]:
    show = server.call("GET", "/api/v1/shows/drop")
    return {"epoch": show["epoch"], "seq": show["seq"]}


async def welcome(server: Served, last: dict[str, Any]) -> dict[str, Any]:
    """How somebody is greeted who stands there."""
    async with connect(f"ws://127.0.0.1:{server.port}/ws") as socket:
        hello = {"type": "hello", "v": 1, "role": "viewer", "show": "drop", "last": last}
        await socket.send(orjson.dumps(hello).decode())
        greeting: dict[str, Any] = orjson.loads(await socket.recv())
    assert greeting["type"] == "welcome"
    return greeting


def saved_while_running(server: Served, backup: Path) -> None:
    """A show of three announcements, saved, and another two after that."""
    make_show(server, "drop")
    announce(server, "one", "two", "three")
    say(server.data / FILE, told("VACUUM INTO").replace("backup.db", str(backup)))
    announce(server, "four", "five")


def restored(server: Served, backup: Path) -> None:
    for name in ("-wal", "-shm"):
        (server.data / f"{FILE}{name}").unlink(missing_ok=True)
    shutil.copyfile(backup, server.data / FILE)


async def test_everybody_starts_afresh_after_a_restore(tmp_path: Path) -> None:
    with served(tmp_path / "data") as server:
        saved_while_running(server, tmp_path / "backup.db")
        before = position(server)
        server.stop()
        restored(server, tmp_path / "backup.db")
        say(server.data / FILE, told("UPDATE"))
        server.start()
        after = position(server)
        assert after["seq"] == before["seq"] - 2
        assert after["epoch"] != before["epoch"]
        await welcome(server, after)
        announce(server, "not four", "not five", "six")
        greeting = await welcome(server, before)
        assert greeting["state"]["announcement"]["text"] == "six"


async def test_without_a_new_epoch_somebody_would_see_a_mixture(tmp_path: Path) -> None:
    with served(tmp_path / "data") as server:
        saved_while_running(server, tmp_path / "backup.db")
        before = position(server)
        server.stop()
        restored(server, tmp_path / "backup.db")
        server.start()
        await welcome(server, position(server))
        announce(server, "not four", "not five", "six")
        greeting = await welcome(server, before)
        # Greeted as if what came between had been seen.
        assert "state" not in greeting


def test_the_file_alone_lacks_what_was_written_last(tmp_path: Path) -> None:
    with served(tmp_path / "data") as server:
        saved_while_running(server, tmp_path / "backup.db")
        shutil.copyfile(server.data / FILE, tmp_path / "copy.db")
        server.kill()

    def announcements(database: Path) -> int:
        with closing(sqlite3.connect(database)) as connection:
            try:
                [[count]] = connection.execute("SELECT max(seq) FROM shows")
            except sqlite3.OperationalError:
                return 0
        return int(count or 0)

    assert announcements(tmp_path / "copy.db") < announcements(tmp_path / "backup.db")


def shell(command: str, folder: Path, database: str) -> None:
    """Run one of the page's commands for PostgreSQL."""
    path = os.pathsep.join((str(programs()), os.environ["PATH"]))
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, capture_output=True, text=True,
        env={**os.environ, "PATH": path, "DATABASE": database},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


async def test_postgresql_is_saved_and_restored_with_a_new_epoch(tmp_path: Path) -> None:
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    save, restore, renew = re.findall(r"^(?:pg_|psql )[^#\n]*", page, re.MULTILINE)
    server = PostgresServer()
    try:
        server.start()
        database = server.url(server.create())
        store = postgres_store(database, CIPHER)
        await store.open()
        made = await store.create_show(show(), [said("one")])
        shell(save, tmp_path, database)
        await store.append(Append(show=SLUG, events=[said("two")]))
        await store.close()
        shell(restore, tmp_path, database)
        shell(renew, tmp_path, database)
        store = postgres_store(database, CIPHER)
        await store.open()
        head = await store.head(SLUG)
        await store.close()
    finally:
        server.close()
    assert head is not None
    assert head.seq == made.position.seq
    assert head.epoch != made.position.epoch
