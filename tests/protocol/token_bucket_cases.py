"""What every token bucket does, in Python and in Lua: rates, and tries with their outcome."""

from __future__ import annotations

from typing import Final, NamedTuple


class Case(NamedTuple):
    """`tries`: the time of each try in ms, and how long to wait for a token; 0: there was one."""

    per_s: float
    burst: int
    tries: tuple[tuple[int, int], ...]


CASES: Final = {
    "a burst, then so many a second": Case(
        2, 3, ((0, 0), (0, 0), (0, 0), (0, 500), (250, 250), (500, 0), (500, 500))
    ),
    "a rest fills it, and no more": Case(
        2, 3, ((0, 0), (60_000, 0), *[(60_000, 0)] * 2, (60_000, 500))
    ),
    "refused tries cost nothing": Case(
        1, 1, ((0, 0), (0, 1000), (250, 750), (500, 500), (750, 250), (1000, 0))
    ),
    "slow rates say how long to wait": Case(
        0.1, 1, ((0, 0), (0, 10_000), (5_000, 5_000), (10_000, 0))
    ),
    "a wait is whole milliseconds, rounded up": Case(3, 1, ((0, 0), (0, 334), (334, 0))),
}
