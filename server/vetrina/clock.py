"""Time as an argument: the real clock here, a fake one in the tests."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from vetrina.clock_discipline import MS_NS, ClockDiscipline

ANOTHER_MS: Final = 60_000
"""Clocks that differ by less tell the same time, as far as a signature goes."""

WHOLE_SECONDS_MS: Final = 1_000
"""Shops tell the time no better."""


class Clock(Protocol):
    """What the program knows of time."""

    def now_ms(self) -> int:
        """Milliseconds since 1970, UTC, as all processes of this installation have it.

        It does not jump while a show is on, and may then be off where a machine's clock was set.
        """
        ...

    def civil_ms(self) -> Sequence[int]:
        """What time it may be for others, who sign with it: `now_ms` first.

        More than one where the clocks of the store and of this machine are another by minutes.
        """
        ...

    def ahead_ms(self) -> int:
        """What `now_ms` is ahead of the store's clock, which was set back while a show was on.

        Times that others tell are so much behind those of the show. Nothing, where it was set
        forward: what may be a sale of the show is one.
        """
        ...

    def monotonic(self) -> float:
        """Seconds since some start; never goes back."""
        ...

    async def sleep_until(self, at_ms: int) -> None:
        """Return once `now_ms() >= at_ms`, at once when it is past. Safe to cancel.

        Earlier when the clock is set meanwhile: whoever waits looks at it again.
        """
        ...


# Elsewhere than on Linux the monotonic clock counts sleep too; Windows has none of these.
_RAW: Final[int | None] = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))


def raw_ns() -> int:
    """A clock that nobody sets: nanoseconds since the machine's start, its sleep included."""
    return time.monotonic_ns() if _RAW is None else time.clock_gettime_ns(_RAW)


def wall_ns() -> int:
    """The machine's clock, which may be set at any time."""
    return time.time_ns()


class SystemClock:
    """The machine's time. `discipline` makes it the installation's, and keeps it from jumping."""

    def __init__(self, raw: Callable[[], int] = raw_ns, wall: Callable[[], int] = wall_ns) -> None:
        self.raw_ns = raw
        self.machine_ns = wall
        self.discipline = ClockDiscipline(raw(), wall())

    def now_ms(self) -> int:
        return self.discipline.now_ns(self.raw_ns()) // MS_NS

    def civil_ms(self) -> Sequence[int]:
        store_ns, machine_ns = self.discipline.store_ns(self.raw_ns()), self.machine_ns()
        times = [self.now_ms()]
        for other_ms in (store_ns // MS_NS, machine_ns // MS_NS):
            if all(abs(other_ms - known) > ANOTHER_MS for known in times):
                times.append(other_ms)
        return times

    def ahead_ms(self) -> int:
        ahead_ms = self.now_ms() - self.discipline.store_ns(self.raw_ns()) // MS_NS
        return ahead_ms if ahead_ms > WHOLE_SECONDS_MS else 0

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep_until(self, at_ms: int) -> None:
        steps = self.discipline.steps
        # In slices, so that a laptop that slept is noticed, and a clock that goes faster.
        while (  # noqa: ASYNC110  (no event tells the time)
            left_ms := at_ms - self.now_ms()
        ) > 0 and steps == self.discipline.steps:
            await asyncio.sleep(min(left_ms / 1000, 1.0))
