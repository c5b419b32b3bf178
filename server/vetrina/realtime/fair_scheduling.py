"""Fair scheduling: how the deliveries of many rooms share one thread with everything else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

LONGEST_PAUSE_S: Final = 0.020
"""An event never waits longer than this for others to travel with."""
PAUSE_FACTOR: Final = 4.0
"""After a round that took a millisecond the next one waits for four: rounds take at most a fifth
of the time, until the longest pause is reached."""
SLICE: Final = 250
"""Connections served before everything else: some one and a half milliseconds. Commands
that arrive during a round get ahead meanwhile, so that their events are ready for the next one."""


class Scheduler(Protocol):
    """When to go on."""

    @property
    def slice(self) -> int:
        """How many connections are served without a break."""
        ...

    def time(self) -> float:
        """Seconds of a clock that does not jump."""
        ...

    def later(self, delay_s: float, callback: Callable[[], None]) -> None:
        """Call back after this time; 0: behind everything that is due already."""
        ...


@dataclass(frozen=True, slots=True)
class LoopScheduler:
    """Timers of an event loop."""

    loop: asyncio.AbstractEventLoop
    slice: int = SLICE

    def time(self) -> float:
        """The loop's clock."""
        return self.loop.time()

    def later(self, delay_s: float, callback: Callable[[], None]) -> None:
        """A timer of the loop."""
        if delay_s > 0:
            self.loop.call_later(delay_s, callback)
        else:
            self.loop.call_soon(callback)


class ImmediateScheduler:
    """Everything at once, where no event loop runs."""

    slice = 1_000_000_000

    def time(self) -> float:
        """No time passes."""
        return 0.0

    def later(self, delay_s: float, callback: Callable[[], None]) -> None:
        """No time passes, so nothing is put off."""
        callback()
