"""A real server under floods over plain HTTP: others are answered, memory stays where it was."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import orjson
import pytest
from websockets.asyncio.client import connect

from loadtests.process_usage import Observed
from tests.running_server import CONTROL_KEY, Served, make_show, served

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="counts in /proc")

PIPELINED = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 57_600
CHUNKS = b"POST /nothing HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
LARGE = b"POST /api/v1/products HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
CONNECTIONS = 12
SENT_S = 2.0
"""How long a flood goes on sending, at most."""
ANSWERED_S = 30.0
GROWN_BYTES = 150 * 2**20
"""It was 1.6 GB."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path / "data") as running:
        yield running


@contextlib.contextmanager
def flood(port: int, head: bytes, again: bytes) -> Iterator[list[int]]:
    """So many connections that send and never read; how much each could send, when they end."""
    over = threading.Event()
    sent = [0] * CONNECTIONS

    def send(number: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as made:
            made.settimeout(SENT_S)
            with contextlib.suppress(OSError):
                made.sendall(head)
                while not over.is_set():
                    sent[number] += made.send(again)
            over.wait(ANSWERED_S)

    threads = [threading.Thread(target=send, args=(n,), daemon=True) for n in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    try:
        yield sent
    finally:
        over.set()
        for thread in threads:
            thread.join(ANSWERED_S)


@pytest.mark.parametrize(
    ("head", "again"),
    [
        (b"", PIPELINED),
        (CHUNKS, b"1\r\na\r\n" * 10_000),
        (LARGE, b"10000\r\n" + b"x" * 65_536 + b"\r\n"),
    ],
    ids=["pipelined requests", "tiny chunks", "a body that nobody wants"],
)
def test_others_are_answered_and_memory_stays(server: Served, head: bytes, again: bytes) -> None:
    observed = Observed(server.process.pid)
    before = observed.resident_bytes()
    with flood(server.port, head, again) as sent, httpx.Client(timeout=ANSWERED_S) as other:
        for _ in range(20):
            assert other.get(f"{server.address}/healthz").status_code == 200
        assert observed.resident_bytes() - before < GROWN_BYTES
    assert max(sent) < 64 * 2**20, "the server stops reading, or hangs up"
    with httpx.Client(timeout=ANSWERED_S) as other:
        assert other.get(f"{server.address}/healthz").status_code == 200
    assert observed.resident_bytes() - before < GROWN_BYTES


async def test_a_crowd_behind_one_address_does_not_lock_out_its_host(tmp_path: Path) -> None:
    """500 viewers or silent sockets behind one address kept the panel and the overlay out."""
    with served(tmp_path / "data", connections_per_address="30") as server:
        made = make_show(server, "drop")
        async with contextlib.AsyncExitStack() as stack:

            async def opened(**hello: str) -> str:
                socket = await connect(
                    f"ws://127.0.0.1:{server.port}/ws",
                    additional_headers={"X-Forwarded-For": "203.0.113.7"},
                    ping_interval=None,
                )
                stack.callback(socket.transport.abort)
                if not hello:
                    return "silent"
                await socket.send(orjson.dumps({"type": "hello", "v": 1, **hello}).decode())
                return str(orjson.loads(await socket.recv())["type"])

            viewers = [await opened(role="viewer", show="drop") for _ in range(31)]
            assert viewers == ["welcome"] * 30 + ["bye"]
            for _ in range(30):
                await opened()
            assert await opened(role="control", key=CONTROL_KEY, show="drop") == "welcome"
            assert await opened(role="overlay", key=made["overlay_key"]) == "welcome"
