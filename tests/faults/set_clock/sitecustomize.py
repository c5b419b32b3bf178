"""A machine whose clock can be set: Python loads this by itself where it is on the path.

The file that SET_CLOCK names holds by how many nanoseconds the wall clock is ahead. Only the wall
clock: what counts from the machine's start is never touched by setting a clock.
"""

import mmap
import os
import time
from pathlib import Path

_path = os.environ.get("SET_CLOCK")
if _path is not None:
    with Path(_path).open("rb") as _file:
        _shift = mmap.mmap(_file.fileno(), 8, access=mmap.ACCESS_READ)
    _true_ns = time.time_ns

    def _time_ns() -> int:
        return _true_ns() + int.from_bytes(_shift[:8], "little", signed=True)

    def _time() -> float:
        return _time_ns() / 1e9

    time.time_ns = _time_ns
    time.time = _time
