"""What a server process uses, seen from outside: processor time, memory, open files; and its core.

A server may be several processes: everything counts its descendants, too.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")
TICKS: Final = os.sysconf("SC_CLK_TCK")
_SCHED_CLOCK: Final = 2


@dataclass(frozen=True, slots=True)
class Used:
    """Processor time since the process began. `total_ns` is exact, the parts go by 10 ms."""

    total_ns: int
    user_ns: int
    system_ns: int

    def __sub__(self, before: Used) -> Used:
        return Used(
            self.total_ns - before.total_ns,
            self.user_ns - before.user_ns,
            self.system_ns - before.system_ns,
        )


@dataclass(frozen=True, slots=True)
class Observed:
    """A process and its descendants."""

    pid: int

    def used(self) -> Used:
        """Processor time of all of them."""
        total = user = system = 0
        for pid in self.pids():
            with suppress(OSError):
                fields = _stat(pid)
                user += int(fields[11])
                system += int(fields[12])
                total += time.clock_gettime_ns((~pid << 3) | _SCHED_CLOCK)
        tick_ns = 1_000_000_000 // TICKS
        return Used(total, user * tick_ns, system * tick_ns)

    def resident_bytes(self) -> int:
        """Resident memory of all of them; what they share counts for each."""
        pages = 0
        for pid in self.pids():
            with suppress(OSError):
                pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return pages * PAGE_BYTES

    def open_files(self) -> int:
        """Descriptors of all of them."""
        found = 0
        for pid in self.pids():
            with suppress(OSError):
                found += sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
        return found

    def pids(self) -> list[int]:
        """The process, its children and theirs."""
        found, at = [self.pid], 0
        while at < len(found):
            for task in Path(f"/proc/{found[at]}/task").glob("*/children"):
                with suppress(OSError):
                    found.extend(int(pid) for pid in task.read_text().split())
            at += 1
        return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat behind the name, which may hold anything."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def cores() -> tuple[int, int]:
    """A core for the server and one for the swarm; the same one where there is only one."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[-1] if len(usable) == 1 else usable[1]


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Stay on one core for the block; processes started in it stay there for good."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
