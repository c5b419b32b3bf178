"""What the doctor says of the server that answers on its port."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from vetrina.cli.doctor import _server, examine
from vetrina.clock import wall_ns
from vetrina.settings import Settings
from vetrina.store.sql.store import sqlite_store
from vetrina.store.sqlite import database


@contextmanager
def answering(status: int, body: bytes) -> Iterator[int]:
    """Something that gives one answer to everything; its port."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """The test says what matters."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    serving = threading.Thread(target=server.serve_forever, args=(0.01,))
    serving.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "body", "level", "words"),
    [
        (200, b'{"ready": true, "reasons": []}', "fine", "is ready."),
        (200, b'{"ready": true, "reasons": ["The bus: gone."]}', "notice", "ready. The bus: gone."),
        (503, b'{"ready": false, "reasons": ["The store: gone."]}', "wrong", "The store: gone."),
        (200, b"<h1>It works!</h1>", "notice", "is no server of ours"),
        (200, b"[]", "notice", "is no server of ours"),
    ],
    ids=["well", "the bus is away", "the store is away", "another server", "another program"],
)
def test_the_server_is_judged_by_what_it_says(
    tmp_path: Path, status: int, body: bytes, level: str, words: str
) -> None:
    with answering(status, body) as port:
        finding = _server(Settings(data=tmp_path, port=port))
    assert (finding.level, words in finding.text) == (level, True)


async def test_it_says_when_this_machines_clock_is_not_the_stores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = sqlite_store(tmp_path)
    await store.open()
    await store.close()
    for apart_ms, told in ((400, False), (900, True)):
        monkeypatch.setattr(database, "wall_ns", lambda ms=apart_ms: wall_ns() + ms * 1_000_000)
        findings = [finding.text for finding in await examine(Settings(data=tmp_path))]
        assert any("0.9 s behind the store's" in text for text in findings) == told
