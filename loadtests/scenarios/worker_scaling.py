"""How many more viewers two workers carry than one process.

Where the load client shares the cores it would be the limit: reading an event costs it as much as
sending costs the server. So it sleeps. All but a few viewers do not read while events are sent:
what they are told waits in the kernel, which takes it from the server all the same. The few that do
read, evenly among the others, tell when everybody has been served. Afterwards all read, and nothing
may be missing.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from loadtests.bench_context import Bench
from loadtests.clusters import Unpinned, one
from loadtests.cost_meter import TAIL_S
from loadtests.process_usage import Observed
from loadtests.publisher import Publisher
from loadtests.result import Promise, Result
from loadtests.swarm.protocols import now_ns
from loadtests.swarm.swarm import Swarm
from loadtests.swarm.viewer import Viewer
from tests import process_tree

VIEWERS: Final = 8_000
WARM: Final = 3
READS: Final = 40
"""One of so many viewers reads at once."""
RATIO: Final = 1.7
SPREAD_PERCENT: Final = 10.0


@dataclass
class Side:
    """A server, its viewers, and what each round cost it."""

    server: Unpinned
    processes: list[Observed]
    publisher: Publisher
    viewers: list[Viewer] = field(default_factory=list)
    wall_ns: list[int] = field(default_factory=list)
    """From the first viewer who was told to the last."""
    asked_ns: list[int] = field(default_factory=list)
    """From the request to the last viewer: with the commit, and the way over Redis."""
    busiest_ns: list[int] = field(default_factory=list)
    all_ns: list[int] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Medians of its rounds; of wall time the quickest quarter, since others can only add."""
        many = len(self.viewers)
        return {
            "viewers": many,
            "asked_to_last_ms": round(statistics.median(self.asked_ns) / 1e6, 2),
            "first_to_last_ms": round(statistics.quantiles(self.wall_ns, n=4)[0] / 1e6, 2),
            "busiest_ms": round(statistics.median(self.busiest_ns) / 1e6, 2),
            "us": round(statistics.median(self.all_ns) / many / 1000, 2),
        }


def workers(bench: Bench) -> Result:
    """Two workers beside one process, event by event in turn, while the load client sleeps."""
    bench.no_other("it needs one process beside two workers")
    viewers, rounds = bench.viewers or VIEWERS, 2 * bench.rounds
    with one() as single, one("--workers", "2") as double:
        swarm = Swarm("127.0.0.1", single.port, single.target.protocol, returning=False)
        with (
            bench.publishing(swarm, single.target) as asking,
            bench.publishing(swarm, double.target) as asking_two,
        ):
            pids = process_tree.workers(double.process.pid).values()
            sides = [
                Side(single, [Observed(single.process.pid)], asking),
                Side(double, [Observed(pid) for pid in pids], asking_two),
            ]
            for side in sides:
                bench.progress.say(f"{viewers:,} viewers come")
                _fill(swarm, side, viewers)
            shares = _shares(double)
            swarm.quiet()
            bench.progress.say("events, one after the other")
            heard = _measured(swarm, sides, rounds)
            return _judged(swarm, sides, shares, heard)


def _fill(swarm: Swarm, side: Side, many: int) -> None:
    swarm.port = side.server.port
    swarm.fill(many)
    side.viewers = swarm.viewers[-many:]


def _shares(server: Unpinned) -> list[float]:
    """Viewers of each worker, as they tell themselves."""
    told = server.target.metrics().items()
    return [many for name, many in told if name.startswith("vetrina_connections{") and many]


def _measured(swarm: Swarm, sides: Sequence[Side], rounds: int) -> int:
    """Rounds in turn, then everybody reads; how many stand where they should."""
    witnesses = {viewer.number for side in sides for viewer in side.viewers[READS - 1 :: READS]}
    for viewer in swarm.viewers:
        if viewer.number not in witnesses:
            swarm.stop_reading(viewer)
    for number in range(WARM + rounds):
        for side in sides:
            _round(swarm, side)
            if number < WARM:
                for kept in (side.wall_ns, side.asked_ns, side.busiest_ns, side.all_ns):
                    kept.clear()
    stands = {id(side): side.viewers[READS - 1].seq for side in sides}
    for viewer in swarm.viewers:
        if viewer.sock is not None:
            swarm.watch(viewer, viewer.sock, writing=False)

    def there() -> int:
        return sum(v.seq == stands[id(side)] for side in sides for v in side.viewers)

    swarm.run(lambda: there() == len(swarm.viewers), 60)
    return there()


def _round(swarm: Swarm, side: Side) -> None:
    """One event to one side."""
    reading = len(side.viewers) // READS
    swarm.begin_phase()
    before, began = [each.used() for each in side.processes], now_ns()
    side.publisher.fire()
    if not swarm.deliveries(reading, 30):
        raise TimeoutError(f"{swarm.counts.deliveries} of {reading} heard an event within 30 s")
    swarm.rest(TAIL_S)
    after = [each.used() for each in side.processes]
    spent = [(b - a).total_ns for a, b in zip(before, after, strict=True)]
    side.wall_ns.append(swarm.times.last_ns - swarm.times.first_ns)
    side.asked_ns.append(swarm.times.last_ns - began)
    side.busiest_ns.append(max(spent))
    side.all_ns.append(sum(spent))


def _judged(swarm: Swarm, sides: Sequence[Side], shares: list[float], heard: int) -> Result:
    single, double = (side.as_json() for side in sides)
    carried = round(single["busiest_ms"] / double["busiest_ms"], 2)
    even = round(100 * (max(shares) / (sum(shares) / len(shares)) - 1), 1)
    figures = {
        "one": single,
        "two": double,
        "by_processor": carried,
        "by_time": round(single["first_to_last_ms"] / double["first_to_last_ms"], 2),
        "shares": shares,
    }
    return Result(
        "workers",
        figures,
        [
            Promise("viewers for the busier core", carried, "at least", RATIO, "× one process"),
            Promise("the larger share above even", even, "at most", SPREAD_PERCENT, "%"),
            Promise("viewers that heard everything", heard, "exactly", len(swarm.viewers)),
            Promise("faults", swarm.counts.faults, "exactly", 0),
        ],
        f"by the time of the fan-out {figures['by_time']} ×, two workers on {cores()} cores",
    )


def cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0))
