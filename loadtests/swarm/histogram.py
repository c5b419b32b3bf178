"""Times of many deliveries: recorded cheaply, merged exactly, read as percentiles.

Percentiles of parts cannot be averaged, so parts are merged as counts and only the whole is asked.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping
from typing import Any, Final

STEPS: Final = 128
"""Buckets for each doubling of the time: a percentile is off by 0.6 % at most."""
FLUSH_AT: Final = 1_000_000


class Histogram:
    """A histogram of nanoseconds with buckets that grow with the value.

    `add` is a plain append; the work of counting is done when somebody asks.
    """

    def __init__(self) -> None:
        self._fresh = array("q")
        self._buckets: dict[int, int] = {}
        self._count = 0
        self._sum_ns = 0
        self._most_ns = 0
        self.add = self._fresh.append
        """Record one time in nanoseconds."""

    def __len__(self) -> int:
        return self._count + len(self._fresh)

    @property
    def most_ns(self) -> int:
        """The longest, exactly; 0 when nothing was recorded."""
        self.settle()
        return self._most_ns

    @property
    def mean_ns(self) -> float:
        """The mean, exactly; 0 when nothing was recorded."""
        self.settle()
        return self._sum_ns / self._count if self._count else 0.0

    def settle(self) -> None:
        """Count what was recorded since the last time; call it now and then in a long run."""
        if not self._fresh:
            return
        buckets = self._buckets
        for value in self._fresh:
            index = _index(value)
            buckets[index] = buckets.get(index, 0) + 1
        self._count += len(self._fresh)
        self._sum_ns += sum(self._fresh)
        self._most_ns = max(self._most_ns, max(self._fresh))
        del self._fresh[:]

    def merge(self, other: Histogram) -> None:
        """Take over what another one recorded."""
        self.settle()
        other.settle()
        for index, count in other._buckets.items():
            self._buckets[index] = self._buckets.get(index, 0) + count
        self._count += other._count
        self._sum_ns += other._sum_ns
        self._most_ns = max(self._most_ns, other._most_ns)

    def percentile_ns(self, percent: float) -> float:
        """The time within which `percent` of all stayed; 0 when nothing was recorded."""
        self.settle()
        wanted = math.ceil(self._count * percent / 100)
        seen = 0
        for index in sorted(self._buckets):
            seen += self._buckets[index]
            if seen >= wanted:
                return min(_value(index), float(self._most_ns))
        return 0.0

    def summary_ms(self) -> dict[str, float]:
        """What goes into a result: count, mean, some percentiles and the longest, in ms."""
        cuts = {
            f"p{percent:g}": round(self.percentile_ns(percent) / 1e6, 3)
            for percent in (50, 95, 99, 99.9)
        }
        ends = {"mean": round(self.mean_ns / 1e6, 3), "max": round(self.most_ns / 1e6, 3)}
        return {"count": len(self), **cuts, **ends}

    def curve_ms(self, points: Iterable[float]) -> list[tuple[float, float]]:
        """Pairs of percent and milliseconds, for a plot."""
        return [(percent, round(self.percentile_ns(percent) / 1e6, 3)) for percent in points]

    def as_json(self) -> dict[str, Any]:
        """Everything, to be merged by another process."""
        self.settle()
        buckets = {str(index): count for index, count in sorted(self._buckets.items())}
        return {"buckets": buckets, "sum_ns": self._sum_ns, "most_ns": self._most_ns}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Histogram:
        """What `as_json` told."""
        made = cls()
        made._buckets = {int(index): count for index, count in told["buckets"].items()}
        made._count = sum(made._buckets.values())
        made._sum_ns = told["sum_ns"]
        made._most_ns = told["most_ns"]
        return made


def _index(value_ns: int) -> int:
    """Below `STEPS` each nanosecond has its own bucket; above, the first bits decide."""
    value = max(0, value_ns)
    shift = max(0, value.bit_length() - STEPS.bit_length())
    return shift * STEPS + (value >> shift)


def _value(index: int) -> float:
    """The middle of a bucket."""
    if index < 2 * STEPS:
        return float(index)
    shift = index // STEPS - 1
    low = (index - shift * STEPS) << shift
    return low + ((1 << shift) - 1) / 2
