"""An overlay behind nginx does not notice that the processes behind it are killed, or the bus."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.deploy.clusters import COMMANDS, Cluster, cluster

TITLES = {
    "MUG-1": "Moka mug, hand-glazed",
    "APR-3": "Linen apron, olive",
    "CUP-4": "Espresso cups, set of 4",
}
# Frames in which no pinned product was to be seen, since the first one.
WATCH = """() => {
  window.gone = 0;
  const look = () => {
    if (!document.querySelector(".v-pin")) window.gone += 1;
    requestAnimationFrame(look);
  };
  look();
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def three(tmp_path: Path, postgres: str) -> AsyncIterator[Cluster]:
    async with cluster(tmp_path / "cluster", postgres) as opened:
        yield opened


async def pinned(three: Cluster, page: Page, sku: str) -> None:
    """Pin it, and wait until it is on the screen."""
    await three.call("POST", COMMANDS, {"type": "pin_product", "sku": sku})
    await expect(page.locator(".v-pin")).to_contain_text(TITLES[sku])


async def test_the_overlay_does_not_notice(three: Cluster, browser: Browser) -> None:
    context = await browser.new_context(
        ignore_https_errors=True, viewport={"width": 1920, "height": 1080}
    )
    page = await context.new_page()
    await page.goto(three.overlay)
    await pinned(three, page, "MUG-1")
    await page.evaluate(WATCH)
    for process, sku in zip(three.processes, ("APR-3", "CUP-4", "MUG-1"), strict=True):
        process.kill()
        await pinned(three, page, sku)
        await asyncio.to_thread(process.start)
    await three.bus.close()
    await pinned(three, page, "APR-3")
    await three.bus.open()
    await pinned(three, page, "CUP-4")
    # Neither reloaded nor empty in between.
    assert await page.evaluate("window.gone") == 0
    await context.close()
