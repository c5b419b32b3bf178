"""What deliveries cost one server: measured the same way for every server in a run."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import Any, Final

from loadtests.publisher import Publisher
from loadtests.swarm.histogram import Histogram
from loadtests.swarm.swarm import Swarm
from loadtests.targets import Target

TAIL_S: Final = 0.03
"""What a server still does after the last delivery belongs to it."""
SPINNING: Final = 0.5
BURST: Final = 20
BURST_S: Final = 0.05
WARM_ROUNDS: Final = 2
ASKED: Final = 7
STAGE_S: Final = 10.0
CURVE: Final = (1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 97, 98, 99, 99.5, 99.9, 100)


@dataclass(frozen=True, slots=True)
class Round:
    """One measurement: processor time of the server until the last delivery and for a moment after
    it, and the wall time between ends."""

    cpu_ns: int
    tail_ns: int
    user_ns: int
    system_ns: int
    asked_to_last_ns: int
    first_to_last_ns: int


class Meter:
    """Measures rounds of events on one swarm."""

    def __init__(self, target: Target, swarm: Swarm, publisher: Publisher) -> None:
        self._target = target
        self._swarm = swarm
        self._publisher = publisher
        self.delivery = Histogram()

    def rest(self, seconds: float = 1.0) -> float:
        """The processor time that the server uses while nothing happens, as a share of one core."""
        process = self._target.process
        before, began = process.used(), time.monotonic()
        self._swarm.rest(seconds)
        used = process.used() - before
        return used.total_ns / 1e9 / (time.monotonic() - began)

    def rounds(self, many: int, events: int = 1) -> list[Round]:
        """Some rounds of one event, or of a burst. The first ones warm up and are left out.

        Fewer than asked for, but one at least, from a server that takes seconds for each.
        """
        self.delivery = Histogram()
        ends_at = time.monotonic() + STAGE_S
        measured = [self._round(events)]
        while len(measured) < WARM_ROUNDS + many and time.monotonic() < ends_at:
            measured.append(self._round(events))
        return measured[WARM_ROUNDS:] or measured[-1:]

    def asking(self, events: int = 1) -> Asking:
        """Measure what asking costs: in a show that nobody watches, or before the crowd comes."""
        rounds = [self._round(events, aside=self._publisher.asks_aside) for _ in range(ASKED)]
        rounds = rounds[WARM_ROUNDS:]
        tail_ns = statistics.median(each.tail_ns for each in rounds)
        spins = tail_ns > SPINNING * TAIL_S * 1e9
        return Asking(0 if spins else statistics.median(each.cpu_ns for each in rounds), tail_ns)

    def _round(self, events: int, *, aside: bool = False) -> Round:
        swarm, process, publisher = self._swarm, self._target.process, self._publisher
        swarm.begin_phase()
        wanted, fired = events * swarm.live, publisher.fired + events
        before, began = process.used(), time.time_ns()
        publisher.burst(events, BURST_S / events, aside=aside)
        if aside:
            done = swarm.run(lambda: publisher.fired == fired and not publisher.busy, 60.0)
        else:
            done = swarm.deliveries(wanted, 60.0)
        if not done:
            raise TimeoutError(f"{swarm.counts.deliveries} of {wanted} deliveries within 60 s")
        last = process.used()
        swarm.rest(TAIL_S)
        used = process.used() - before
        self.delivery.merge(swarm.times.delivery)
        return Round(
            (last - before).total_ns,
            used.total_ns - (last - before).total_ns,
            used.user_ns,
            used.system_ns,
            swarm.times.last_ns - began,
            swarm.times.last_ns - swarm.times.first_ns,
        )


@dataclass(frozen=True, slots=True)
class Asking:
    """What it costs the server to be asked for an event, or a burst, and tells nobody.

    Kept in two parts: a server may spin for a while after work, however much work it was. What a
    spinning server was asked for cannot be told from its spinning, and nothing is taken off then.
    """

    cpu_ns: float
    tail_ns: float

    def net_ns(self, measured: Round) -> float:
        """What a round took beyond that."""
        tail_ns = max(0.0, measured.tail_ns - self.tail_ns)
        return max(0.0, measured.cpu_ns - self.cpu_ns + tail_ns)


def per_delivery(rounds: list[Round], deliveries: int, asked: Asking) -> dict[str, Any]:
    """The figures of some rounds, for each delivery."""
    net_ns = [asked.net_ns(each) for each in rounds]
    gross_ns = [each.cpu_ns + each.tail_ns for each in rounds]
    parts = sum(each.user_ns + each.system_ns for each in rounds)
    user = sum(each.user_ns for each in rounds) / parts if parts else 0.0
    return {
        "us": round(statistics.median(net_ns) / deliveries / 1000, 3),
        "us_with_asking": round(statistics.median(gross_ns) / deliveries / 1000, 3),
        "user_share": round(user, 2),
        "asked_to_last_ms": _median_ms([each.asked_to_last_ns for each in rounds]),
        "first_to_last_ms": _median_ms([each.first_to_last_ns for each in rounds]),
        "rounds_us": [round(ns / deliveries / 1000, 2) for ns in net_ns],
    }


def _median_ms(values_ns: list[int]) -> float:
    return round(statistics.median(values_ns) / 1e6, 2)


def join_cost(target: Target, swarm: Swarm, many: int, timeout_s: float = 90.0) -> dict[str, float]:
    """Let viewers come: what each costs the server, and how many come in a second."""
    before, began = target.process.used(), time.monotonic()
    swarm.fill(many, timeout_s)
    took_s = time.monotonic() - began
    used = target.process.used() - before
    return {
        "viewers": many,
        "us": round(used.total_ns / many / 1000, 1),
        "per_second": round(many / took_s, 1),
        "seconds": round(took_s, 3),
    }
