"""A real server process that has no file descriptors left, and gets them back."""

import asyncio
import os
import resource
import sys
from contextlib import AsyncExitStack, closing, suppress
from pathlib import Path

import orjson
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake

from tests.running_server import make_show, served
from tests.waiting import PATIENCE_S, until
from tests.web.live_socket import HELLO
from tests.websocket.raw_socket import tcp

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="counts in /proc")

SPARE = 30
MEASURED_S = 1.5


class Process:
    """What the system tells of a process."""

    def __init__(self, pid):
        self.pid = pid

    @property
    def files(self):
        return len(list(Path(f"/proc/{self.pid}/fd").iterdir()))

    @property
    def cpu_s(self):
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def limit_files(self, most):
        resource.prlimit(self.pid, resource.RLIMIT_NOFILE, (most, most))


@pytest.fixture(params=["uvloop", "asyncio"])
def server(request, tmp_path, monkeypatch):
    if request.param == "asyncio":
        (tmp_path / "uvloop.py").write_text("raise ImportError")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with served(tmp_path / "data") as server:
        make_show(server, "drop")
        yield server
    assert len("".join(server.said)) < 5_000, "the log is flooded"


async def viewer(server):
    """A welcomed viewer; None when it does not come in."""
    try:
        client = await connect(f"ws://127.0.0.1:{server.port}/ws", ping_interval=None)
    except (OSError, InvalidHandshake):
        return None
    await client.send(orjson.dumps(HELLO).decode())
    assert orjson.loads(await client.recv())["type"] == "welcome"
    return client


async def next_viewer(server):
    async with asyncio.timeout(PATIENCE_S):
        while True:
            if client := await viewer(server):
                return client


async def test_who_is_inside_is_served_and_others_come_in_later(server):
    process = Process(server._process.pid)
    loop = asyncio.get_running_loop()
    with closing(server.client()) as host:
        inside = await viewer(server)
        host.get("/healthz")
        files = process.files
        process.limit_files(files + SPARE)
        async with AsyncExitStack() as stack:
            for _ in range(3 * SPARE):
                await stack.enter_async_context(tcp(f"127.0.0.1:{server.port}"))
            await until(lambda: process.files >= files + SPARE)

            began_s, used_s = loop.time(), process.cpu_s
            with suppress(TimeoutError):
                async with asyncio.timeout(MEASURED_S):
                    async for _ in inside:
                        pass
            busy = (process.cpu_s - used_s) / (loop.time() - began_s)
            assert busy < 0.35, "a busy loop"
            assert process.files <= files + SPARE

            await inside.send('{"type":"ping"}')
            async with asyncio.timeout(PATIENCE_S):
                while orjson.loads(await inside.recv())["type"] != "pong":
                    pass
            command = {"type": "announce", "text": "still here"}
            assert host.post("/api/v1/shows/drop/commands", json=command).status_code == 200
            while orjson.loads(await inside.recv())["type"] != "events":
                pass
        await (await next_viewer(server)).close()
        await inside.close()
    await until(lambda: process.files < files)
