"""Two processes over a store whose clock is set again and again, in whatever order they look."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import example, given, settings
from hypothesis import strategies as st

from vetrina.clock_discipline import MS_NS, ClockDiscipline, Correction, Reading

S = 1_000 * MS_NS
START = 1_700_000_000 * S
BOOTED = (0, 77 * S)
"""What each machine's raw clock is ahead of the time that passes here."""
SLEWED = 100 * MS_NS
"""What is made up within a minute, at most."""
KEEPER, OTHER, SWAP = "keeper", "other", "swap"


@dataclass
class Installation:
    """A show is on, and each process has read the store's clock once."""

    passed_ns: int = 0
    store_ahead_ns: int = 0
    correction: Correction = field(default_factory=Correction)
    keeper: int = 0

    def __post_init__(self) -> None:
        self.clocks = [ClockDiscipline(boot, START) for boot in BOOTED]
        self.wanted: list[tuple[Correction, Correction] | None] = [None, None]
        for process in (0, 1):
            self.poll(process)

    def poll(self, process: int) -> None:
        """What it had to write, then what it reads: anything may happen between two polls."""
        if self.wanted[process] is not None:
            old, new = self.wanted[process]
            self.correction = new if self.correction == old else self.correction
        raw_ns = self.passed_ns + BOOTED[process]
        offset_ns = START + self.passed_ns + self.store_ahead_ns - raw_ns
        reading = Reading(offset_ns, 0, self.correction, idle=False)
        wanted = self.clocks[process].take(reading, raw_ns, keeper=process == self.keeper)
        self.wanted[process] = None if wanted is None else (reading.correction, wanted)

    def follow(self, step: int | str) -> None:
        if isinstance(step, int):
            self.store_ahead_ns += step
        elif step == SWAP:
            self.keeper = 1 - self.keeper
        else:
            self.poll(self.keeper if step == KEEPER else 1 - self.keeper)

    def moved_ns(self) -> int:
        """What the time of either is off that which passes."""
        times = [
            clock.now_ns(self.passed_ns + boot)
            for clock, boot in zip(self.clocks, BOOTED, strict=True)
        ]
        return max(abs(time - START - self.passed_ns) for time in times)


jumps = st.sampled_from([sign * s * S for s in (5, 60, 3_600) for sign in (1, -1)])
rounds = st.lists(
    st.lists(jumps | st.just(SWAP), max_size=2).flatmap(
        lambda more: st.permutations([KEEPER, KEEPER, OTHER, *more])
    ),
    max_size=15,
)


@settings(max_examples=300)
@example([[-3_600 * S, KEEPER, KEEPER, 3_600 * S, OTHER]])
@example([[3_600 * S, KEEPER, -3_600 * S, KEEPER, OTHER]])
@given(rounds)
def test_no_deadline_moves_however_often_the_stores_clock_is_set(rounds: list[list[int | str]]):
    """In a run of the fault tests a deal ended when PostgreSQL's clock was set right again: who
    keeps no clock met the correction for the wrong time after the time had been set right.
    """
    installation = Installation()
    for steps in rounds:
        for step in steps:
            installation.passed_ns += 2 * S // len(steps)
            installation.follow(step)
            assert installation.moved_ns() < SLEWED, step
