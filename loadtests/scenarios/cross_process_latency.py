"""What it costs that events come from another process: the way over Redis."""

from __future__ import annotations

from typing import Any, Final

from loadtests.bench_context import Bench
from loadtests.clusters import Unpinned, one, two
from loadtests.publisher import Publisher
from loadtests.result import Promise, Result
from loadtests.swarm.histogram import Histogram
from loadtests.swarm.messages import Batch
from loadtests.swarm.swarm import Swarm
from loadtests.swarm.viewer import Viewer

RATE: Final = 200
SECONDS: Final = 15
WARM_S: Final = 2
HOP_MS: Final = 2.0
RATE_KEPT: Final = 0.95


class Arrivals:
    """When each viewer received each event, and how long after it was asked for."""

    def __init__(self) -> None:
        self.received_at: dict[int, dict[int, int]] = {}
        self.latency: dict[int, Histogram] = {}

    def record(self, viewer: Viewer, batch: Batch, now: int) -> None:
        """A frame came."""
        heard = self.received_at.setdefault(viewer.number, {})
        for seq in range(batch.first, batch.last + 1):
            heard[seq] = now
        times = self.latency.setdefault(viewer.number, Histogram())
        for sent in batch.sent_ns:
            times.add(now - sent)

    def apart(self, here: int, there: int) -> tuple[Histogram, int]:
        """How much later one viewer heard than another, and how often it heard first."""
        later, earlier = Histogram(), 0
        others = self.received_at[there]
        for seq, at in self.received_at[here].items():
            apart = others[seq] - at
            later.add(max(0, apart))
            earlier += apart < 0
        return later, earlier


def hop(bench: Bench) -> Result:
    """200 events a second in one process: how much later a viewer at another one has them."""
    bench.no_other("it needs one process, and then two")
    seconds = bench.seconds or SECONDS
    with one() as server:
        bench.progress.say(f"one process, {RATE} events a second")
        alone, rate_alone, faults_alone = _measured(bench, [server], seconds)
    with two() as (here, there):
        bench.progress.say(f"two processes, {RATE} events a second")
        arrivals, rate, faults = _measured(bench, [here, there], seconds)
    later, earlier = arrivals.apart(0, 1)
    rates = (round(rate_alone, 1), round(rate, 1))
    figures: dict[str, Any] = {
        "rate": rates[1],
        "rate_alone": rates[0],
        "alone_ms": alone.latency[0].summary_ms(),
        "here_ms": arrivals.latency[0].summary_ms(),
        "there_ms": arrivals.latency[1].summary_ms(),
        "hop_ms": later.summary_ms(),
        "there_first": earlier,
    }
    p99 = round(later.percentile_ns(99) / 1e6, 2)
    return Result(
        "hop",
        figures,
        [
            Promise("the way over Redis, p99", p99, "at most", HOP_MS, "ms"),
            Promise("events a second", min(rates), "at least", RATE * RATE_KEPT),
            Promise("faults", faults + faults_alone, "exactly", 0),
        ],
    )


def _measured(bench: Bench, servers: list[Unpinned], seconds: int) -> tuple[Arrivals, float, int]:
    """One viewer at each server, events at the first one: what was heard, events a second, faults.

    An event more or less at one of them is a fault too.
    """
    target = servers[0].target
    swarm = Swarm(target.host, target.port, target.protocol, returning=False)
    with bench.publishing(swarm, target) as publisher:
        for server in servers:
            swarm.port = server.port
            swarm.fill(1)
        _fire(swarm, publisher, WARM_S)
        arrivals = Arrivals()
        swarm.on_batch = arrivals.record
        events = _fire(swarm, publisher, seconds)
        began = min(min(heard.values()) for heard in arrivals.received_at.values())
        ended = max(max(heard.values()) for heard in arrivals.received_at.values())
        unequal = sum(len(heard) != events for heard in arrivals.received_at.values())
        return arrivals, events / ((ended - began) / 1e9), swarm.counts.faults + unequal


def _fire(swarm: Swarm, publisher: Publisher, seconds: int) -> int:
    """Ask for events by the clock, and wait until everybody has them; how many they were."""
    events = RATE * seconds
    swarm.begin_phase()
    for number in range(events):
        swarm.later(number / RATE, publisher.fire)
    if not swarm.deliveries(events * swarm.live, seconds + 30):
        raise TimeoutError(f"{swarm.counts.deliveries} of {events * swarm.live} deliveries came")
    return events
