"""A worker as its parent sees it: small programs stand in for the server."""

import asyncio
import os
import socket
import sys
import threading

import pytest

from tests.waiting import PATIENCE_S, pause
from vetrina.process.workers.handle import WorkerProcess
from vetrina.process.workers.parent_link import READY, ParentLink

HEAD = """
import os, signal, socket, sys, time
line = socket.socket(fileno=int(sys.argv[1]))
"""
SERVES = 'line.send(b"ready\\n")\n'
UNTIL_THE_PARENT_ENDS = "line.recv(100)\n"
SILENCE_S = 2.0
"""What a busy machine may keep a worker from its core, without being taken for frozen."""


class Started:
    """Whether `ready` was called."""

    def __init__(self):
        self.times = 0

    def __call__(self):
        self.times += 1


@pytest.fixture
def ready():
    return Started()


async def start(program, ready):
    return await WorkerProcess.start([sys.executable, "-c", HEAD + program], os.environ, ready)


async def test_it_says_when_it_serves_and_ends_when_it_is_released(ready):
    worker = await start(SERVES + UNTIL_THE_PARENT_ENDS + UNTIL_THE_PARENT_ENDS, ready)
    worker.send("banner")
    worker.stop()
    how = await worker.wait(30)
    assert how in ("ended with code 0", "was ended by SIGTERM")


async def test_it_is_ready_once(ready):
    worker = await start(SERVES + 'line.send(b"beat\\n")', ready)
    assert await worker.wait(30) == "ended with code 0"
    assert (worker.served, ready.times, worker.failure) == (True, 1, None)


async def test_the_sentence_of_one_that_cannot_start_is_kept(ready):
    worker = await start('line.send(b"failed The disk is full.\\n"); sys.exit(1)', ready)
    assert await worker.wait(30) == "ended with code 1"
    assert (worker.served, worker.failure) == (False, "The disk is full.")


async def test_the_signal_that_ended_it_is_named(ready):
    worker = await start("os.kill(os.getpid(), signal.SIGKILL)", ready)
    assert await worker.wait(30) == "was ended by SIGKILL"


async def test_one_that_has_frozen_is_killed(ready):
    worker = await start(SERVES + "os.kill(os.getpid(), signal.SIGSTOP)", ready)
    assert await worker.wait(1.0) == "has said nothing for 1 s and was killed"


async def test_one_that_loads_its_modules_for_long_is_not_taken_for_frozen(ready):
    """On a busy machine a start took longer than a silence may, and the parent killed it."""
    loading = f"time.sleep({1.5 * SILENCE_S})\n"
    worker = await start(loading + SERVES + "os._exit(0)", ready)
    assert await worker.wait(SILENCE_S) == "ended with code 0"
    assert worker.served


async def test_one_that_has_frozen_before_its_first_message_is_killed(ready, monkeypatch):
    monkeypatch.setattr("vetrina.process.workers.handle.START_S", 2.0)
    worker = await start("os.kill(os.getpid(), signal.SIGSTOP)", ready)
    assert await worker.wait(1.0) == "has said nothing for 2 s and was killed"


async def test_who_was_stopped_itself_does_not_blame_its_worker(ready):
    """The parent, or the whole machine, was frozen for longer than a worker may be silent."""
    beating = """
import threading
threading.Thread(target=lambda: [line.send(b"beat\\n") for _ in iter(
    lambda: threading.Event().wait(0.02), None)], daemon=True).start()
line.recv(1)
"""
    worker = await start(SERVES + beating, ready)
    ended = asyncio.create_task(worker.wait(SILENCE_S))
    async with asyncio.timeout(PATIENCE_S):
        while not ready.times:
            await asyncio.to_thread(pause)
    threading.Event().wait(1.5 * SILENCE_S)  # nothing runs here meanwhile, not even timers
    for _ in range(20):
        await asyncio.to_thread(int)
    assert not ended.done()
    worker.stop()
    assert await ended in ("ended with code 0", "was ended by SIGTERM")


async def test_a_program_that_cannot_be_started_leaves_nothing_open(ready):
    with pytest.raises(OSError, match="No such file"):
        await WorkerProcess.start(["/no/such/program"], os.environ, ready)


async def test_ctrl_c_in_the_terminal_is_not_for_it(ready):
    own = f"import os; sys.exit(os.getpgrp() == {os.getpgrp()})"
    worker = await start(own, ready)
    assert await worker.wait(30) == "ended with code 0"


async def test_a_parent_that_does_not_read_stops_nobody():
    parent_end, worker_end = socket.socketpair()
    with parent_end, worker_end:
        parent = ParentLink(worker_end)
        for _ in range(10_000):
            parent.send(READY)
        assert parent_end.recv(6) == b"ready\n"


async def test_a_sentence_is_one_line_however_it_was_written():
    parent_end, worker_end = socket.socketpair()
    with parent_end, worker_end:
        ParentLink(worker_end).send("failed", "One thing.\nAnd another " + "x" * 9_000)
        told = parent_end.recv(10_000)
    assert told.startswith(b"failed One thing. And another xxx")
    assert (told.count(b"\n"), len(told)) == (1, 4096)


async def test_the_worker_hears_its_parent_and_its_end():
    parent_end, worker_end = socket.socketpair()
    heard, ended = [], asyncio.Event()
    with worker_end:
        parent = ParentLink(worker_end)
        parent.on_banner(lambda: heard.append("banner"))
        parent.open(ended.set)
        with parent_end:
            assert parent_end.recv(10) == b"beat\n"
            parent_end.send(b"banner\n")
        async with asyncio.timeout(PATIENCE_S):
            await ended.wait()
        parent.close()
    assert heard == ["banner"]
