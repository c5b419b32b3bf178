"""What long lists cost: each page by itself, and a pin while somebody reads page after page."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final

import httpx
from websockets.asyncio.client import ClientConnection

from loadtests import bulk_fill
from loadtests.bench_context import Bench
from loadtests.pins import pin_ms, spread, viewer_of
from loadtests.process_usage import Observed, cores, on_core
from loadtests.result import Promise, Result
from loadtests.targets import Pinned
from tests.running_server import CONTROL_KEY

PRODUCTS: Final = 100_000
SHOWS: Final = 10_000
PAGE_MS: Final = 20.0
BESIDE: Final = 1.2
"""A pin's p99 while lists are read, as a multiple of that without."""
PAGES: Final = 200
PINS: Final = 150
PAUSE_S: Final = 0.02
Reading = Callable[[httpx.AsyncClient], Awaitable[None]]


def lists(bench: Bench) -> Result:
    """100,000 products and 10,000 shows: every page, and pins meanwhile."""
    with bench.own() as server, on_core(cores()[1]):
        server.stop()
        bench.progress.say(f"{PRODUCTS:,} products and {SHOWS:,} shows are written")
        bulk_fill.catalogue(server.data, PRODUCTS)
        bulk_fill.ended_shows(server.data, SHOWS)
        server.start()
        figures: dict[str, Any] = asyncio.run(_measured(bench, server))
    slowest = max(each["p99_ms"] for each in figures["pages"].values())
    ratio = figures["pins"]["reading pages"]["p99_ms"] / figures["pins"]["quiet"]["p99_ms"]
    return Result(
        "lists",
        figures,
        [
            Promise("slowest page, p99", slowest, "at most", PAGE_MS, "ms"),
            Promise(
                "a pin beside pages that are read, p99",
                round(ratio, 2),
                "at most",
                BESIDE,
                "× quiet",
            ),
        ],
    )


async def _measured(bench: Bench, server: Pinned) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {CONTROL_KEY}", "accept-encoding": "identity"}
    used = Observed(server.pid)
    async with httpx.AsyncClient(
        base_url=f"{server.address}/api/v1", headers=headers, timeout=120
    ) as client:
        pages = {}
        for name, path in _paths().items():
            bench.progress.say(f"reading {name}")
            pages[name] = await _paged(client, used, path)
        bench.progress.say("the whole catalogue at once")
        whole = await _whole(client, used)
        pins = await _pins(bench, server, client)
    return {"pages": pages, "whole catalogue": whole, "pins": pins}


def _paths() -> dict[str, Callable[[], str]]:
    chance = random.Random(7)
    return {
        "products": lambda: f"/products?limit=100&after={chance.randrange(PRODUCTS)}",
        "products, a common word": lambda: (
            f"/products?q=hand-made&after={chance.randrange(PRODUCTS)}"
        ),
        "products, a rare word": lambda: f"/products?q=nowhere&after={chance.randrange(PRODUCTS)}",
        "shows": lambda: f"/shows?limit=100&after={chance.randrange(1, SHOWS)}",
    }


async def _paged(
    client: httpx.AsyncClient, used: Observed, path: Callable[[], str]
) -> dict[str, float]:
    took_ms, before = [], used.used().total_ns
    for _ in range(PAGES):
        began = time.perf_counter()
        answer = await client.get(path())
        took_ms.append((time.perf_counter() - began) * 1e3)
        answer.raise_for_status()
    cpu_ms = (used.used().total_ns - before) / 1e6 / PAGES
    return {**spread(took_ms), "cpu_ms": round(cpu_ms, 2)}


async def _whole(client: httpx.AsyncClient, used: Observed) -> dict[str, float]:
    began, before = time.perf_counter(), used.used().total_ns
    answer = await client.get("/products")
    assert len(answer.json()["products"]) > PRODUCTS
    return {
        "s": round(time.perf_counter() - began, 2),
        "cpu_s": round((used.used().total_ns - before) / 1e9, 2),
        "mb": round(len(answer.content) / 1e6, 1),
    }


async def _pins(bench: Bench, server: Pinned, client: httpx.AsyncClient) -> dict[str, Any]:
    """Turn by turn, so that whatever else the machine does meets all alike."""
    kinds: dict[str, Reading] = {
        "quiet": _nothing,
        "reading pages": _pages_on_and_on,
        "reading the whole catalogue": _whole_on_and_on,
    }
    took: dict[str, list[float]] = {name: [] for name in kinds}
    async with viewer_of(server) as viewer:
        for number in range(max(1, bench.rounds // 3)):
            for name, reading in kinds.items():
                bench.progress.say(f"pins, {name}, round {number + 1}")
                await viewer.send('{"type":"ping"}')
                took[name] += await _pinned(client, viewer, reading)
    return {name: spread(values) for name, values in took.items()}


async def _pinned(
    client: httpx.AsyncClient, viewer: ClientConnection, reading: Reading
) -> list[float]:
    """From the request to the frame at a viewer, in ms."""
    async with httpx.AsyncClient(
        base_url=client.base_url, headers=client.headers, timeout=120
    ) as reader:
        beside = asyncio.create_task(reading(reader))  # type: ignore[arg-type]
        took = []
        try:
            for number in range(PINS):
                await asyncio.sleep(PAUSE_S)
                took.append(await pin_ms(client, viewer, number))
        finally:
            beside.cancel()
            with suppress(asyncio.CancelledError):
                await beside
    return took


async def _nothing(_: httpx.AsyncClient) -> None:
    return


async def _pages_on_and_on(client: httpx.AsyncClient) -> None:
    while True:
        for path in _paths().values():
            (await client.get(path())).raise_for_status()


async def _whole_on_and_on(client: httpx.AsyncClient) -> None:
    while True:
        async with client.stream("GET", "/products") as answer:
            async for _ in answer.aiter_raw():
                pass
