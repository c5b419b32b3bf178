"""The examples of the documents, run as they stand there against a real server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.running_server import CONTROL_KEY, Served, make_show, served
from tests.waiting import PATIENCE_S
from vetrina.web.assets.locations import STATIC_DIR

DOCS = Path(__file__).resolve().parent.parent / "docs"


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a page that are in one language."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def run(*command: str, folder: Path, **environment: str) -> str:
    """What a program printed; it has to succeed."""
    done = subprocess.run(
        command,
        env={**os.environ, **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def shop(data: Path) -> Iterator[tuple[Served, dict[str, str]]]:
    """A server with a live show, and the environment that leads to its webhook."""
    with served(data) as server:
        make_show(server, "spring-drop")
        wish = {"kind": "generic", "show": "spring-drop"}
        made = server.call("POST", "/api/v1/connections", wish)
        yield server, {"WEBHOOK_URL": made["url"], "WEBHOOK_SECRET": made["secret"]}


def bought(server: Served) -> list[Any]:
    """The purchases on the ticker, newest first."""
    ticker: list[Any] = server.call("GET", "/api/v1/shows/spring-drop")["state"]["ticker"]
    return ticker


def test_every_call_of_the_api_page_works(tmp_path: Path) -> None:
    script = "set -eu\n" + "\n".join(blocks("api.md", "sh"))
    shutil.copy(STATIC_DIR / "demo" / "mug.webp", tmp_path)
    with served(tmp_path / "data") as server:
        said = run(
            *("sh", "-c", script),
            folder=tmp_path,
            VETRINA=server.address,
            VETRINA_CONTROL_KEY=CONTROL_KEY,
        )
        state = server.call("GET", "/api/v1/shows/spring-drop")["state"]
    assert [pin["product"]["sku"] for pin in state["pins"]] == ["MUG-1"]
    assert state["deals"][0]["percent"] == 24
    assert state["announcement"]["text"] == "Shipping is free today"
    assert state["show"]["disclosure"]["brand"] == "Acme"
    assert "302 https://shop.example/mug" in said
    assert (tmp_path / "secret.svg").read_bytes().startswith(b"<svg")


def test_a_purchase_is_signed_in_python(tmp_path: Path) -> None:
    [script] = blocks("api.md", "python")
    with shop(tmp_path / "data") as (server, webhook):
        assert "applied" in run(sys.executable, "-c", script, folder=tmp_path, **webhook)
        assert bought(server)[0]["items"][0]["quantity"] == 2


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node on this machine")
def test_a_purchase_is_signed_in_node(tmp_path: Path) -> None:
    [script] = blocks("api.md", "js")
    (tmp_path / "send.mjs").write_text(script, encoding="utf-8")
    with shop(tmp_path / "data") as (server, webhook):
        assert "applied" in run("node", "send.mjs", folder=tmp_path, **webhook)
        assert len(bought(server)) == 1


def test_a_program_follows_a_show_through_a_restart(tmp_path: Path) -> None:
    [script] = blocks("protocol.md", "python")
    with served(tmp_path / "data") as server:
        make_show(server, "spring-drop")
        address = f"ws://127.0.0.1:{server.port}/ws"
        follower = subprocess.Popen(
            [sys.executable, "-c", script, address, "spring-drop"],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert follower.stdout is not None
            assert follower.stdout.readline() == "snapshot 2 live\n"
            pin = {"type": "pin_product", "sku": "MUG-1"}
            server.call("POST", "/api/v1/shows/spring-drop/commands", pin)
            assert follower.stdout.readline() == "3 product_pinned\n"
            server.kill()
            server.start()
            server.call("POST", "/api/v1/shows/spring-drop/commands", {"type": "panic"})
            assert follower.stdout.readline() in ("4 panicked\n", "snapshot 4 live\n")
        finally:
            follower.kill()
            follower.communicate()


def test_a_program_stops_where_trying_again_would_not_help(tmp_path: Path) -> None:
    [script] = blocks("protocol.md", "python")
    with served(tmp_path / "data") as server:
        address = f"ws://127.0.0.1:{server.port}/ws"
        done = subprocess.run(
            [sys.executable, "-c", script, address, "nowhere"],
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )
    assert done.returncode == 1
    assert "closed for good: There is no such show." in done.stderr
