"""Purchases into one show through two processes at once, on PostgreSQL."""

from __future__ import annotations

import asyncio
import json
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from websockets.sync.client import connect

from loadtests.bench_context import Bench
from loadtests.benchmarks.store_throughput import database
from loadtests.benchmarks.webhook_throughput import flat_out, request_of, steady
from loadtests.clusters import Balanced, Unpinned, two
from loadtests.result import Promise, Result
from loadtests.targets import CannotRun
from tests.running_server import CONTROL_KEY, make_show

RATE: Final = 1_000
SECONDS: Final = 8
SENDERS: Final = 32
"""Connections to each process."""
RATE_KEPT: Final = 0.97
WATCHING: Final = 20
CATCH_UP_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Sold:
    """One phase: what was acknowledged, how fast, and what log and viewers have of it."""

    acknowledged: int
    seconds: float
    took_ms: list[float]
    in_log: int
    in_totals: int
    gaps: int
    faults: int
    behind: int

    def as_json(self) -> dict[str, Any]:
        """For the result file."""
        cuts = statistics.quantiles(self.took_ms, n=100)
        return {
            "acknowledged": self.acknowledged,
            "per_second": round(self.per_second, 1),
            "median_ms": round(cuts[49], 1),
            "p99_ms": round(cuts[98], 1),
            "in_log": self.in_log,
            "in_totals": self.in_totals,
        }

    @property
    def per_second(self) -> float:
        """From the first request to the last answer."""
        return self.acknowledged / self.seconds

    @property
    def wrong(self) -> int:
        """Purchases that are not there exactly once, and whatever else is out of order."""
        astray = abs(self.in_log - self.acknowledged) + abs(self.in_totals - self.acknowledged)
        return astray + self.gaps + self.faults + self.behind


def together(bench: Bench) -> Result:
    """1,000 purchases a second into one show through two processes, on PostgreSQL."""
    bench.no_other("it needs two processes on PostgreSQL")
    seconds = bench.seconds or SECONDS
    with local_database() as url, two(database=url) as servers:
        bench.progress.say(f"{RATE:,} a second")
        held = _sold(servers, "steady", seconds, steadily=True)
        bench.progress.say("as fast as it goes")
        fast = _sold(servers, "flat-out", seconds, steadily=False)
    return Result(
        "together",
        {"steady": held.as_json(), "flat_out": fast.as_json()},
        [
            Promise("a second, steadily", round(held.per_second), "at least", RATE * RATE_KEPT),
            Promise("a second, as fast as it goes", round(fast.per_second), "at least", RATE),
            Promise("lost, counted twice or out of order", held.wrong + fast.wrong, "exactly", 0),
        ],
    )


@contextmanager
def local_database() -> Iterator[str]:
    """A PostgreSQL that waits for the disk. Raises CannotRun."""
    try:
        with database("local") as url:
            yield url
    except AssertionError as reason:
        raise CannotRun(str(reason)[-500:]) from reason


def _sold(servers: tuple[Unpinned, Unpinned], slug: str, seconds: int, *, steadily: bool) -> Sold:
    """One phase with a show and a connection of its own."""
    make_show(servers[0], slug)
    body = {"kind": "generic", "show": slug}
    connection = servers[0].call("POST", "/api/v1/connections", body)
    many = RATE * seconds
    requests = [
        [request_of(server, connection, f"{slug}-{n}") for n in range(first, many, len(servers))]
        for first, server in enumerate(servers)
    ]

    async def sell() -> list[list[float]]:
        rate = RATE // len(servers)
        return await asyncio.gather(
            *(
                steady(server, mine, rate, SENDERS) if steadily else flat_out(server, mine, SENDERS)
                for server, mine in zip(servers, requests, strict=True)
            )
        )

    with _watched(servers, slug) as swarm:
        began = time.perf_counter()
        took_ms = [each for both in asyncio.run(sell()) for each in both]
        took_s = time.perf_counter() - began
        in_log, gaps, head = _log(servers[1], slug)
        swarm.wait_for(head)
    return Sold(
        acknowledged=len(took_ms),
        seconds=took_s,
        took_ms=took_ms,
        in_log=in_log,
        in_totals=_totals(servers[0], slug),
        gaps=gaps,
        faults=swarm.counts.faults,
        behind=sum(viewer.seq != head for viewer in swarm.viewers),
    )


class Watching(Balanced):
    """Viewers of both processes, in a thread of their own."""

    def __init__(self, ports: list[int], show: str) -> None:
        super().__init__(ports, show, returning=False)
        self.fill(WATCHING)
        self.wanted: int | None = None
        """Where they shall stand at the end, once it is known."""
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def wait_for(self, head: int) -> None:
        """Until all of them stand there, or have had time enough for it."""
        self.wanted = head
        self._thread.join()

    def _watch(self) -> None:
        self.run(lambda: self.wanted is not None, 600)
        self.run(lambda: all(viewer.seq == self.wanted for viewer in self.viewers), CATCH_UP_S)


@contextmanager
def _watched(servers: tuple[Unpinned, Unpinned], show: str) -> Iterator[Watching]:
    swarm = Watching([server.port for server in servers], show)
    try:
        yield swarm
    finally:
        if swarm.wanted is None:
            swarm.wait_for(-1)
        swarm.close()


def _totals(server: Unpinned, slug: str) -> int:
    """Orders as the control panel shows them."""
    hello = {"type": "hello", "v": 1, "role": "control", "show": slug, "key": CONTROL_KEY}
    with connect(f"ws://127.0.0.1:{server.port}/ws") as connection:
        connection.send(json.dumps({**hello, "last": None}))
        return int(json.loads(connection.recv())["state"]["totals"]["orders"])


def _log(server: Unpinned, slug: str) -> tuple[int, int, int]:
    """Different purchases in the log, numbers that are missing or out of order, and its end."""
    found: set[str] = set()
    gaps, head = 0, 0
    path = f"/api/v1/shows/{slug}/events?limit=1000&after="
    while events := server.call("GET", f"{path}{head}")["events"]:
        for event in events:
            gaps += event["seq"] != head + 1
            head = event["seq"]
            if event["type"] == "purchase_confirmed":
                gaps += event["purchase"] in found
                found.add(event["purchase"])
    return len(found), gaps, head
