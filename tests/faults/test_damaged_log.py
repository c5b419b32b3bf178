"""One damaged row of one show: it is set aside, the others are served, and it can be repaired."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.running_server import Served, make_show, served
from tests.waiting import PATIENCE_S, pause
from vetrina.store.sql.store import FILE

DAMAGED, OTHER = "damaged-one", "other-one"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with two shows that are on, and a row of one of them broken."""
    data = tmp_path / "data"
    with served(data) as server:
        for slug in (OTHER, DAMAGED):
            make_show(server, slug)
            say(server, slug, "before")
    with closing(sqlite3.connect(data / FILE)) as sql, sql:
        changed = sql.execute(
            "UPDATE events SET data = substr(data, 1, 9) WHERE show = ? AND type = 'bag_changed'",
            [DAMAGED],
        )
        assert changed.rowcount == 1
    return data


@pytest.fixture
def server(data: Path) -> Iterator[Served]:
    with served(data) as running:
        yield running


def say(server: Served, slug: str, text: str) -> int:
    """The status of the answer."""
    body = {"type": "announce", "text": text}
    with server.client() as client:
        return client.post(f"/api/v1/shows/{slug}/commands", json=body).status_code


def vetrina(*command: str, data: Path, cwd: Path) -> str:
    run = [sys.executable, "-m", "vetrina", *command, "--data", str(data)]
    done = subprocess.run(run, capture_output=True, text=True, timeout=PATIENCE_S, cwd=cwd)
    return done.stdout + done.stderr


def test_the_others_are_served_it_is_told_and_can_be_repaired(
    server: Served, data: Path, tmp_path: Path
) -> None:
    assert say(server, OTHER, "goes on") == 200
    assert say(server, DAMAGED, "does not") == 503
    with server.client() as client:
        answer = client.get(f"/api/v1/shows/{DAMAGED}")
        assert (answer.status_code, answer.json()["code"]) == (503, "damaged_show")
        listed = client.get("/api/v1/shows").json()["shows"]
        assert {show["slug"]: show["damaged"] for show in listed} == {DAMAGED: True, OTHER: False}
        told = client.get("/readyz")
        assert (told.status_code, told.json()["ready"]) == (200, True)
        assert told.json()["reasons"][0].startswith("One show is set aside:")
    found = " ".join(vetrina("doctor", data=data, cwd=tmp_path).split())
    assert f"1 events of the show {DAMAGED} cannot be read" in found
    assert f"the show {OTHER}" not in found
    repaired = vetrina("db", "repair", DAMAGED, data=data, cwd=tmp_path)
    assert f"1 of 3 events of {DAMAGED} gave way" in repaired
    assert len((tmp_path / f"{DAMAGED}-log.jsonl").read_text().splitlines()) == 3
    end = time.monotonic() + PATIENCE_S
    while say(server, DAMAGED, "after") != 200:
        assert time.monotonic() < end
        pause()
    state = server.call("GET", f"/api/v1/shows/{DAMAGED}")["state"]
    assert state["announcement"]["text"] == "after"
    assert server.call("GET", "/readyz")["reasons"] == []
    assert "nothing to do" in vetrina("db", "repair", DAMAGED, data=data, cwd=tmp_path)
    assert "Traceback" not in "".join(server.said)
