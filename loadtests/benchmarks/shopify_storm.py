"""Whether one process takes in a storm of Shopify orders: none lost, none doubled, all in time.

    python -m loadtests.benchmarks.shopify_storm [--rate 500] [--seconds 20] [--senders 64]

Starts a server with an empty data folder and sends signed `orders/paid` deliveries at a steady
rate, and each tenth of them twice, as Shopify does when an answer is late. Afterwards the show's
log must hold each order once. Exits with 1 when an order is missing or doubled, or when an answer
took longer than the five seconds that Shopify waits.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from loadtests.benchmarks.webhook_throughput import steady
from loadtests.machine import described
from tests.running_server import Served, make_show, served
from vetrina.connectors.samples import encoded, samples
from vetrina.connectors.shopify.webhooks import Shopify

SECRET = "shpss_" + "of_the_load_test" * 2
LIMIT_MS = 5_000
FIRST_ID = 9_007_199_254_741_000
REPEAT_EVERY = 10


@dataclass(frozen=True, slots=True)
class Result:
    """One run. Histogram are from the moment a delivery was due to the answer's last byte."""

    sent: int
    orders: int
    acknowledged: int
    per_second: float
    median_ms: float
    p99_ms: float
    p100_ms: float
    counted: int
    lost: int
    doubled: int

    @property
    def good(self) -> bool:
        return (
            self.acknowledged == self.sent
            and (self.lost, self.doubled) == (0, 0)
            and self.p100_ms <= LIMIT_MS
        )


def requests_of(server: Served, connection: str, count: int) -> list[bytes]:
    """The bytes of signed deliveries; a repeat has the ids of the delivery that it repeats."""
    shopify = Shopify()
    [paid] = [sample for sample in samples("shopify") if sample.name == "paid"]
    order = json.loads(paid.body)
    order["processed_at"] = order["created_at"] = datetime.now(tz=UTC).isoformat()
    made: list[bytes] = []
    for number in range(count):
        order["id"] = FIRST_ID + number
        body = encoded(order)
        headers = shopify.sign(paid.headers, body, SECRET, 0)
        headers |= {"host": f"127.0.0.1:{server.port}", "content-length": str(len(body))}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        made.append(f"POST /webhooks/{connection} HTTP/1.1\r\n{head}\r\n".encode() + body)
        if number % REPEAT_EVERY == 0:
            made.append(made[-1])
    return made


def counted(server: Served, slug: str) -> list[str]:
    """The purchases in the show's log."""
    after, found = 0, []
    while events := server.call("GET", f"/api/v1/shows/{slug}/events?after={after}&limit=1000")[
        "events"
    ]:
        found += [event["purchase"] for event in events if event["type"] == "purchase_confirmed"]
        after = events[-1]["seq"]
    return found


def run(server: Served, rate: int, seconds: int, senders: int) -> Result:
    make_show(server, "storm")
    body = {"kind": "shopify", "show": "storm", "secret": SECRET}
    connection = server.call("POST", "/api/v1/connections", body)["id"]
    orders = rate * seconds
    requests = requests_of(server, connection, orders)
    rate = rate * len(requests) // orders
    started = time.perf_counter()
    took_ms = asyncio.run(steady(server, requests, rate, senders))
    took_s = time.perf_counter() - started
    cuts = statistics.quantiles(took_ms, n=100)
    found = counted(server, "storm")
    return Result(
        sent=len(requests),
        orders=orders,
        acknowledged=len(took_ms),
        per_second=round(len(took_ms) / took_s, 1),
        median_ms=round(cuts[49], 2),
        p99_ms=round(cuts[98], 2),
        p100_ms=round(max(took_ms), 2),
        counted=len(found),
        lost=orders - len(set(found)),
        doubled=len(found) - len(set(found)),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=int, default=500)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--senders", type=int, default=64)
    options = parser.parse_args()
    print(f"# {described()}", flush=True)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "data") as server:
        result = run(server, options.rate, options.seconds, options.senders)
    print(json.dumps(asdict(result)), flush=True)
    sys.exit(0 if result.good else 1)


if __name__ == "__main__":
    main()
