"""Clock discipline: wall time by a clock that cannot jump, after RFC 5905, section 11.3.

Each process adds an offset to its machine's clock that counts from the start of the machine. All
processes of an installation take the offset from the store's clock, so that they agree. Where the
store's clock is set while shows run, a correction is kept in the store: what the installation's
time is ahead of it, which melts at a bounded rate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MS_NS: Final = 1_000_000
JUMP_NS: Final = 128 * MS_NS
"""NTP's step threshold: a clock that is set, and not only inexact, is off by more."""
SLEW_PPM: Final = 500
"""How fast the installation follows the store's clock while shows run: as NTP does."""
FOLLOW_PPM: Final = 1_000
"""How fast a process follows the installation: what drifts and slews at once is caught."""
PATIENCE_NS: Final = 60_000 * MS_NS
"""So long does whoever is no keeper wait for the keeper's word on a jump; longer than a lease."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What the installation's time was ahead of the store's clock when that stood at `since_ns`.

    It is for the store's clock as it was then: once that is set again, it is wrong, and is replaced
    as soon as the keeper knows.
    """

    ns: int = 0
    since_ns: int = 0
    steps: int = 0
    """How often the installation's time was set, since nothing ran."""

    def at(self, store_ns: int) -> int:
        """What is left of it when the store's clock stands there."""
        return _melted(self.ns, store_ns - self.since_ns, SLEW_PPM)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the store's clock is ahead of the raw clock, exact to half the time it took to ask."""

    offset_ns: int
    round_trip_ns: int
    correction: Correction
    idle: bool
    """Nothing runs: no show is on, and no deadline is set."""


class ClockDiscipline:
    """The time of one process, as a function of its raw clock. It never goes back but by a step."""

    def __init__(self, raw_ns: int, wall_ns: int) -> None:
        self._target_ns = wall_ns - raw_ns
        self._behind_ns = 0
        self._aimed_at_ns = raw_ns
        self._store_offset_ns = self._target_ns
        self._steps_told: int | None = None
        self._doubted_at_ns: int | None = None
        self.steps = 0
        """How often the time was set, and did not only go slower or faster."""

    def now_ns(self, raw_ns: int) -> int:
        """Nanoseconds since 1970, when the raw clock stands there."""
        left = _melted(self._behind_ns, raw_ns - self._aimed_at_ns, FOLLOW_PPM)
        return raw_ns + self._target_ns - left

    def store_ns(self, raw_ns: int) -> int:
        """What the store's clock says, as it was last read."""
        return raw_ns + self._store_offset_ns

    def take(self, reading: Reading, raw_ns: int, *, keeper: bool) -> Correction | None:
        """Follow the installation's time.

        Returns what the keeper has to write in place of the correction that was read; then read
        again. One process is the keeper: all see a jump of the store's clock, and its word counts.
        """
        first = self._steps_told is None
        if not first and reading.round_trip_ns // 2 > JUMP_NS:
            return None
        self._store_offset_ns = reading.offset_ns
        store_ns = self.store_ns(raw_ns)
        installation_ns = store_ns + reading.correction.at(store_ns)
        far = abs(installation_ns - self.now_ns(raw_ns)) > JUMP_NS
        # Any other correction keeps the time as it is: the store's clock was set since it was made.
        if far and reading.correction.steps == self._steps_told:
            if keeper:
                return self._after_jump(reading, store_ns, raw_ns)
            if not self._tired_of_waiting(raw_ns):
                return None
        self._steps_told = reading.correction.steps
        self._doubted_at_ns = None
        self._follow(installation_ns, raw_ns, at_once=far or first)
        melting = abs(installation_ns - store_ns) > JUMP_NS
        return _step(reading, store_ns) if keeper and melting and reading.idle else None

    def _after_jump(self, reading: Reading, store_ns: int, raw_ns: int) -> Correction:
        """The store's clock was set: follow it at once where nothing runs, else go on as before."""
        if reading.idle:
            return _step(reading, store_ns)
        return Correction(self.now_ns(raw_ns) - store_ns, store_ns, reading.correction.steps)

    def _tired_of_waiting(self, raw_ns: int) -> bool:
        """No keeper says that the store's clock was set, so it is this raw clock that is wrong."""
        if self._doubted_at_ns is None:
            self._doubted_at_ns = raw_ns
        return raw_ns - self._doubted_at_ns > PATIENCE_NS

    def _follow(self, installation_ns: int, raw_ns: int, *, at_once: bool) -> None:
        behind_ns = installation_ns - self.now_ns(raw_ns)
        self.steps += at_once
        self._target_ns = installation_ns - raw_ns
        self._behind_ns = 0 if at_once else behind_ns
        self._aimed_at_ns = raw_ns


def _step(reading: Reading, store_ns: int) -> Correction:
    """All take the store's time, whatever theirs is."""
    return Correction(0, store_ns, reading.correction.steps + 1)


def _melted(ns: int, elapsed_ns: int, ppm: int) -> int:
    """What is left of an offset that goes to nothing at a bounded rate."""
    if ns == 0:
        return 0
    gone = max(0, elapsed_ns) * ppm // 1_000_000
    return max(0, ns - gone) if ns > 0 else min(0, ns + gone)
