"""The wall clock of a machine, to be set while servers run on it."""

from __future__ import annotations

import os
import tempfile
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
        self.set(0)

    @property
    def environment(self) -> dict[str, str]:
        """What makes a Python program take the time from here."""
        path = os.pathsep.join(filter(None, [str(FOLDER), os.environ.get("PYTHONPATH")]))
        return {"PYTHONPATH": path, "SET_CLOCK": str(self._path)}

    def set(self, ahead_s: float) -> None:
        """Set it to so many seconds beside the true time. In place: the servers have it mapped."""
        shift = int(ahead_s * 1e9).to_bytes(8, "little", signed=True)
        with self._path.open("r+b" if self._path.exists() else "wb") as file:
            file.write(shift)


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

    def set(self, ahead_s: int) -> None:
        """Set it to so many seconds beside the true time."""
        draft = self._path.with_suffix(".new")
        draft.write_text(f"{ahead_s:+d}s\n")
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
