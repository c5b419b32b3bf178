"""The host's pin and the viewers' taps: how fast is at once."""

from __future__ import annotations

import statistics
from typing import Any, Final

from loadtests.bench_context import Bench
from loadtests.result import Promise, Result
from loadtests.swarm.http_client import Answered, CallFailed
from loadtests.swarm.swarm import Swarm
from loadtests.targets import Target

PIN_VIEWERS: Final = 8_000
PINS: Final = 15
WARM_PINS: Final = 2
PIN_RATIO: Final = 1.3
SKUS: Final = ("MUG-1", "APR-3", "CUP-4")
TAP_VIEWERS: Final = 1_000
TAP_S: Final = 10
TAP_STEP_S: Final = 0.01
IDLE_S: Final = 2.0
ACK_MS: Final = 100.0


def pin(bench: Bench) -> Result:
    """From the answer to the host's call until the last viewer has it, against the fan-out."""
    viewers = bench.viewers or PIN_VIEWERS
    with bench.target() as target, bench.swarm(target) as (swarm, publisher):
        bench.progress.say(f"{viewers:,} viewers come")
        swarm.fill(viewers)
        swarm.quiet(timeout_s=5)
        rounds: list[dict[str, float]] = []
        answers: list[Answered] = []
        bench.progress.say("pinning")
        for number in range(PINS + WARM_PINS):
            swarm.begin_phase()
            answers.clear()
            before = _fan_outs(target)
            command = {"type": "pin_product", "sku": SKUS[number % len(SKUS)]}
            publisher.command(command, answers.append)
            swarm.run(lambda: bool(answers) and swarm.counts.deliveries >= viewers, 30)
            if not answers or answers[0].status >= 300:
                raise CallFailed(f"a pin was refused: {answers[0].body if answers else b''!r}")
            rounds.append(_round(swarm, answers[0], before, _fan_outs(target)))
            swarm.rest(0.2)
        rounds = rounds[WARM_PINS:]
        middle = {name: round(statistics.median(each[name] for each in rounds), 2)
                  for name in rounds[0]}  # fmt: skip
        ratio = round(middle["answer_to_last_ms"] / middle["first_to_last_ms"], 3)
        figures = {"viewers": viewers, "pins": PINS, **middle, "ratio": ratio}
        figures |= swarm.phase_json()
        what = "from the answer to the last viewer"
        return Result(
            "pin",
            figures,
            [
                Promise(what, ratio, "at most", PIN_RATIO, "× the fan-out"),
                Promise("faults", swarm.counts.faults, "exactly", 0),
            ],
        )


def _round(
    swarm: Swarm, answer: Answered, before: tuple[float, float], after: tuple[float, float]
) -> dict[str, float]:
    times = swarm.times
    rounds = after[1] - before[1]
    told = {
        "answer_ms": (answer.answered_ns - answer.sent_ns) / 1e6,
        "answer_to_last_ms": max(0, times.last_ns - answer.answered_ns) / 1e6,
        "first_to_last_ms": (times.last_ns - times.first_ns) / 1e6,
        "asked_to_last_ms": (times.last_ns - answer.sent_ns) / 1e6,
    }
    if rounds:
        told["server_fan_out_ms"] = (after[0] - before[0]) * 1000 / rounds
    else:
        told["server_fan_out_ms"] = 0.0
    return told


def _fan_outs(target: Target) -> tuple[float, float]:
    """Seconds and number of the fan-outs that the server measured itself."""
    metrics = target.metrics()
    return (
        metrics.get("vetrina_fan_out_seconds_sum", 0.0),
        metrics.get("vetrina_fan_out_seconds_count", 0.0),
    )


def taps(bench: Bench) -> Result:
    """Every viewer presses a link once a second: each tap is answered, and soon."""
    viewers, seconds = bench.viewers or TAP_VIEWERS, bench.seconds or TAP_S
    with bench.target() as target, bench.swarm(target) as (swarm, _):
        swarm.fill(viewers)
        swarm.quiet(timeout_s=5)
        idle = _used_ns(target)
        swarm.rest(IDLE_S)
        idle_ns_s = (_used_ns(target) - idle) / IDLE_S
        swarm.begin_phase()
        before = _used_ns(target)
        bench.progress.say(f"{viewers:,} taps a second for {seconds} s")
        _tap(swarm, 0.0, viewers * TAP_STEP_S, viewers * seconds)
        swarm.run(lambda: swarm.counts.acks >= viewers * seconds, seconds + 10)
        used_ns = _used_ns(target) - before
        counts, acks = swarm.counts, swarm.times.ack
        wall_s = swarm.own_cost()["wall_s"]
        figures: dict[str, Any] = {
            "viewers": viewers,
            "taps": counts.taps,
            "per_second": round(counts.acks / wall_s, 1),
            "us_per_tap": round((used_ns - idle_ns_s * wall_s) / counts.taps / 1000, 1),
            "ack_ms": acks.summary_ms(),
            **swarm.phase_json(),
        }
        p99 = round(acks.percentile_ns(99) / 1e6, 1)
        return Result(
            "taps",
            figures,
            [
                Promise("taps answered", counts.acks, "exactly", counts.taps),
                Promise("taps refused", sum(counts.tap_refusals.values()), "exactly", 0),
                Promise("answer, p99", p99, "at most", ACK_MS, "ms"),
            ],
        )


def _used_ns(target: Target) -> int:
    """Processor time of the server; 0 where its process is not known."""
    return target.observed.used().total_ns if target.observed is not None else 0


def _tap(swarm: Swarm, at: float, step: float, left: int) -> None:
    """Some viewers in turn press; again in a moment, until all taps are made."""
    end = at + step
    for number in range(int(at), min(int(end), int(at) + left)):
        swarm.tap(swarm.viewers[number % len(swarm.viewers)], "MUG-1")
        left -= 1
    if left > 0:
        swarm.later(TAP_STEP_S, _tap, swarm, end, step, left)
