"""The pages of text: the handbook, and the description of the API."""

import asyncio

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.contrast import FAINT_TEXT

SHIFTED = """() => new Promise((told) => {
  const sum = (entries) => entries.reduce((all, { value }) => all + value, 0);
  const watch = new PerformanceObserver((list) => told(sum(list.getEntries())));
  watch.observe({ type: "layout-shift", buffered: true });
  // Without a shift the observer is not called.
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => told(0))));
})"""
PAINTED = "() => performance.getEntriesByName('first-contentful-paint').length > 0"


async def test_nothing_moves_when_the_fonts_come_late(page: Page, shop):
    await page.set_viewport_size({"width": 412, "height": 823})
    painted = asyncio.Event()

    async def late(route: Route) -> None:
        await painted.wait()
        await route.continue_()

    await page.route("**/*.woff2", late)
    for path in ("/docs", "/handbook/settings"):
        painted.clear()
        await page.goto(shop.url + path, wait_until="commit")
        await page.wait_for_function(PAINTED)
        painted.set()
        await page.wait_for_load_state("load")
        await page.evaluate("document.fonts.ready")
        assert await page.evaluate(SHIFTED) < 0.02, path


async def test_a_reader_searches_follows_and_sees_nothing_cut(page: Page, shop):
    await page.goto(f"{shop.url}/handbook")
    await page.get_by_role("searchbox").fill("tunnel")
    await page.keyboard.press("Enter")
    await page.get_by_role("main").get_by_role("link", name="From your own computer").click()
    await expect(page).to_have_url(
        f"{shop.url}/handbook/public-address#from-your-own-computer-a-tunnel"
    )
    await page.get_by_role("navigation").get_by_role("link", name="Settings").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Settings")
    for width in (260, 390, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, width


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_of_the_handbook_stands_out(page: Page, shop, scheme):
    await page.emulate_media(color_scheme=scheme)
    await page.goto(f"{shop.url}/handbook?q=tunnel")
    assert await page.evaluate(FAINT_TEXT) == []
