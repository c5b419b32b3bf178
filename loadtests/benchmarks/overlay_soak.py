"""A long show in one overlay: what it costs the streamer's machine, before and after.

    python -m loadtests.benchmarks.overlay_soak [--events 10000]

A real Chromium shows the overlay at 1920×1080 while ten events a second come and a clock that runs
faster than ours lets deals end and purchases go by. Numbers are taken after garbage collection:
DOM nodes, listeners and bytes of JavaScript.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from loadtests.machine import described
from tests.browser.chromium import chromium
from tests.browser.obs_host import Air, overlay_address
from tests.browser.purchase_rush import cost, rush
from tests.browser.shop import open_shop

EVENTS_A_TURN = 10
WARM_TURNS = 100
SAMPLES = 10


async def soak(events: int) -> dict[str, Any]:
    """Samples on the way, and how much each number grew from the first to the last."""
    turns = max(SAMPLES, (events // EVENTS_A_TURN - WARM_TURNS) // SAMPLES)
    with tempfile.TemporaryDirectory() as folder:
        async with open_shop(Path(folder)) as shop, chromium() as browser:
            page = await browser.new_page(viewport={"width": 1920, "height": 1080})
            air = Air(page, await overlay_address(shop))
            await air.open()
            await rush(air, WARM_TURNS)
            started = time.monotonic()
            samples = [await cost(page)]
            for part in range(SAMPLES):
                await rush(air, turns, first=WARM_TURNS + part * turns)
                samples.append(await cost(page))
    growth = {name: round(samples[-1][name] / samples[0][name], 3) for name in samples[0]}
    took_s = round(time.monotonic() - started, 1)
    return {
        "events": EVENTS_A_TURN * (WARM_TURNS + SAMPLES * turns),
        "took_s": took_s,
        "first": samples[0],
        "last": samples[-1],
        "growth": growth,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=10_000)
    events = parser.parse_args().events
    print(f"# {described()}", flush=True)
    print(json.dumps(asyncio.run(soak(events))))


if __name__ == "__main__":
    main()
