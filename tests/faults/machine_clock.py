"""The wall clock of a machine, to be set while servers run on it."""

from __future__ import annotations

import os
import struct
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "set_clock"
HOUR_S: Final = 3_600


class MachineClock:
    """One machine's clock. Servers that get its `environment` are on that machine."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ahead_ns = self._drift_ns = self._ppm = self._since_ns = 0
        self._write()

    @property
    def environment(self) -> dict[str, str]:
        """What makes a Python program take the time from here."""
        path = os.pathsep.join(filter(None, [str(FOLDER), os.environ.get("PYTHONPATH")]))
        return {"PYTHONPATH": path, "SET_CLOCK": str(self._path)}

    def set(self, ahead_s: float) -> None:
        """Set it to so many seconds beside the true time. In place: the servers have it mapped."""
        self._ahead_ns = int(ahead_s * 1e9)
        self._write()

    def drift(self, ppm: int) -> None:
        """Let its crystal be so many millionths fast from now on. No clock jumps by that."""
        now_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        self._drift_ns += (now_ns - self._since_ns) * self._ppm // 1_000_000
        self._ppm, self._since_ns = ppm, now_ns
        self._write()

    def _write(self) -> None:
        told = struct.pack("<4q", self._ahead_ns, self._drift_ns, self._ppm, self._since_ns)
        with self._path.open("r+b" if self._path.exists() else "wb") as file:
            file.write(told)


def faketime() -> Path | None:
    """The library that sets the clock of a program that is not Python, where it is installed."""
    return next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


class ProgramClock:
    """The clock of programs that get its `environment`, by libfaketime."""

    def __init__(self, library: Path, path: Path) -> None:
        self._path = path
        self.set(0)
        self.environment = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(path),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }

    def set(self, ahead_s: int, ppm: int = 0) -> None:
        """Set it to so many seconds beside the true time, and so many millionths fast.

        The millionths count from the start of the program.
        """
        draft = self._path.with_suffix(".new")
        draft.write_text(f"{ahead_s:+d}s x{1 + ppm / 1e6:.6f}\n" if ppm else f"{ahead_s:+d}s\n")
        draft.chmod(0o644)
        draft.replace(self._path)


@contextmanager
def program_clock() -> Iterator[ProgramClock | None]:
    """One for the block, in a folder that every user may read; None without the library."""
    library = faketime()
    if library is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="vetrina-clock-") as folder:
        Path(folder).chmod(0o755)
        yield ProgramClock(library, Path(folder) / "clock")
