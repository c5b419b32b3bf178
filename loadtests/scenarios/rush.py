"""Ten thousand buyers press Buy now within one second, for a deal of five hundred pieces."""

from __future__ import annotations

import itertools
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import orjson

from loadtests.bench_context import Bench
from loadtests.clusters import two
from loadtests.pinning import pinning
from loadtests.process_usage import Observed, cores, on_core
from loadtests.result import Promise, Result
from loadtests.scenarios.concurrent_sales import local_database
from loadtests.swarm.http_client import Answered, HttpClient
from loadtests.swarm.protocols import Vetrina
from loadtests.swarm.swarm import Swarm
from loadtests.targets import SHOW
from tests.stripe_double.account import LIVE_KEY

BUYERS: Final = 10_000
PIECES: Final = 500
PRESSED_WITHIN_S: Final = 1.0
STEP_S: Final = 0.01
CONNECTIONS: Final = 400
ANSWERED_WITHIN_S: Final = 120.0
PER_SECOND: Final = 1_000
LOSER_MS: Final = 1_000.0
PIN_MS: Final = 100.0
SKU: Final = "RUSH-1"
PRICE: Final = {"amount": 1890, "currency": "EUR"}
SHOP: Final = {"handle": "rush", "name": "Rush"}


class Server(Protocol):
    """One of ours."""

    port: int

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """A control call."""
        ...


@dataclass(slots=True)
class Rush:
    """What came of it."""

    pressed: int = 0
    won: list[Answered] = field(default_factory=list)
    lost: list[Answered] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    left: int | None = None
    cpu_s: float = 0.0
    pins_ms: list[float] = field(default_factory=list)

    def take(self, answered: Answered) -> None:
        """One answer."""
        if answered.status == 201:
            self.won.append(answered)
        elif answered.status == 409 and b'"sold_out"' in answered.body:
            self.lost.append(answered)
        else:
            code = orjson.loads(answered.body).get("code", "") if answered.body else ""
            self.others[f"{answered.status} {code}"] += 1

    @property
    def answered(self) -> int:
        """Who has an answer, whatever it is."""
        return len(self.won) + len(self.lost) + self.others.total()

    def figures(self) -> dict[str, Any]:
        """For the result file."""
        everybody = [*self.won, *self.lost]
        began = min(one.sent_ns for one in everybody)
        seconds = (max(one.answered_ns for one in everybody) - began) / 1e9
        gone = max((one.answered_ns for one in self.won), default=began)
        waited = [max(0, one.answered_ns - max(gone, one.sent_ns)) / 1e6 for one in self.lost] or [
            0.0,
            0.0,
        ]
        took = [(one.answered_ns - one.sent_ns) / 1e6 for one in everybody]
        return {
            "reserved": len(self.won),
            "sold_out": len(self.lost),
            "other": dict(self.others),
            "per_second": round(len(everybody) / seconds),
            "cpu_us": round(self.cpu_s * 1e6 / len(everybody)),
            "all_gone_ms": round((gone - began) / 1e6),
            "answer_ms": _spread(took),
            "loser_ms": _spread(waited),
            "pin_ms": _spread(self.pins_ms),
        }


def rush(bench: Bench) -> Result:
    """10,000 buyers press Buy now within a second for 500 pieces: one process, and two."""
    bench.no_other("it sells a whole shop")
    figures, promises = {}, []
    with bench.own(private_addresses="true") as server, on_core(cores()[1]):
        figures["SQLite, one process"] = alone = _rush(bench, [server], "one process")
    with local_database() as url, two(database=url, private_addresses="true") as servers:
        figures["PostgreSQL, two"] = _rush(bench, servers, "two processes")
    for where, told in figures.items():
        wrong = sum(told["other"].values()) + told["silent"]
        promises += [
            Promise(f"reserved ({where})", told["reserved"], "exactly", PIECES),
            Promise(f"without an answer, or a wrong one ({where})", wrong, "exactly", 0),
            Promise(f"loser, p99 ({where})", told["loser_ms"]["p99"], "at most", LOSER_MS, "ms"),
            Promise(f"pin, p99 ({where})", told["pin_ms"]["p99"], "at most", PIN_MS, "ms"),
        ]
    promises.append(
        Promise("checkouts a second, one core", alone["per_second"], "at least", PER_SECOND)
    )
    return Result("rush", figures, promises)


def _rush(bench: Bench, servers: Sequence[Server], words: str) -> dict[str, Any]:
    viewers = BUYERS if bench.viewers is None else bench.viewers
    with provider() as address:
        open_shop(servers[0], address)
        swarm = Swarm("127.0.0.1", servers[0].port, Vetrina(SHOW))
        bench.progress.follow(swarm)
        try:
            bench.progress.say(f"{words}: {viewers:,} viewers come")
            swarm.fill(viewers, timeout_s=120)
            swarm.quiet(timeout_s=5)
            told = Rush()
            observed = [Observed(server.process.pid) for server in servers]
            before = sum(each.used().total_ns for each in observed)
            with pinning(servers[0].port) as pins:
                swarm.rest(1.0)
                bench.progress.say(f"{words}: {BUYERS:,} press")
                _press(swarm, [server.port for server in servers], told)
                swarm.rest(0.5)
            told.pins_ms = pins.took_ms
            told.cpu_s = (sum(each.used().total_ns for each in observed) - before) / 1e9
        finally:
            swarm.close()
    return {
        "viewers": viewers,
        "buyers": BUYERS,
        "silent": told.pressed - told.answered,
        **told.figures(),
        **swarm.phase_json(),
    }


def _press(swarm: Swarm, ports: Sequence[int], told: Rush) -> None:
    """All of them, evenly over the second."""
    clients = [
        HttpClient(swarm, "127.0.0.1", port, "")
        for _, port in zip(range(CONNECTIONS), itertools.cycle(ports), strict=False)
    ]
    body = orjson.dumps(
        {"shop": SHOP["handle"], "show": SHOW, "items": [{"sku": SKU, "quantity": 1}]}
    )
    turn = itertools.cycle(clients)
    steps = round(PRESSED_WITHIN_S / STEP_S)

    def press(number: int) -> None:
        for _ in range(BUYERS // steps):
            told.pressed += 1
            next(turn).post("/api/v1/checkouts", body, told.take)
        if number + 1 < steps:
            swarm.later(STEP_S, press, number + 1)

    press(0)
    swarm.run(lambda: told.pressed == BUYERS == told.answered, ANSWERED_WITHIN_S)
    for client in clients:
        client.close()


def open_shop(server: Server, provider: str) -> None:
    """A shop that is paid through the stand-in, and a show with the deal."""
    product = {"sku": SKU, "title": "Mug", "price": {"amount": 2490, "currency": "EUR"}}
    server.call("POST", "/api/v1/products", [{**product, "stock": 2 * PIECES}])
    server.call("PUT", "/api/v1/shop", SHOP)
    server.call(
        "PUT",
        "/api/v1/payments",
        {"adapter": "stripe", "key": LIVE_KEY, "address": provider},
    )
    server.call("PUT", f"/api/v1/shows/{SHOW}/bag", {"skus": [SKU, "MUG-1", "APR-3"]})
    deal = {"sku": SKU, "price": PRICE, "duration_s": 600, "quantity": PIECES}
    server.call("POST", f"/api/v1/shows/{SHOW}/commands", {"type": "start_deal", **deal})


@contextmanager
def provider() -> Iterator[str]:
    """A stand-in of the payment provider; its address."""
    with (
        on_core(cores()[1]),
        subprocess.Popen(
            [sys.executable, "-m", "tests.stripe_double"], stdout=subprocess.PIPE, text=True
        ) as process,
    ):
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def _spread(took_ms: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(took_ms or [0.0, 0.0], n=100)
    most = max(took_ms, default=0.0)
    return {"p50": round(cuts[49], 1), "p99": round(cuts[98], 1), "max": round(most, 1)}
