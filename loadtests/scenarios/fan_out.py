"""What an event costs at different sizes of the crowd, and a burst of 20; with baselines."""

from __future__ import annotations

from typing import Any, Final

from loadtests.bench_context import Bench
from loadtests.cost_meter import BURST, CURVE, Meter, join_cost, per_delivery
from loadtests.result import Promise, Result
from loadtests.targets import BASELINES, CannotRun, Target, baseline

VIEWERS: Final = 8_000
FLOOR: Final = "send_loop"
SHARES: Final = (8, 4, 2, 1)
"""Parts of the crowd that make the curves."""
ONE_MOST: Final = 1.1
BURST_MOST: Final = 0.12
TOO_LONG_MS: Final = 30_000


def fanout(bench: Bench) -> Result:
    """One event at a time."""
    return _compared(bench, "fanout", burst=False)


def burst(bench: Bench) -> Result:
    """20 events within 50 ms."""
    return _compared(bench, "burst", curve=False)


def compare(bench: Bench) -> Result:
    """Both, in one go."""
    return _compared(bench, "compare")


def _compared(bench: Bench, scenario: str, *, curve: bool = True, burst: bool = True) -> Result:
    viewers = bench.viewers or VIEWERS
    levels = [viewers // share for share in SHARES] if curve else [viewers]
    names = [FLOOR, "vetrina", *(name for name in bench.against if name != FLOOR)]
    figures: dict[str, Any] = {}
    for name in names:
        bench.progress.say(f"{name}, {viewers:,} viewers")
        figures[name] = _one(bench, name, levels, burst=burst)
    # The floor once more, at the end: a machine that changed its pace in between is found out.
    bench.progress.say(f"{FLOOR} again")
    again = _one(bench, FLOOR, [viewers], burst=False)
    return _judged(scenario, figures, again, viewers, burst=burst)


def _one(bench: Bench, name: str, levels: list[int], *, burst: bool) -> dict[str, Any]:
    try:
        if name in BASELINES:
            with baseline(name) as target:
                return _measured(bench, target, levels, burst=burst)
        with bench.target() as target:
            return _measured(bench, target, levels, burst=burst)
    except (CannotRun, TimeoutError) as reason:
        bench.progress.console.print(f"  [yellow]{name}: not run: {reason}[/]", highlight=False)
        return {"not_run": str(reason)}


def _measured(bench: Bench, target: Target, levels: list[int], *, burst: bool) -> dict[str, Any]:
    with bench.swarm(target) as (swarm, publisher):
        swarm.fill(1)
        meter = Meter(target, swarm, publisher)
        asked = meter.asking()
        asked_burst = meter.asking(BURST) if burst else asked
        idle_bytes = target.process.resident_bytes()
        curve: list[dict[str, Any]] = []
        joins: dict[str, float] = {}
        for level in levels:
            if curve and _too_long(curve[-1], level):
                break
            joins = join_cost(target, swarm, level - len(swarm.viewers))
            swarm.quiet()
            idle = meter.rest(0.5)
            each_bytes = (target.process.resident_bytes() - idle_bytes) / level
            asked = meter.asking() if publisher.asks_aside else asked
            rounds = meter.rounds(bench.rounds)
            told = per_delivery(rounds, level, asked)
            told["kib_per_viewer"] = round(each_bytes / 1024, 2)
            curve.append({"viewers": level, "idle_share": round(idle, 4), **told})
        figures = {"curve": curve, "one": curve[-1], "join": joins, **_latency(meter)}
        figures["asking_us"] = round((asked.cpu_ns + asked.tail_ns) / 1000, 1)
        figures["swarm"] = swarm.own_cost()
        figures["burst_too_long"] = curve[-1]["first_to_last_ms"] * BURST > TOO_LONG_MS
        if burst and not figures["burst_too_long"]:
            asked_burst = meter.asking(BURST) if publisher.asks_aside else asked_burst
            rounds = meter.rounds(max(3, bench.rounds // 3), BURST)
            figures["burst"] = per_delivery(rounds, BURST * swarm.live, asked_burst)
            figures["burst"]["faults"] = swarm.counts.faults
        each_bytes = (target.process.resident_bytes() - idle_bytes) / swarm.live
        figures["kib_after_traffic"] = round(each_bytes / 1024, 2)
        return figures


def _too_long(before: dict[str, Any], level: int) -> bool:
    """Whether a server whose cost grows with the square of the crowd would take minutes for it."""
    grown = level / before["viewers"]
    return bool(before["first_to_last_ms"] * grown**2 > TOO_LONG_MS)


def _latency(meter: Meter) -> dict[str, Any]:
    return {
        "latency_ms": meter.delivery.summary_ms(),
        "latency_curve": meter.delivery.curve_ms(CURVE),
    }


def _judged(
    scenario: str, figures: dict[str, Any], again: dict[str, Any], viewers: int, *, burst: bool
) -> Result:
    outcome = Result(scenario, {"viewers": viewers, "targets": figures, "floor_again": again})
    floors = [told["one"]["us"] for told in (figures[FLOOR], again) if "one" in told]
    missing = [f"{name}: {told['not_run']}" for name, told in figures.items() if "not_run" in told]
    outcome.note = "; ".join(f"not run: {each}" for each in missing)
    if not floors or "one" not in figures["vetrina"]:
        outcome.promises.append(Promise("the floor and our server were measured", 0, "exactly", 1))
        return outcome
    floor = sum(floors) / len(floors)
    for told in figures.values():
        if "one" in told:
            told["ratio"] = round(told["one"]["us"] / floor, 3)
            if "burst" in told:
                told["burst_ratio"] = round(told["burst"]["us"] / floor, 3)
    outcome.figures["floor_us"] = round(floor, 3)
    ours = figures["vetrina"]
    outcome.promises.append(
        Promise(
            "CPU per delivery, one event", ours["ratio"], "at most", ONE_MOST, "× a send() loop"
        )
    )
    if burst:
        what = "CPU per delivery, 20 events within 50 ms"
        ratio = ours["burst_ratio"]
        outcome.promises.append(Promise(what, ratio, "at most", BURST_MOST, "× a send() loop"))
    return outcome
