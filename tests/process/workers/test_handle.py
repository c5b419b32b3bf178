"""A worker as its parent sees it: small programs stand in for the server."""

import asyncio
import os
import socket
import sys
import threading

import pytest

from tests.waiting import PATIENCE_S
from vetrina.process.workers.handle import WorkerProcess
from vetrina.process.workers.parent_link import READY, ParentLink

HEAD = """
import os, signal, socket, sys, time
line = socket.socket(fileno=int(sys.argv[1]))
"""
SERVES = 'line.send(b"ready\\n")\n'
UNTIL_THE_PARENT_ENDS = "line.recv(100)\n"


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


async def test_it_says_when_it_serves_and_ends_when_it_is_let_go(ready):
    worker = await start(SERVES + UNTIL_THE_PARENT_ENDS + UNTIL_THE_PARENT_ENDS, ready)
    worker.say("welcome")
    worker.stop()
    how = await worker.ended(30)
    assert how in ("ended with code 0", "was ended by SIGTERM")


async def test_it_is_ready_once(ready):
    worker = await start(SERVES + 'line.send(b"beat\\n")', ready)
    assert await worker.ended(30) == "ended with code 0"
    assert (worker.served, ready.times, worker.complaint) == (True, 1, None)


async def test_the_sentence_of_one_that_cannot_start_is_kept(ready):
    worker = await start('line.send(b"failed The disk is full.\\n"); sys.exit(1)', ready)
    assert await worker.ended(30) == "ended with code 1"
    assert (worker.served, worker.complaint) == (False, "The disk is full.")


async def test_the_signal_that_ended_it_is_named(ready):
    worker = await start("os.kill(os.getpid(), signal.SIGKILL)", ready)
    assert await worker.ended(30) == "was ended by SIGKILL"


async def test_one_that_has_frozen_is_killed(ready):
    worker = await start(SERVES + "os.kill(os.getpid(), signal.SIGSTOP)", ready)
    assert await worker.ended(1.0) == "has said nothing for 1 s and was killed"


async def test_who_was_stopped_itself_does_not_blame_its_worker(ready):
    """The parent, or the whole machine, was frozen for longer than a worker may be silent."""
    beating = """
import threading
threading.Thread(target=lambda: [line.send(b"beat\\n") for _ in iter(
    lambda: threading.Event().wait(0.02), None)], daemon=True).start()
line.recv(1)
"""
    worker = await start(SERVES + beating, ready)
    ended = asyncio.create_task(worker.ended(0.5))
    async with asyncio.timeout(PATIENCE_S):
        while not ready.times:
            await asyncio.to_thread(int)
    threading.Event().wait(1.0)  # nothing runs here meanwhile, not even timers
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
    assert await worker.ended(30) == "ended with code 0"


async def test_a_parent_that_does_not_read_stops_nobody():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        tether = ParentLink(theirs)
        for _ in range(10_000):
            tether.say(READY)
        assert ours.recv(6) == b"ready\n"


async def test_a_sentence_is_one_line_however_it_was_written():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ParentLink(theirs).say("failed", "One thing.\nAnd another " + "x" * 9_000)
        told = ours.recv(10_000)
    assert told.startswith(b"failed One thing. And another xxx")
    assert (told.count(b"\n"), len(told)) == (1, 4096)


async def test_the_worker_hears_its_parent_and_its_end():
    ours, theirs = socket.socketpair()
    heard, ended = [], asyncio.Event()
    with theirs:
        tether = ParentLink(theirs)
        tether.on_welcome(lambda: heard.append("welcome"))
        tether.hold(ended.set)
        with ours:
            assert ours.recv(10) == b"beat\n"
            ours.send(b"welcome\n")
        async with asyncio.timeout(PATIENCE_S):
            await ended.wait()
        tether.let_go()
    assert heard == ["welcome"]
