"""An overlay that OBS loads again while PostgreSQL is away: its show comes from memory."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect

from tests.postgres import PostgresServer
from tests.running_server import Served, make_show, served
from tests.waiting import PATIENCE_S, pause

SHOW = "drop"


@pytest.fixture
def database() -> Iterator[PostgresServer]:
    server = PostgresServer()
    server.start()
    yield server
    server.close()


def welcome(server: Served, key: str) -> Any:
    """What an overlay hears first."""
    with connect(f"ws://127.0.0.1:{server.port}/ws", open_timeout=PATIENCE_S) as socket:
        socket.send(json.dumps({"type": "hello", "v": 1, "role": "overlay", "key": key}))
        return json.loads(socket.recv(PATIENCE_S))


def new_control_key(server: Served) -> str:
    wished = {"role": "control", "label": "later"}
    return str(server.call("POST", f"/api/v1/shows/{SHOW}/keys", wished)["key"])


def test_it_shows_on_while_postgresql_is_away(tmp_path: Path, database: PostgresServer) -> None:
    with served(tmp_path / "data", database=database.url(database.create())) as server:
        key = make_show(server, SHOW)["overlay_key"]
        before = welcome(server, key)
        later = {"authorization": f"Bearer {new_control_key(server)}"}
        asked = f"{server.address}/api/v1/shows/{SHOW}/overlays"
        assert httpx.get(asked, headers=later).status_code == 200
        database.kill()
        end = time.monotonic() + PATIENCE_S
        # Until a key that was looked up later is not remembered any more: from memory, it is asked.
        while httpx.get(asked, headers=later, timeout=PATIENCE_S).status_code != 503:
            assert time.monotonic() < end
            pause()
        assert httpx.get(f"{server.address}/overlay/{key}").status_code == 200
        again = welcome(server, key)
    assert (again["type"], again["show"]) == ("welcome", SHOW)
    assert again["state"] == before["state"]
