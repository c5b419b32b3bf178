"""However many buy at once, the overlay stays readable: from the shop's webhook to the pixels."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest
from playwright.async_api import Page, expect

from tests.browser.obs_host import overlay_address
from tests.browser.shop import SLUG, Shop

LINE = ".v-ticker__line"
SHORTEST_MS = 4_000
MINUTE_MS = 60_000
PER_MINUTE = 12
STEP_MS = 250
STORM = 500
# Every line with the page's own time of its coming and going.
RECORD = """() => {
  window.told = [];
  let last = null;
  const look = () => {
    const text = document.querySelector(".v-ticker__line")?.textContent ?? null;
    if (text === last) return;
    const now = performance.now();
    if (last !== null) window.told[window.told.length - 1].gone = now;
    if (text !== null) window.told.push({ text, came: now, gone: null });
    last = text;
  };
  const all = { childList: true, characterData: true, subtree: true };
  new MutationObserver(look).observe(document, all);
}"""


@dataclass(frozen=True)
class Told:
    """A line of the ticker: what it said, from when to when."""

    text: str
    came: float
    gone: float | None


async def _watch(page: Page, shop: Shop, query: str) -> None:
    """Open the overlay on a clock that stands where the server's does."""
    address = await overlay_address(shop)
    await page.set_viewport_size({"width": 1920, "height": 1080})
    now_s = shop.clock.now_ms() / 1000
    await page.clock.install(time=now_s - 60)
    await page.clock.pause_at(now_s)
    await page.goto(f"{address}?lang=en-GB&motion=off&{query}")
    await expect(page.locator(".v-disclosure")).to_be_visible()
    await page.evaluate(RECORD)


async def _pass(page: Page, shop: Shop, ms: int) -> None:
    """Time on both sides, in steps; the socket keeps up with it."""
    for _ in range(ms // STEP_MS):
        shop.clock.advance(STEP_MS)
        await page.clock.run_for(STEP_MS)


async def _told(page: Page) -> list[Told]:
    return [Told(**line) for line in await page.evaluate("window.told")]


@pytest.mark.parametrize("query", ["", "showtime=0&cooldown=0"], ids=["as it comes", "hurried"])
async def test_a_storm_of_orders_is_told_at_a_readable_pace(
    page: Page, shop: Shop, query: str
) -> None:
    await _watch(page, shop, query)
    await shop.sell("SKU-0")
    await expect(page.locator(LINE)).to_have_text("Someone bought Moka mug, hand-glazed")
    await asyncio.gather(*(shop.sell(f"SKU-{n % 12}") for n in range(STORM)))
    for second in range(75):
        await _pass(page, shop, 1_000)
        if second % 3 == 0:
            await shop.sell(f"SKU-{second % 12}", 2)
    await _pass(page, shop, 60_000)
    told = await _told(page)
    gone = [line for line in told if line.gone is not None]
    assert min(line.gone - line.came for line in gone) >= SHORTEST_MS
    # The page counts minutes of the server's clock, which it knows to a step of this test.
    minute_ms = MINUTE_MS - 2 * STEP_MS
    in_a_minute = [
        sum(one.came <= other.came < one.came + minute_ms for other in told) for one in told
    ]
    assert 8 <= max(in_a_minute) <= PER_MINUTE
    many = [int(line.text.split()[0]) for line in told if " people bought " in line.text]
    assert max(many) >= 5
    state = (await shop.call("GET", f"/shows/{SLUG}"))["state"]
    assert len(state["ticker"]) == 20


async def test_a_refund_in_a_storm_takes_its_line_away_and_says_nothing(
    page: Page, shop: Shop
) -> None:
    await _watch(page, shop, "")
    order = await shop.sell("SKU-0")
    await expect(page.locator(LINE)).to_have_count(1)
    later = await shop.sell("SKU-1")
    await shop.refund(order)
    await shop.refund(later)
    await expect(page.locator(LINE)).to_have_count(0)
    await _pass(page, shop, 15_000)
    assert [line.text for line in await _told(page)] == ["Someone bought Moka mug, hand-glazed"]
