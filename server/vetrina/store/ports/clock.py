"""The port for time: a clock that all processes of an installation can ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from vetrina.clock_discipline import MS_NS, Correction

KEEPER: Final = "clock"
"""The lease of the process that decides what a jump of the store's clock means."""


@dataclass(frozen=True, slots=True)
class StoreTime:
    """What the store's clock says, and what the installation's time is ahead of it."""

    store_ns: int
    correction: Correction
    idle: bool
    """No show is on, and no deadline is set."""
    kept_until_ms: int | None = None
    """When the keeper's lease runs out, in the installation's time; None: nobody has one."""

    @property
    def installation_ms(self) -> int:
        """The installation's time."""
        return (self.store_ns + self.correction.at(self.store_ns)) // MS_NS


class ClockStore(Protocol):
    """The clock of the machine that keeps the data, which may be set at any time."""

    async def read_clock(self) -> StoreTime:
        """Ask for the time. The answer is as old as half of what it takes."""
        ...

    async def correct_clock(self, old: Correction, new: Correction) -> bool:
        """Replace the correction.

        False: it is not `old` any more, or it is a step, and something runs.
        """
        ...
