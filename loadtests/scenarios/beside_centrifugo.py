"""Vetrina and Centrifugo in turn, by the same client: what everything costs, in one run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from loadtests.baselines.send_floor import send_us
from loadtests.bench_context import Bench
from loadtests.cost_meter import BURST, Meter, join_cost, per_delivery
from loadtests.result import Promise, Result
from loadtests.scenarios.join_and_leave import storm_back
from loadtests.targets import CannotRun, Target, baseline

CROWDS: Final = (2_000, 8_000)
TURNS: Final = 3
"""How often each server is measured with each crowd; the medians count."""
OURS: Final = "vetrina"
THEIRS: Final = "centrifugo"
Figures = dict[str, float]


def centrifugo(bench: Bench) -> Result:
    """Deliveries, joins, resumes, commands and memory of both, interleaved."""
    floors = [_floor_us()]
    crowds = (bench.viewers,) if bench.viewers else CROWDS
    told: dict[str, dict[str, Any]] = {}
    for viewers in crowds:
        taken: dict[str, list[Figures]] = {OURS: [], THEIRS: []}
        for turn in range(TURNS):
            for name, figures in taken.items():
                bench.progress.say(f"{name}, {viewers:,} viewers, {turn + 1} of {TURNS}")
                with _server(bench, name) as target:
                    figures.append(_measured(bench, target, viewers))
        told[str(viewers)] = {name: _medians(figures) for name, figures in taken.items()}
        floors.append(_floor_us())
    floor_us = statistics.median(floors)
    figures = {"send_us": round(floor_us, 2), "crowds": told}
    return Result(THEIRS, figures, list(_promises(told)))


@contextmanager
def _server(bench: Bench, name: str) -> Iterator[Target]:
    with bench.target() if name == OURS else baseline(name) as target:
        yield target


def _floor_us() -> float:
    floor_us = send_us()
    if floor_us is None:
        raise CannotRun("the floor is a loop in C, and there is no C compiler here")
    return floor_us


def _measured(bench: Bench, target: Target, viewers: int) -> Figures:
    """One server under one crowd; processor time in microseconds."""
    with bench.swarm(target) as (swarm, publisher):
        swarm.fill(1)
        meter = Meter(target, swarm, publisher)
        asked, asked_burst = meter.asking(), meter.asking(BURST)
        idle_bytes = target.process.resident_bytes()
        join = join_cost(target, swarm, viewers - 1)
        swarm.quiet()
        joined_bytes = target.process.resident_bytes()
        one = per_delivery(meter.rounds(bench.rounds), viewers, asked)
        burst = per_delivery(meter.rounds(3, BURST), BURST * viewers, asked_burst)
        began = time.monotonic()
        back = storm_back(target, swarm)
        back_s = time.monotonic() - began
        left_bytes = target.process.resident_bytes()
        return {
            "delivery_us": one["us"],
            "burst_us": burst["us"],
            "last_viewer_ms": one["asked_to_last_ms"],
            "join_us": join["us"],
            "resume_us": back["us"],
            "resumed": back["resumed"],
            "back_s": round(back_s, 2),
            "command_us": round((asked.cpu_ns + asked.tail_ns) / 1000, 1),
            "joined_kib": round((joined_bytes - idle_bytes) / viewers / 1024, 2),
            "end_kib": round((left_bytes - idle_bytes) / viewers / 1024, 2),
        }


def _medians(turns: Sequence[Figures]) -> dict[str, Any]:
    """The median of each figure, with the least and the most of it."""
    return {
        name: {
            "median": statistics.median(turn[name] for turn in turns),
            "from": min(turn[name] for turn in turns),
            "to": max(turn[name] for turn in turns),
        }
        for name in turns[0]
    }


def _promises(told: Mapping[str, Mapping[str, Any]]) -> Iterator[Promise]:
    words = {"delivery_us": "a delivery", "join_us": "a join", "resume_us": "a resume"}
    for viewers, both in told.items():
        for name, what in words.items():
            ratio = both[OURS][name]["median"] / both[THEIRS][name]["median"]
            said = f"CPU of {what}, {int(viewers):,} viewers"
            yield Promise(said, round(ratio, 2), "at most", 1, "× Centrifugo's")
