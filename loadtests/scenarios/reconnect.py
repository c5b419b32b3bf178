"""Reconnects: connections that break and a server that restarts; nobody may lose an event."""

from __future__ import annotations

import random
import threading
import time
from typing import Final

from loadtests.bench_context import Bench
from loadtests.cost_meter import CURVE
from loadtests.result import Promise, Result
from loadtests.swarm.connection import LIVE
from loadtests.swarm.histogram import Histogram
from loadtests.swarm.protocols import now_ns
from loadtests.swarm.swarm import Swarm
from loadtests.swarm.viewer import Viewer

JITTER_VIEWERS: Final = 2_000
JITTER_S: Final = 60
KILL_EVERY_S: Final = 15.0
AWAY_S: Final = 2.0
PUBLISH_EVERY_S: Final = 0.5
REPLAY_MS: Final = 1_000.0
AVALANCHE_VIEWERS: Final = 5_000
BACK_S: Final = 5.0
EVENTS: Final = 5


def jitter(bench: Bench) -> Result:
    """Every connection is cut every 15 s for 2 s while events come: all of them reach everybody."""
    viewers, seconds = bench.viewers or JITTER_VIEWERS, bench.seconds or JITTER_S
    with bench.target() as target, bench.swarm(target, returning=True) as (swarm, publisher):
        bench.progress.say(f"{viewers:,} viewers come")
        swarm.fill(viewers)
        swarm.quiet(timeout_s=5)
        events = int(seconds / PUBLISH_EVERY_S)
        before = swarm.head
        swarm.begin_phase()
        ends_at = time.monotonic() + seconds
        used = target.observed.used() if target.observed else None
        for viewer in swarm.viewers:
            swarm.later(random.uniform(0, KILL_EVERY_S), _cut, swarm, viewer, ends_at)
        publisher.series(events, PUBLISH_EVERY_S)
        bench.progress.say(f"resetting connections for {seconds} s")
        swarm.rest(seconds)
        swarm.run(lambda: publisher.fired >= events and not publisher.busy, 30)
        everybody = _all_at_head(swarm, 30)
        counts = swarm.counts
        expected = viewers * (swarm.head - before)
        arrived = counts.deliveries + counts.by_snapshot - counts.doubles
        delivered = round(100 * arrived / expected, 4) if expected else 0.0
        replay = swarm.times.replay
        figures = {
            "viewers": viewers,
            "events": swarm.head - before,
            "cuts": counts.kicked,
            "delivered_percent": delivered,
            "replay_ms": replay.summary_ms(),
            "latency_ms": swarm.times.delivery.summary_ms(),
            "replay_curve": replay.curve_ms(CURVE),
            **swarm.phase_json(),
        }
        if used is not None:
            spent = target.process.used() - used
            figures["server_busy"] = round(spent.total_ns / 1e9 / seconds, 3)
        p99 = round(replay.percentile_ns(99) / 1e6, 1)
        return Result(
            "jitter",
            figures,
            [
                Promise("events delivered", delivered, "exactly", 100, "%"),
                Promise("replay after coming back, p99", p99, "at most", REPLAY_MS, "ms"),
                Promise(
                    "viewers that came back and stand at the end", everybody, "exactly", viewers
                ),
                Promise("faults", counts.faults, "exactly", 0),
            ],
        )


def avalanche(bench: Bench) -> Result:
    """A restart under thousands: nobody is lost, and all are back within 5 s of its return."""
    viewers = bench.viewers or AVALANCHE_VIEWERS
    with bench.own() as server:
        target = server.target()
        with bench.swarm(target, returning=True) as (swarm, publisher):
            bench.progress.say(f"{viewers:,} viewers come")
            swarm.fill(viewers)
            swarm.quiet(timeout_s=5)
            for _ in range(EVENTS):
                publisher.fire()
            swarm.deliveries(EVENTS * viewers, 30)
            swarm.begin_phase()
            offline = Histogram()
            swarm.on_joined = lambda viewer: offline.add(now_ns() - viewer.away_since)
            began = time.monotonic()
            ready_at: list[float] = []

            def restart() -> None:
                server.stop()
                server.start()
                ready_at.append(time.monotonic())

            thread = threading.Thread(target=restart)
            bench.progress.say("restarting the server")
            thread.start()
            swarm.run(lambda: bool(ready_at), 60)
            bench.progress.say("the server is back")
            swarm.run(lambda: swarm.live == viewers, 60)
            back_at = time.monotonic()
            thread.join()
            head = swarm.head
            for _ in range(EVENTS):
                publisher.fire()
            swarm.run(lambda: swarm.head >= head + EVENTS, 20)
            told = _all_at_head(swarm, 30)
            ready_s = (ready_at or [back_at])[0]
            figures = {
                "viewers": viewers,
                "server_away_s": round(ready_s - began, 2),
                "all_back_s": round(max(0.0, back_at - ready_s), 2),
                "from_signal_to_all_back_s": round(back_at - began, 2),
                "offline_ms": offline.summary_ms(),
                "offline_curve": offline.curve_ms(CURVE),
                **swarm.phase_json(),
            }
            back_s = figures["all_back_s"]
            return Result(
                "avalanche",
                figures,
                [
                    Promise("viewers lost", viewers - told, "exactly", 0),
                    Promise("all back, after the server was", back_s, "at most", BACK_S, "s"),
                    Promise("faults", swarm.counts.faults, "exactly", 0),
                ],
            )


def _cut(swarm: Swarm, viewer: Viewer, ends_at: float) -> None:
    """Reset a connection, and again one period later."""
    if time.monotonic() > ends_at:
        return
    if viewer.phase == LIVE:
        viewer.reset(AWAY_S)
    swarm.later(KILL_EVERY_S, _cut, swarm, viewer, ends_at)


def _all_at_head(swarm: Swarm, timeout_s: float) -> int:
    """Wait until everybody is here and stands where the show stands; how many do."""
    swarm.run(
        lambda: (
            swarm.live == len(swarm.viewers)
            and all(viewer.seq == swarm.head for viewer in swarm.viewers)
        ),
        timeout_s,
    )
    return sum(viewer.phase == LIVE and viewer.seq == swarm.head for viewer in swarm.viewers)
