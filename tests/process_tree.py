"""The processes that a server started, and how they end. For Linux: /proc and pidfds."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.waiting import PATIENCE_S


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def words(pid: int) -> list[str]:
    """A process's command line; empty for one that has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except OSError:
        return []


def workers(pid: int) -> dict[int, int]:
    """The workers of a server: number → process."""
    found = {}
    for child in children(pid):
        command = words(child)
        if "vetrina.process.workers" in command:
            found[int(command[command.index("vetrina.process.workers") + 1])] = child
    return found


def valkey(pid: int) -> int:
    """The Valkey server of a server; a shell keeps it."""
    [found] = [
        grandchild
        for child in children(pid)
        for grandchild in children(child)
        if any("valkey-server" in word for word in words(grandchild)[:1])
    ]
    return found


class Watched:
    """Some processes whose ends are waited for, whoever their parents are."""

    def __init__(self, pids: Iterable[int]) -> None:
        self._open = {os.pidfd_open(pid): pid for pid in pids}

    def wait(self, patience_s: float = PATIENCE_S) -> set[int]:
        """Until all have ended; those that have not in time."""
        poll = select.poll()
        for descriptor in self._open:
            poll.register(descriptor, select.POLLIN)
        while self._open:
            ready = poll.poll(patience_s * 1000)
            if not ready:
                break
            for descriptor, _ in ready:
                poll.unregister(descriptor)
                os.close(descriptor)
                del self._open[descriptor]
        return set(self._open.values())

    def close(self) -> None:
        for descriptor in self._open:
            os.close(descriptor)
        self._open.clear()


@contextmanager
def watched(*pids: int) -> Iterator[Watched]:
    """Watch from now on: a number may be another process's later."""
    made = Watched(pids)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    """A process that does nothing for a while."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
