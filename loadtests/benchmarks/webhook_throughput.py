"""How many durable purchases a second one process takes in through the generic webhook.

    python -m loadtests.benchmarks.webhook_throughput [--seconds 10] [--senders 32] [--rate 1000]

Starts a server with an empty data folder, sends signed purchases, each a delivery of its own, and
counts what stands in the log afterwards. First at a steady rate, then as fast as it goes. Signing
and sending run in this process, on the other core.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from loadtests.machine import described
from tests.running_server import Served, make_show, purchase, served, signed


@dataclass(frozen=True, slots=True)
class Result:
    """One phase. Histogram are from the first byte sent to the answer's last."""

    phase: str
    acknowledged: int
    seconds: float
    per_second: float
    median_ms: float
    p99_ms: float
    in_log: int


def request_of(server: Served, connection: dict[str, str], order: str) -> bytes:
    """The bytes of one signed delivery."""
    body = purchase(order, "CUP-4")
    headers = signed(connection["secret"], f"msg-{order}", body)
    headers |= {"host": f"127.0.0.1:{server.port}", "content-length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST /webhooks/{connection['id']} HTTP/1.1\r\n{head}\r\n".encode() + body


async def _sender(server: Served, requests: Iterator[bytes], took_ms: list[float]) -> None:
    """Send over one connection, one request after the other."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    for request in requests:
        started = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"a purchase was refused: {head[:200]!r}")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        await reader.readexactly(length)
        took_ms.append((time.perf_counter() - started) * 1000)
    writer.close()


async def steady(server: Served, requests: list[bytes], rate: int, senders: int) -> list[float]:
    """Hand out requests by the clock; a queue that grows shows as latency."""
    took_ms: list[float] = []
    queue: asyncio.Queue[tuple[float, bytes] | None] = asyncio.Queue(
        maxsize=len(requests) + senders
    )

    async def sender() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        while (item := await queue.get()) is not None:
            due, request = item
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head[:200]
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
            await reader.readexactly(length)
            took_ms.append((time.perf_counter() - due) * 1000)
        writer.close()

    tasks = [asyncio.create_task(sender()) for _ in range(senders)]
    started = time.perf_counter()
    for number, request in enumerate(requests):
        due = started + number / rate
        if (left := due - time.perf_counter()) > 0:
            await asyncio.sleep(left)
        queue.put_nowait((due, request))
    for _ in tasks:
        queue.put_nowait(None)
    await asyncio.gather(*tasks)
    return took_ms


async def flat_out(server: Served, requests: list[bytes], senders: int) -> list[float]:
    """Over so many lines, each sending as soon as it was answered."""
    took_ms: list[float] = []
    shared = iter(requests)
    await asyncio.gather(*(_sender(server, shared, took_ms) for _ in range(senders)))
    return took_ms


def in_log(server: Served, slug: str) -> int:
    """Real orders that the show counts."""
    after, found = 0, 0
    while events := server.call("GET", f"/api/v1/shows/{slug}/events?after={after}&limit=1000")[
        "events"
    ]:
        found += sum(event["type"] == "purchase_confirmed" for event in events)
        after = events[-1]["seq"]
    return found


def run(server: Served, phase: str, seconds: int, rate: int, senders: int) -> Result:
    """One phase with a show and a connection of its own."""
    slug = phase.replace(" ", "-")
    make_show(server, slug)
    body = {"kind": "generic", "show": slug}
    connection = server.call("POST", "/api/v1/connections", body)
    count = rate * seconds
    requests = [request_of(server, connection, f"{slug}-{n}") for n in range(count)]
    started = time.perf_counter()
    if phase == "steady":
        took_ms = asyncio.run(steady(server, requests, rate, senders))
    else:
        took_ms = asyncio.run(flat_out(server, requests, senders))
    took_s = time.perf_counter() - started
    cuts = statistics.quantiles(took_ms, n=100)
    return Result(
        phase,
        acknowledged=len(took_ms),
        seconds=round(took_s, 2),
        per_second=round(len(took_ms) / took_s, 1),
        median_ms=round(cuts[49], 2),
        p99_ms=round(cuts[98], 2),
        in_log=in_log(server, slug),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--senders", type=int, default=32)
    parser.add_argument("--rate", type=int, default=1000)
    options = parser.parse_args()
    print(f"# {described()}", flush=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder) / "data", webhooks_per_second="100000") as server,
    ):
        for phase in ("steady", "flat out"):
            result = run(server, phase, options.seconds, options.rate, options.senders)
            print(json.dumps(asdict(result)), flush=True)


if __name__ == "__main__":
    main()
