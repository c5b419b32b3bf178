"""A machine whose clock can be set and drifts: Python loads this by itself where it is on the path.

The file that SET_CLOCK names holds by how many nanoseconds the wall clock is ahead, then how far
its crystal is, how many millionths it is fast, and since when. Setting a clock never touches what
counts from the machine's start; a crystal that is fast makes both fast.
"""

import mmap
import os
import struct
import time
from pathlib import Path

_path = os.environ.get("SET_CLOCK")
if _path is not None:
    with Path(_path).open("rb") as _file:
        _told = mmap.mmap(_file.fileno(), 32, access=mmap.ACCESS_READ)
    _true_ns, _raw_ns = time.time_ns, time.clock_gettime_ns

    def _drift_ns() -> int:
        _, ahead_ns, ppm, since_ns = struct.unpack("<4q", _told[:32])
        return ahead_ns + (_raw_ns(time.CLOCK_BOOTTIME) - since_ns) * ppm // 1_000_000

    def _time_ns() -> int:
        return _true_ns() + int.from_bytes(_told[:8], "little", signed=True) + _drift_ns()

    def _time() -> float:
        return _time_ns() / 1e9

    def _clock_gettime_ns(clock: int) -> int:
        return _raw_ns(clock) + (_drift_ns() if clock == time.CLOCK_BOOTTIME else 0)

    time.time_ns = _time_ns
    time.time = _time
    time.clock_gettime_ns = _clock_gettime_ns
