"""A show in a hurry: every kind of event, over and over; and what a page costs after it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from playwright.async_api import Page

from tests.browser.obs_host import Air, bought, deal, pin
from tests.browser.shop import product


def _turn(number: int, at: int) -> Iterator[dict[str, Any]]:
    """Ten events: a new pin and its end, a deal and its end, stock, words, orders."""
    sku = f"SKU-{number % 12}"
    name = f"d{number}"
    yield {"type": "product_pinned", "pin": pin(number=number % 12 + 1, at=at, sku=sku, stock=5)}
    over = {"product": product(sku), "starts_at": at, "ends_at": at + 90_000}
    yield {"type": "deal_started", "deal": deal(0, name, **over)}
    yield {"type": "deal_stock_changed", "deal": name, "left": number % 50}
    yield {"type": "stock_changed", "sku": sku, "quantity": number % 9}
    yield {"type": "announced", "text": f"Announcement {number}", "until": None}
    for order in range(3):
        yield bought(10 * number + order, f"Product {number % 7}", occurred_at=at)
    yield {"type": "deal_ended", "deal": name, "sku": sku, "reason": "sold_out"}
    yield {"type": "product_unpinned", "slot": 1, "sku": sku, "reason": "unpinned"}


async def rush(air: Air, turns: int, first: int = 0) -> None:
    """Ten events a second for so many seconds."""
    for number in range(first, first + turns):
        for event in _turn(number, air.now):
            await air.events(event)
        await air.passes(1_000)


async def cost(page: Page) -> dict[str, float]:
    """DOM nodes, listeners and bytes of JavaScript that are left when the garbage is gone."""
    session = await page.context.new_cdp_session(page)
    await session.send("Performance.enable")
    for _ in range(3):
        await session.send("HeapProfiler.collectGarbage")
    answer = await session.send("Performance.getMetrics")
    await session.detach()
    wanted = ("Nodes", "JSEventListeners", "JSHeapUsedSize")
    return {one["name"]: one["value"] for one in answer["metrics"] if one["name"] in wanted}
