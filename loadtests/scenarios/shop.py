"""What pages of the shop tab cost the server, from a small shop to one of 100,000 products."""

from __future__ import annotations

import random
import re
import statistics
from collections.abc import Callable
from typing import Any, Final

import httpx

from loadtests import bulk_fill
from loadtests.bench_context import Bench
from loadtests.process_usage import Observed, cores, on_core
from loadtests.result import Promise, Result
from loadtests.targets import Pinned

SIZES: Final = (100, 10_000, 100_000)
PAGES: Final = 150
PAGE_MS: Final = 60.0
"""At 100,000 products, p95, from the request to the whole page."""
NEXT: Final = re.compile(r'rel="next" href="([^"]+)"')


def shop(bench: Bench) -> Result:
    """The shop's pages with 100, 10,000 and 100,000 products: grid, categories, search."""
    figures: dict[str, Any] = {}
    for many in SIZES:
        with bench.own() as server, on_core(cores()[1]):
            server.stop()
            bench.progress.say(f"{many:,} products are written")
            took_s = bulk_fill.shop(server.data, many)
            server.start()
            figures[f"{many:,}"] = {"written_s": round(took_s, 1), **_measured(bench, server)}
    largest = figures[f"{SIZES[-1]:,}"]
    slowest = max(each["p95_ms"] for each in largest["pages"].values())
    promise = Promise("slowest page of 100,000 products, p95", slowest, "at most", PAGE_MS, "ms")
    return Result("shop", figures, [promise])


def _measured(bench: Bench, server: Pinned) -> dict[str, Any]:
    used = Observed(server.pid)
    headers = {"accept": "text/html", "accept-encoding": "identity"}
    pages = {}
    with httpx.Client(base_url=server.address, headers=headers, timeout=60) as client:
        for name, address in _addresses(client).items():
            bench.progress.say(f"reading {name}")
            pages[name] = _paged(client, used, address)
    return {"pages": pages}


def _addresses(client: httpx.Client) -> dict[str, Callable[[], str]]:
    chance, shop = random.Random(7), f"/shop/{bulk_fill.SHOP}"
    deep = _deep(client, f"{shop}?sort=price")
    return {
        "first page": lambda: shop,
        "deep page, by price": lambda: chance.choice(deep),
        "category, by price": lambda: f"{shop}?category=Kind+{chance.randrange(20)}&sort=price",
        "search, a common word": lambda: f"{shop}?q=thing",
        "search, a rare word": lambda: f"{shop}?q=number{chance.randrange(100)}",
        "search, none": lambda: f"{shop}?q=nowhere",
        "search, two common words": lambda: f"{shop}?q=thing+{chance.choice(('red', 'blue'))}",
        "product": lambda: f"{shop}/products/S-{chance.randrange(100)}",
    }


def _deep(client: httpx.Client, address: str) -> list[str]:
    """Addresses of the pages that follow, as far as a patient visitor goes."""
    found = [address]
    for _ in range(20):
        more = NEXT.search(client.get(found[-1]).raise_for_status().text)
        if more is None:
            break
        found.append(more[1].replace("&amp;", "&"))
    return found


def _paged(client: httpx.Client, used: Observed, address: Callable[[], str]) -> dict[str, float]:
    took_ms, before, size = [], used.used().total_ns, 0
    for _ in range(PAGES):
        answer = client.get(address()).raise_for_status()
        took_ms.append(answer.elapsed.total_seconds() * 1e3)
        size += len(answer.content)
    spread = statistics.quantiles(took_ms, n=100)
    return {
        "p50_ms": round(statistics.median(took_ms), 2),
        "p95_ms": round(spread[94], 2),
        "p99_ms": round(spread[98], 2),
        "cpu_ms": round((used.used().total_ns - before) / 1e6 / PAGES, 2),
        "kb": round(size / PAGES / 1e3, 1),
    }
