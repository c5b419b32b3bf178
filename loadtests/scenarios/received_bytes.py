"""Bytes: what a viewer on mobile data receives in an hour of a busy show."""

from __future__ import annotations

import time
from typing import Final

from loadtests.bench_context import Bench
from loadtests.result import Promise, Result
from loadtests.swarm.protocols import Vetrina
from loadtests.swarm.swarm import Swarm
from loadtests.targets import own_server

VIEWERS: Final = 20
ROUND_S: Final = 72
"""The demo shows one product after the other, each for so long, with an event every 4 s."""
STEP_S: Final = 1.0
PACKET_BYTES: Final = 82
"""Around each frame: WebSocket, TLS, TCP and IPv4."""
MOST_KIB: Final = 720.0


def received(bench: Bench) -> Result:
    """An hour of the demo, while somebody comes or goes every second: what reaches who stays."""
    viewers, seconds = bench.viewers or VIEWERS, bench.seconds or ROUND_S
    bench.no_other("it plays the demo")
    with own_server(shows=(), demo="true") as server:
        target = server.target()
        target.protocol = Vetrina("demo")
        with bench.swarm(target) as (swarm, _), bench.swarm(target) as (others, _):
            swarm.fill(viewers)
            swarm.quiet(timeout_s=5)
            swarm.begin_phase()
            bench.progress.say(f"{seconds} s of the demo")
            began = time.monotonic()
            for step in range(seconds):
                _come_or_go(others, step)
                swarm.rest(STEP_S)
            hours = viewers * (time.monotonic() - began) / 3600
            counts = swarm.counts
            kib = round((counts.bytes_in + counts.messages * PACKET_BYTES) / hours / 1024, 1)
            figures = {
                "viewers": viewers,
                "kib_an_hour": kib,
                "payload_kib_an_hour": round(counts.bytes_in / hours / 1024, 1),
                "frames_an_hour": round(counts.messages / hours),
                "events_an_hour": round(counts.deliveries / hours),
                **swarm.phase_json(),
            }
    return Result(
        "bytes",
        figures,
        [
            Promise("an hour of the demo, packets included", kib, "at most", MOST_KIB, "KiB"),
            Promise("faults", swarm.counts.faults, "exactly", 0),
        ],
    )


def _come_or_go(others: Swarm, step: int) -> None:
    if step % 2 == 0:
        others.fill(1)
    else:
        others.viewers.pop().leave()
