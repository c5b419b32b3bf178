"""The parent of several workers; small programs stand in for the servers."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import select
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import vetrina.process.workers.pool
from tests.process_tree import children, words
from tests.waiting import PATIENCE_S
from vetrina.process.workers.handle import WorkerProcess
from vetrina.process.workers.pool import CannotServe, Signals, WorkerPool, run_workers
from vetrina.settings import Settings

pytestmark = pytest.mark.skipif(not hasattr(select, "epoll"), reason="needs /proc")

# What a stand-in finds: its number, its line, and a folder where its lives are counted.
HEAD = """
import os, signal, socket, sys
from pathlib import Path
number, folder, _, descriptor = sys.argv[1:]
line = socket.socket(fileno=int(descriptor))
lives = Path(folder) / f"{number}.lives"
life = len(lives.read_text()) + 1 if lives.exists() else 1
lives.write_text("x" * life)

def serve():
    line.send(b"ready\\n")
    while line.recv(100):
        pass
    sys.exit(0)

def fail(sentence):
    line.send(b"failed " + sentence + b"\\n")
    sys.exit(1)
"""


class Family:
    """Workers that run one program."""

    def __init__(self, folder: Path, program: str, *, many: int = 2, silence_s: float = 30.0):
        settings = Settings(workers=many, data=folder)
        command = [sys.executable, "-c", HEAD + program]
        self._folder = folder
        self.signals = Signals()
        workers = WorkerPool(settings, folder, others=False, silence_s=silence_s, program=command)
        self._workers = workers
        self.running = asyncio.create_task(workers.run(self.signals))

    @property
    def banner_asked(self) -> bool:
        """Whether all of them have served at once."""
        return self._workers._all_ready.is_set()

    def lives(self, number: int) -> int:
        """How often a worker was started."""
        path = self._folder / f"{number}.lives"
        return len(path.read_text()) if path.exists() else 0

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something, while nothing goes wrong."""
        async with asyncio.timeout(PATIENCE_S):
            while not condition():
                assert not self.running.done()
                await asyncio.to_thread(int)

    async def end(self) -> None:
        self.signals.receive()
        await self.running
        assert stand_ins() == []


def stand_ins() -> list[int]:
    return [pid for pid in children(os.getpid()) if any(HEAD in word for word in words(pid))]


async def test_they_serve_until_a_signal_comes(tmp_path: Path) -> None:
    family = Family(tmp_path, "serve()", many=3)
    await family.until(lambda: family.banner_asked)
    assert len(stand_ins()) == 3
    await family.end()
    assert [family.lives(number) for number in range(3)] == [1, 1, 1]


async def test_a_start_that_fails_ends_all_with_its_sentence(tmp_path: Path) -> None:
    program = "fail(b'The disk is full.') if number == '1' else serve()"
    family = Family(tmp_path, program)
    with pytest.raises(CannotServe, match=r"^The disk is full\.$"):
        await family.running
    assert stand_ins() == []


async def test_a_start_that_fails_without_a_word_is_told_too(tmp_path: Path) -> None:
    family = Family(tmp_path, "os.kill(os.getpid(), signal.SIGSEGV)", many=1)
    with pytest.raises(CannotServe, match="Worker 0 was ended by SIGSEGV before it served"):
        await family.running


async def test_one_that_dies_is_started_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Also when starting it fails meanwhile: the other one serves."""
    program = """
if number == "0":
    line.send(b"ready\\n")
    line.recv(100)  # the request for the banner: both serve
    Path(folder, "both").open("w").close()
if number == "0" or life > 3:
    serve()
if life > 1:
    fail(b"Not yet.")
line.send(b"ready\\n")
Path(folder, "both").open().close()
sys.exit(7)
"""
    os.mkfifo(tmp_path / "both")
    caplog.set_level(logging.ERROR)
    family = Family(tmp_path, program)
    await family.until(lambda: family.lives(1) == 4)
    await family.end()
    assert family.lives(0) == 1
    assert "Worker 1 ended with code 7" in caplog.text
    assert "Worker 1 ended with code 1 (Not yet.)" in caplog.text


async def test_while_the_system_has_no_process_to_give_the_others_serve_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As where all processes of a user are taken, or all memory."""
    caplog.set_level(logging.ERROR)
    monkeypatch.setattr(vetrina.process.workers.pool, "BACKOFF_MIN_S", 0.01)
    family = Family(tmp_path, "serve()")
    await family.until(lambda: family.banner_asked)
    start, refused = WorkerProcess.start, []

    async def refusing(*arguments: object) -> WorkerProcess:
        if len(refused) < 2:
            refused.append(1)
            raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        return await start(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(WorkerProcess, "start", refusing)
    os.kill(stand_ins()[0], signal.SIGKILL)
    await family.until(lambda: family.lives(0) + family.lives(1) == 3)
    await family.end()
    assert "cannot be started ([Errno 11] Resource temporarily unavailable)" in caplog.text


async def test_a_system_that_cannot_share_a_port_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(socket, "SO_REUSEPORT")
    with pytest.raises(CannotServe, match="leave --workers out"):
        run_workers(Settings(workers=2))


async def test_when_nobody_serves_any_more_a_failing_start_is_the_end(tmp_path: Path) -> None:
    program = "fail(b'The disk is full.') if life > 1 else serve()"
    family = Family(tmp_path, program)
    await family.until(lambda: family.banner_asked)
    for pid in stand_ins():
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(CannotServe, match="The disk is full"):
        await family.running


async def test_one_that_has_frozen_is_killed_and_replaced(tmp_path: Path) -> None:
    program = """
if number == "1" and life == 1:
    line.send(b"ready\\n")
    os.kill(os.getpid(), signal.SIGSTOP)
import threading
threading.Thread(target=lambda: [line.send(b"beat\\n") for _ in iter(
    lambda: threading.Event().wait(0.05), None)], daemon=True).start()
serve()
"""
    family = Family(tmp_path, program, silence_s=1.0)
    await family.until(lambda: family.lives(1) == 2)
    await family.end()
    assert family.lives(0) == 1


async def test_one_that_does_not_end_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(vetrina.process.workers.pool, "longest_stop_s", lambda _: 0.2)
    deaf = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    family = Family(tmp_path, deaf + "line.send(b'ready\\n')\nsignal.pause()", many=1)
    await family.until(lambda: family.banner_asked)
    await family.end()
    assert "Worker 0 has not ended in time" in caplog.text


async def test_two_signals_at_once_are_one_wish(tmp_path: Path) -> None:
    """A terminal and the program that started us may both pass Ctrl+C on."""
    signals = Signals()
    signals.receive()
    signals.receive()
    assert (signals.stop.is_set(), signals.forced.is_set()) == (True, False)
