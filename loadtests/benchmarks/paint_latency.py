"""From the host's HTTP call to pixels: how long a pin takes to be painted by an overlay.

    python -m loadtests.benchmarks.paint_latency [--pins 60]

A real server, a real Chromium with the overlay at 1920×1080. The clock starts before the call is
sent and stops at the overlay's own `painted` receipt, two animation frames after the change. Both
are times of this machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from pathlib import Path

import httpx

from loadtests.machine import described
from tests.browser.chromium import chromium
from tests.running_server import CONTROL_KEY, Served, make_show, served

BETWEEN_PINS_S = 0.4
PATIENCE_S = 5.0


async def _painted(client: httpx.AsyncClient, seq: int) -> int:
    """When the overlay painted an event, in ms since 1970."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        listed = (await client.get("/api/v1/shows/paint/overlays")).json()["overlays"]
        if listed and (listed[0]["painted_seq"] or 0) >= seq:
            return int(listed[0]["painted_at"])
        await asyncio.sleep(0.02)
    raise TimeoutError(f"event {seq} was not painted within {PATIENCE_S} s")


async def measure(server: Served, overlay_url: str, pins: int) -> list[float]:
    """Milliseconds from call to paint, for each pin. The first two warm up and are left out."""
    headers = {"authorization": f"Bearer {CONTROL_KEY}"}
    took_ms = []
    async with (
        chromium() as browser,
        httpx.AsyncClient(base_url=server.address, headers=headers) as client,
    ):
        page = await browser.new_page(viewport={"width": 1920, "height": 1080})
        await page.goto(overlay_url)
        await page.wait_for_timeout(1500)
        for number in range(pins + 2):
            await asyncio.sleep(BETWEEN_PINS_S)
            started_ms = time.time() * 1000
            command = {"type": "pin_next"}
            answer = await client.post("/api/v1/shows/paint/commands", json=command)
            painted_at = await _painted(client, answer.json()["seq"])
            if number >= 2:
                took_ms.append(painted_at - started_ms)
    return took_ms


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pins", type=int, default=60)
    options = parser.parse_args()
    print(f"# {described()}", flush=True)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "data") as server:
        made = make_show(server, "paint")
        took_ms = asyncio.run(measure(server, made["urls"]["overlay"], options.pins))
    cuts = statistics.quantiles(took_ms, n=20)
    result = {
        "pins": len(took_ms),
        "median_ms": round(cuts[9], 1),
        "p95_ms": round(cuts[18], 1),
        "slowest_ms": round(max(took_ms), 1),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
