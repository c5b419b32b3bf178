"""How much memory a worker of the tests takes. For Linux with glibc; elsewhere nothing is known."""

from __future__ import annotations

import ctypes
import resource
import sys
from pathlib import Path

MB = 2**20
GROWN_BYTES = 20 * MB
_STATUS = Path("/proc/self/statm")


def resident_bytes() -> int:
    """What this process has in memory now; 0 where nobody tells."""
    if not _STATUS.exists():
        return 0
    return int(_STATUS.read_text().split()[1]) * resource.getpagesize()


def peak_mb() -> int:
    """What it has had at most; 0 where the unit is not known."""
    if sys.platform != "linux":
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def give_back(before_bytes: int) -> None:
    """Return what a test has freed to the system, where that is much.

    glibc keeps it for the next large block, which fits into none of the holes: twelve tests that
    send 20 MB each left 150 MB behind, though nothing of it was in use.
    """
    if resident_bytes() - before_bytes > GROWN_BYTES:
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
