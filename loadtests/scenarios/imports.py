"""What a large import costs: rows a second, memory, and a pin meanwhile."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
from websockets.asyncio.client import ClientConnection

from loadtests.bench_context import Bench
from loadtests.pins import pin_ms, spread, viewer_of
from loadtests.process_usage import Observed, cores, on_core
from loadtests.result import Promise, Result
from loadtests.targets import Pinned
from tests.running_server import CONTROL_KEY

ROWS: Final = 50_000
SIZES: Final = ("XS", "S", "M", "L", "XL")
ABOVE_IDLE_MB: Final = 150.0
BESIDE: Final = 2.0
"""A pin's p99 during an import, as a multiple of that without."""
PAUSE_S: Final = 0.02
QUIET_PINS: Final = 600
ASKED_EVERY: Final = 10
"""After so many pins the import is asked for and memory is looked at."""
HEADER: Final = (
    "Handle,Title,Body (HTML),Vendor,Tags,Published,Option1 Name,Option1 Value,Variant SKU,"
    "Variant Inventory Tracker,Variant Inventory Qty,Variant Price,Image Src,Image Position,Status"
)


def imports(bench: Bench) -> Result:
    """50,000 rows of a Shopify file, with pins meanwhile; then the same file again."""
    with bench.own() as server, on_core(cores()[1]):
        file = server.data / "products_export.csv"
        file.write_text("\n".join(_rows()), encoding="utf-8")
        figures: dict[str, Any] = asyncio.run(_measured(bench, server, file))
        figures["file_mb"] = _mb(file.stat().st_size)
    first = figures["first"]
    ratio = first["pins"]["p99_ms"] / figures["quiet"]["p99_ms"]
    return Result(
        "imports",
        figures,
        [
            Promise("peak memory", first["peak_mb"], "at most", ABOVE_IDLE_MB, "MB above idle"),
            Promise("a pin meanwhile, p99", round(ratio, 2), "at most", BESIDE, "× quiet"),
        ],
    )


def _rows() -> Iterator[str]:
    """Products of five variants, with long descriptions: some 4 KB each, and an emoji in them."""
    chance = random.Random(7)
    words = "linen cotton hand-made in Puglia washed soft wide cut pockets café 🧵".split()
    yield HEADER
    for number in range(ROWS // len(SIZES)):
        text = " ".join(chance.choices(words, k=500))
        title, price = f"Shirt {number}", f"{chance.randrange(500, 9_000) / 100:.2f}"
        for at, size in enumerate(SIZES):
            first = (title, f"<p>{text}</p>", "Bottega", "linen", "true", "Size")
            head = ",".join(first) if at == 0 else ",,,,,"
            picture = f"https://cdn.example/{number}-{at}.jpg"
            sku = f"SH-{number}-{size}"
            yield (
                f"shirt-{number},{head},{size},{sku},shopify,{number % 40},{price},"
                f"{picture},{at + 1},active"
            )


async def _measured(bench: Bench, server: Pinned, file: Path) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {CONTROL_KEY}"}
    async with (
        httpx.AsyncClient(
            base_url=f"{server.address}/api/v1", headers=headers, timeout=120
        ) as client,
        viewer_of(server) as viewer,
    ):
        bench.progress.say("pins, quiet")
        quiet = [await _one(client, viewer, number) for number in range(QUIET_PINS)]
        told: dict[str, Any] = {"quiet": spread(quiet)}
        for name in ("first", "again"):
            bench.progress.say(f"{ROWS:,} rows, {name}")
            told[name] = await _imported(server, client, viewer, file)
        return told


async def _imported(
    server: Pinned, client: httpx.AsyncClient, viewer: ClientConnection, file: Path
) -> dict[str, Any]:
    watched = Observed(server.pid)
    idle = peak = watched.resident_bytes()
    before, began = watched.used().total_ns, time.perf_counter()
    with file.open("rb") as opened:
        sending = asyncio.create_task(
            client.post("/catalogue/imports?currency=EUR", files={"file": opened})
        )
        pins: list[float] = []
        told: dict[str, Any] = {"status": "running"}
        while told["status"] == "running":
            pins.append(await _one(client, viewer, len(pins)))
            peak = max(peak, watched.resident_bytes())
            if sending.done() and len(pins) % ASKED_EVERY == 0:
                path = f"/catalogue/imports/{sending.result().json()['id']}"
                told = (await client.get(path)).json()
    took_s = time.perf_counter() - began
    return {
        "rows_per_second": round(ROWS / took_s),
        "s": round(took_s, 1),
        "cpu_s": round((watched.used().total_ns - before) / 1e9, 1),
        "peak_mb": _mb(peak - idle),
        "pins": spread(pins),
        **{name: told[name] for name in ("status", "created", "changed", "unchanged", "problems")},
    }


async def _one(client: httpx.AsyncClient, viewer: ClientConnection, number: int) -> float:
    await asyncio.sleep(PAUSE_S)
    if number % 200 == 0:
        await viewer.send('{"type":"ping"}')
    return await pin_ms(client, viewer, number)


def _mb(size: int) -> float:
    return round(size / 1e6, 1)
