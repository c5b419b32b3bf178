"""Joins and leaves: what a new viewer costs, and what is left when all are gone."""

from __future__ import annotations

import statistics
import time
from typing import Any, Final

from loadtests.baselines.send_floor import send_us
from loadtests.bench_context import Bench
from loadtests.cost_meter import join_cost
from loadtests.process_usage import Observed
from loadtests.publisher import Publisher
from loadtests.result import Promise, Result
from loadtests.swarm.swarm import Swarm
from loadtests.targets import Target

STORM_VIEWERS: Final = 5_000
WARM_VIEWERS: Final = 200
JOIN_US: Final = 150.0
"""Where no C compiler is; else what counts is a multiple of one `send()`."""
JOIN_SENDS: Final = 20.0
MEMORY_VIEWERS: Final = 8_000
KIB_MOST: Final = 4.0
CHURN_GROWTH: Final = 1.05
WAVE: Final = 1_000
IDLE_S: Final = 5.0
TRAFFIC: Final = 20
GONE_S: Final = 15.0


def join_storm(bench: Bench) -> Result:
    """Thousands come at once: processor time for each, from TCP accept to the snapshot."""
    viewers = bench.viewers or STORM_VIEWERS
    floors_us = [send_us()]
    with bench.target() as target, bench.swarm(target) as (swarm, publisher):
        swarm.fill(WARM_VIEWERS)
        publisher.command({"type": "pin_product", "sku": "MUG-1"})
        swarm.quiet(timeout_s=5)
        swarm.begin_phase()
        bench.progress.say(f"{viewers:,} viewers come")
        fresh = join_cost(target, swarm, viewers)
        times = swarm.times
        figures: dict[str, Any] = {
            **fresh,
            "connect_ms": times.connect.summary_ms(),
            "snapshot_ms": times.snapshot.summary_ms(),
            **swarm.phase_json(),
        }
        bench.progress.say("all of them come back")
        figures["returning"] = back = storm_back(target, swarm)
        refused = sum(swarm.counts.refused.values())
    floors_us.append(send_us())
    costs = {"a new viewer": fresh["us"], "one who comes back": back["us"]}
    return Result(
        "join_storm",
        figures,
        [*_in_sends(figures, costs, floors_us), Promise("attempts refused", refused, "exactly", 0)],
    )


def _in_sends(
    figures: dict[str, Any], costs: dict[str, float], floors_us: list[float | None]
) -> list[Promise]:
    """What viewers cost, as a multiple of the floor before and after."""
    known = [us for us in floors_us if us is not None]
    if not known:
        us = costs["a new viewer"]
        return [Promise("CPU for a new viewer", us, "at most", JOIN_US, "µs")]
    figures["send_us"] = floor = round(statistics.mean(known), 2)
    return [
        Promise(f"CPU for {who}", round(us / floor, 1), "at most", JOIN_SENDS, "× send() in C")
        for who, us in costs.items()
    ]


def storm_back(target: Target, swarm: Swarm) -> dict[str, float]:
    """All viewers lose their connections and resume: CPU for each, the cut included."""
    many = swarm.live
    swarm.begin_phase()
    before, began = target.process.used(), time.monotonic()
    for viewer in swarm.viewers:
        viewer.reset(back_after_s=0.2)
    swarm.run(lambda: swarm.live == many, 60)
    took_s = time.monotonic() - began - 0.2
    used = target.process.used() - before
    return {
        "viewers": many,
        "us": round(used.total_ns / many / 1000, 1),
        "per_second": round(many / took_s, 1),
        "resumed": swarm.counts.resumed,
    }


def memory(bench: Bench) -> Result:
    """Resident memory for each viewer: idle, after traffic, after churn; and when all are gone."""
    viewers = bench.viewers or MEMORY_VIEWERS
    with bench.target() as target, bench.swarm(target) as (swarm, publisher):
        process = target.process
        _warm(swarm, publisher)
        files, base = process.open_files(), process.resident_bytes()
        curve = []
        for share in (4, 2, 1):
            bench.progress.say(f"{viewers // share:,} viewers come")
            swarm.fill(viewers // share - swarm.live)
            swarm.quiet(timeout_s=5)
            kib = _kib(process, base, swarm.live)
            curve.append({"viewers": swarm.live, "kib": kib})
        idle_us = _idle_cost(process, swarm)
        swarm.begin_phase()
        bench.progress.say("20 events")
        publisher.burst(TRAFFIC, 0.1)
        swarm.deliveries(TRAFFIC * viewers, 60)
        swarm.rest(2.0)
        after_traffic = _kib(process, base, viewers)
        faults = swarm.counts.faults
        bench.progress.say(f"{bench.churn:,} connections come and go")
        # The first wave is a new peak of its own; what the others add to it is what leaks.
        _churn(swarm, WAVE)
        swarm.rest(2.0)
        held = process.resident_bytes()
        churn_s = _churn(swarm, bench.churn)
        swarm.rest(2.0)
        grown = round(process.resident_bytes() / held, 3)
        bench.progress.say("all leave")
        gauge, files_left = _all_leave(target, swarm, files)
        figures = {
            "viewers": viewers,
            "base_mib": round(base / 2**20, 1),
            "curve": curve,
            "idle_kib": curve[-1]["kib"],
            "after_traffic_kib": after_traffic,
            "idle_us_per_viewer_second": idle_us,
            "churned": bench.churn,
            "churn_per_second": round(bench.churn / churn_s, 1) if churn_s else None,
            "after_churn": grown,
            "empty_mib": round(process.resident_bytes() / 2**20, 1),
            "descriptors_left": files_left,
            "gauge": gauge,
            **swarm.phase_json(),
        }
        return Result(
            "memory",
            figures,
            [
                Promise("each viewer, idle", curve[-1]["kib"], "at most", KIB_MOST, "KiB"),
                Promise("each viewer, after traffic", after_traffic, "at most", KIB_MOST, "KiB"),
                Promise("memory after churn", grown, "at most", CHURN_GROWTH, "× before"),
                Promise("viewers that the server still counts", gauge, "exactly", 0),
                Promise("descriptors left", files_left, "at most", 1),
                Promise("faults", faults, "exactly", 0),
            ],
        )


def _warm(swarm: Swarm, publisher: Publisher) -> None:
    """What a server keeps from its first viewers and calls is not theirs."""
    swarm.fill(20)
    for _ in range(20):
        publisher.fire()
    swarm.deliveries(20 * 20, 20)
    for viewer in swarm.viewers:
        viewer.leave()
    swarm.viewers.clear()
    swarm.rest(6.0)


def _kib(process: Observed, base: int, viewers: int) -> float:
    return round((process.resident_bytes() - base) / viewers / 1024, 2)


def _idle_cost(process: Observed, swarm: Swarm) -> float:
    """Microseconds of CPU a second for each viewer who only watches; heartbeats are in it."""
    before = process.used()
    swarm.rest(IDLE_S)
    return round((process.used() - before).total_ns / 1000 / IDLE_S / swarm.live, 2)


def _churn(swarm: Swarm, many: int) -> float:
    """Waves beside those who stay; half of them leave as browsers do. How long it took."""
    began = time.monotonic()
    stay = swarm.live
    for begin in range(0, many, WAVE):
        came = swarm.add(min(WAVE, many - begin))
        if not swarm.run(lambda: swarm.live == stay + len(came), 30):  # noqa: B023
            raise TimeoutError(f"{swarm.live - stay} of {len(came)} came in a wave of the churn")
        for number, viewer in enumerate(came):
            if number % 2:
                viewer.leave()
            else:
                viewer.reset()
        del swarm.viewers[-len(came) :]
    return time.monotonic() - began


def _all_leave(target: Target, swarm: Swarm, files: int) -> tuple[float, int]:
    """What the server counts after all have left, and its descriptors too many."""
    for viewer in swarm.viewers:
        viewer.leave()
    swarm.viewers.clear()
    deadline = time.monotonic() + GONE_S
    while time.monotonic() < deadline:
        swarm.rest(0.5)
        left = max(0, target.process.open_files() - files)
        gauge = sum(
            value for name, value in target.metrics().items() if "vetrina_connections{" in name
        )
        if not gauge and left <= 1:
            break
    return gauge, left
