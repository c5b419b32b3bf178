"""The wall clock of a machine, to be set while servers run on it."""

from __future__ import annotations

import os
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
