"""How soon a page is there on a phone's line: requests, bytes, the product, the socket."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.async_api import BrowserContext

from loadtests.bench_context import Bench
from loadtests.result import Promise, Result
from tests.browser.chromium import chromium
from tests.photo import photo
from tests.running_server import CONTROL_KEY, Served, make_show, served

FAST_3G: Final = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
"""As DevTools emulate it: ms for each request, bytes a second. A socket is not slowed."""
SHOW: Final = "pages"
PICTURED: Final = "pictured"
"""A show whose ten products have a photo of 200 KB each."""
PATIENCE_S: Final = 30.0
QUIET_S: Final = 1.0
_FIRST_SEEN: Final = """(selector) => {
  const look = () => {
    const found = document.querySelector(selector);
    const complete = found?.complete !== false && found?.naturalWidth !== 0;
    if (found && complete && found.getClientRects().length) window.seenAt = performance.now();
    else requestAnimationFrame(look);
  };
  look();
}"""


@dataclass(frozen=True, slots=True)
class Page:
    """A page under measurement. `shows`: what somebody waits for on it; a picture, until it is
    complete. `density`: screen pixels for each of CSS."""

    name: str
    path: str
    shows: str
    size: tuple[int, int]
    visible_ms: int
    live_ms: int
    requests: int
    kilobytes: int
    density: float = 1


def _pages(overlay_path: str) -> tuple[Page, ...]:
    return (
        Page("viewer", f"/live/{SHOW}", ".card .price-now", (390, 844), 1200, 2000, 20, 90),
        Page(
            "viewer, ten photos",
            f"/live/{PICTURED}",
            ".card img",
            (390, 844),
            2500,
            2500,
            27,
            244,
            2,
        ),
        Page("overlay", overlay_path, ".v-stage", (1920, 1080), 2000, 2000, 24, 110),
        Page("control", f"/control?show={SHOW}", "control-bag", (1280, 800), 3000, 3000, 40, 160),
        Page("dock", f"/control/dock?show={SHOW}", "#control *", (320, 800), 3000, 3000, 40, 160),
    )


def pages(bench: Bench) -> Result:
    """Each page cold in Chromium on Fast 3G: what is asked for, and when it is there and live."""
    bench.no_other("it opens pages of its own show")
    with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "data") as server:
        made = make_show(server, SHOW)
        server.call(
            "POST", f"/api/v1/shows/{SHOW}/commands", {"type": "pin_product", "sku": "MUG-1"}
        )
        _show_with_photos(server)
        overlay = made["urls"]["overlay"].removeprefix(server.address)
        measured = asyncio.run(_measure(bench, server, _pages(overlay)))
    promises = []
    for page in _pages(overlay):
        got = measured[page.name]
        promises += [
            Promise(
                f"{page.name}: seen after", got["visible_ms"], "at most", page.visible_ms, "ms"
            ),
            Promise(f"{page.name}: live after", got["live_ms"], "at most", page.live_ms, "ms"),
            Promise(f"{page.name}: requests", got["requests"], "at most", page.requests),
            Promise(f"{page.name}: transferred", got["kilobytes"], "at most", page.kilobytes, "KB"),
        ]
    return Result("pages", measured, promises)


def _show_with_photos(server: Served) -> None:
    skus = [f"PHOTO-{number}" for number in range(1, 11)]
    price = {"amount": 1890, "currency": "EUR"}
    with server.client(**{"content-type": "image/jpeg"}) as client:
        for number, sku in enumerate(skus):
            kept = client.post("/api/v1/images", content=photo(number)).raise_for_status().json()
            product = {"sku": sku, "title": sku, "price": price, "image": kept["url"]}
            server.call("POST", "/api/v1/products", product)
    body = {"slug": PICTURED, "title": "Photos", "currency": "EUR", "status": "live"}
    server.call("POST", "/api/v1/shows", body)
    server.call("PUT", f"/api/v1/shows/{PICTURED}/bag", {"skus": skus})
    pin = {"type": "pin_product", "sku": skus[0]}
    server.call("POST", f"/api/v1/shows/{PICTURED}/commands", pin)


async def _measure(bench: Bench, server: Served, wanted: tuple[Page, ...]) -> dict[str, Any]:
    measured = {}
    async with chromium() as browser:
        context = await browser.new_context(locale="en-GB")
        await _log_in(context, server)
        for page in wanted:
            bench.progress.say(f"opening {page.name}")
            rounds = [await _open(context, server, page) for _ in range(max(3, bench.rounds))]
            measured[page.name] = {
                name: round(statistics.median(each[name] for each in rounds), 1)
                for name in rounds[0]
            }
    return measured


async def _log_in(context: BrowserContext, server: Served) -> None:
    page = await context.new_page()
    await page.goto(f"{server.address}/control")
    await page.get_by_label("Control key or login link").fill(CONTROL_KEY)
    await page.get_by_role("button", name="Log in").click()
    await page.get_by_text(f"Show {SHOW}").first.wait_for()
    await page.close()


async def _open(context: BrowserContext, server: Served, page: Page) -> dict[str, float]:
    """One cold load, from the first request until the socket is live and all is quiet."""
    tab = await context.new_page()
    await tab.add_init_script(f"({_FIRST_SEEN})({page.shows!r})")
    protocol = await context.new_cdp_session(tab)
    seen: dict[str, Any] = {"requests": 0, "bytes": 0, "began": None, "live": None, "last": 0.0}

    def asked(event: Any) -> None:
        if event["request"]["url"].startswith("http"):
            seen["began"] = seen["began"] or event["timestamp"]
            seen["requests"] += 1
            seen["last"] = time.monotonic()

    def came(event: Any) -> None:
        seen["bytes"] += event["encodedDataLength"]
        seen["last"] = time.monotonic()

    def heard(event: Any) -> None:
        if '"type":"welcome"' in event["response"]["payloadData"]:
            seen["live"] = seen["live"] or event["timestamp"]

    protocol.on("Network.requestWillBeSent", asked)
    protocol.on("Network.loadingFinished", came)
    protocol.on("Network.webSocketFrameReceived", heard)
    await protocol.send("Emulation.setDeviceMetricsOverride", _screen(page))
    await protocol.send("Network.enable")
    await protocol.send("Network.clearBrowserCache")
    await protocol.send("Network.emulateNetworkConditions", FAST_3G)
    await tab.goto(f"{server.address}{page.path}", wait_until="commit")
    await _until_quiet(seen)
    visible_ms = await tab.evaluate("window.seenAt")
    await tab.close()
    return {
        "visible_ms": float(visible_ms or PATIENCE_S * 1000),
        "live_ms": (seen["live"] - seen["began"]) * 1000 if seen["live"] else PATIENCE_S * 1000,
        "requests": seen["requests"],
        "kilobytes": seen["bytes"] / 1024,
    }


def _screen(page: Page) -> dict[str, Any]:
    width, height = page.size
    return {"width": width, "height": height, "deviceScaleFactor": page.density, "mobile": False}


async def _until_quiet(seen: dict[str, Any]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if seen["live"] and time.monotonic() - seen["last"] > QUIET_S:
            return
        await asyncio.sleep(0.05)
