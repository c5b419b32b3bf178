"""Viewers that read slowly, or not at all: what they do to others, and when they are let go."""

from __future__ import annotations

import socket
import time
from typing import Any, Final

from loadtests.bench_context import Bench
from loadtests.publisher import Publisher
from loadtests.result import Promise, Result
from loadtests.swarm.connection import LIVE
from loadtests.swarm.histogram import Histogram
from loadtests.swarm.messages import Batch, stamped
from loadtests.swarm.protocols import now_ns
from loadtests.swarm.swarm import Swarm
from loadtests.swarm.viewer import Viewer
from loadtests.targets import Target

FAST: Final = 10
TICK_S: Final = 0.05
FAST_MS: Final = 100.0
READ_BYTES: Final = 256
READ_EVERY_S: Final = 0.25
STUCK: Final = 50
WARM_S: Final = 10.0
FREED_S: Final = 30.0
MEMORY_BACK: Final = 1.05
NETWORK_MSS: Final = 1400
"""With loopback's segments of 64 KiB the kernel would buffer megabytes for each socket."""
SMALL_BUFFER: Final = 4096


def slow(bench: Bench) -> Result:
    """Ten fast viewers and one that reads 1 KB a second: no fast one waits over 100 ms."""
    seconds = bench.seconds or 25
    with bench.target() as target, bench.swarm(target) as (swarm, publisher):
        fast_latency = _FastLatency()
        swarm.fill(FAST)
        swarm.on_batch = fast_latency.record
        bench.progress.say("publishing every 50 ms, nobody is slow")
        _keep_publishing(swarm, publisher, target, events=4, until=time.monotonic() + seconds / 2)
        swarm.rest(seconds / 2 + 1)
        alone, fast_latency.latency = fast_latency.latency, Histogram()
        swarm.prepare = _like_a_phone
        swarm.fill(1)
        one = swarm.viewers[FAST]
        swarm.stop_reading(one)
        _read_slowly(swarm, one)
        swarm.begin_phase()
        bench.progress.say("publishing every 50 ms, one is slow")
        _keep_publishing(swarm, publisher, target, events=4, until=time.monotonic() + seconds)
        swarm.rest(seconds + 1)
        told = sum(viewer.seq == swarm.head for viewer in swarm.viewers[:FAST])
        figures = {
            "fast": FAST,
            "without_the_slow_ms": alone.summary_ms(),
            "fast_latency_ms": fast_latency.latency.summary_ms(),
            "slow_closed_with": [str(code) for code in swarm.counts.closes],
            "server_counts": _interesting(target.metrics()),
            **swarm.phase_json(),
        }
        worst_ms = fast_latency.latency.most_ns / 1e6
        return Result(
            "slow",
            figures,
            [
                Promise(
                    "longest wait of a fast viewer", round(worst_ms, 1), "at most", FAST_MS, "ms"
                ),
                Promise("fast viewers that heard everything", told, "exactly", FAST),
                Promise("faults", swarm.counts.faults, "exactly", 0),
            ],
        )


def stuck(bench: Bench) -> Result:
    """Clients that stop reading: freed within 30 s, with their memory and their descriptors."""
    many = bench.viewers or STUCK
    with bench.target() as target, bench.swarm(target) as (swarm, publisher):
        process = target.process
        swarm.fill(FAST)
        # What the log and the store keep of such traffic is not kept for those who are stuck.
        bench.progress.say("publishing while everybody reads")
        _keep_publishing(swarm, publisher, target, events=20, until=time.monotonic() + WARM_S)
        swarm.rest(WARM_S + 1)
        files, memory = process.open_files(), process.resident_bytes()
        swarm.prepare = _like_a_phone
        swarm.fill(many)
        dead = swarm.viewers[FAST:]
        for viewer in dead:
            swarm.stop_reading(viewer)
        swarm.begin_phase()
        bench.progress.say(f"{many} viewers stopped reading")
        began = time.monotonic()
        longest = FREED_S + 30
        _keep_publishing(swarm, publisher, target, events=20, until=began + longest)
        most_bytes = memory

        def freed() -> bool:
            nonlocal most_bytes
            most_bytes = max(most_bytes, process.resident_bytes())
            return process.open_files() <= files + 1

        while not freed() and time.monotonic() < began + longest:
            swarm.rest(0.5)
        freed_s = round(time.monotonic() - began, 1)
        left = max(0, process.open_files() - files)
        swarm.rest(2.0)
        back = round(process.resident_bytes() / memory, 3)
        figures = {
            "stuck": many,
            "freed_s": freed_s,
            "descriptors_left": left,
            "memory_at_most": round(most_bytes / memory, 3),
            "memory_after": back,
            "server_counts": _interesting(target.metrics()),
            **swarm.phase_json(),
        }
        fast = sum(viewer.phase == LIVE for viewer in swarm.viewers[:FAST])
        return Result(
            "stuck",
            figures,
            [
                Promise("all freed after", freed_s, "at most", FREED_S, "s"),
                Promise("descriptors left", left, "at most", 1),
                Promise("memory after", back, "at most", MEMORY_BACK, "× before"),
                Promise("others still there", fast, "exactly", FAST),
            ],
        )


class _FastLatency:
    """Latency of the fast viewers, who came first."""

    def __init__(self) -> None:
        self.latency = Histogram()

    def record(self, viewer: Viewer, batch: Batch, now: int) -> None:
        if viewer.number < FAST:
            for sent in batch.sent_ns:
                self.latency.add(now - sent)


def _keep_publishing(
    swarm: Swarm, publisher: Publisher, target: Target, *, events: int, until: float
) -> None:
    """Several long events in one call, every tick, for a time."""
    if time.monotonic() > until:
        return
    chars = 480 if target.text_chars > 140 else 140
    text = stamped(now_ns(), chars)
    publisher.command([{"type": "announce", "text": text} for _ in range(events)])
    again = {"events": events, "until": until}
    swarm.later(TICK_S, lambda: _keep_publishing(swarm, publisher, target, **again))  # type: ignore[arg-type]


def _read_slowly(swarm: Swarm, viewer: Viewer) -> None:
    viewer.read_some(READ_BYTES)
    swarm.later(READ_EVERY_S, _read_slowly, swarm, viewer)


def _like_a_phone(sock: socket.socket) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, NETWORK_MSS)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)


def _interesting(metrics: dict[str, float]) -> dict[str, Any]:
    """Closes, aborts and lagging, where they are not zero."""
    words = ("vetrina_closes_total", "vetrina_aborts_total", "vetrina_lagging_total")
    return {name: value for name, value in metrics.items() if name.startswith(words) and value}
