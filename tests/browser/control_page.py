"""A host at the control panel: how tests log in and find things."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.chromium import watch
from tests.browser.shop import KEY, SLUG, Shop
from tests.waiting import PATIENCE_MS

KEYS = ("ctl_", "ovl_", "whsec_")
# What the browser itself logs of answers of 400 and above, and of a server that is away.
LOGGED = ("console: Failed to load resource: ", "console: WebSocket connection to ")

LEAKS = """(prefixes) => {
  const places = [location.href, document.title, document.documentElement.outerHTML];
  return prefixes.filter((prefix) => places.some((text) => text.includes(prefix + "0")
    || new RegExp(prefix + "[A-Za-z0-9_+/-]{8}").test(text)));
}"""


async def sit_down(page: Page, shop: Shop, path: str = "/control") -> None:
    """Log in with the key and open the show."""
    await page.goto(f"{shop.url}{path}?show={SLUG}")
    await log_in(page, KEY)
    await expect(page.locator("control-bag")).to_be_visible()
    await expect(page.locator(".c-empty-bag:visible", has_text="Fetching")).to_have_count(0)


async def log_in(page: Page, text: str) -> None:
    await page.get_by_label("Control key or login link").fill(text)
    await page.get_by_role("button", name="Log in").click()


@asynccontextmanager
async def refused_page(browser: Browser) -> AsyncIterator[Page]:
    """A page on which the server may refuse or be away, which the browser itself logs."""
    page = await browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(PATIENCE_MS)
    errors = watch(page)
    yield page
    assert [error for error in errors if not error.startswith(LOGGED)] == []


def row(page: Page, title: str) -> Locator:
    return page.locator("control-bag-row", has_text=title)


async def on_air(page: Page, *titles: str) -> None:
    """Wait until exactly these rows are marked as on air."""
    await expect(page.locator("control-bag-row[data-air] .c-name")).to_have_text(list(titles))


async def empty_show(shop: Shop, currency: str = "EUR") -> None:
    """A live show with an empty bag, and an empty catalogue."""
    made = {"slug": SLUG, "title": "Spring drop", "currency": currency, "status": "live"}
    await shop.call("POST", "/shows", made)


def toast(page: Page) -> Locator:
    return page.locator(".c-toast").last


async def numbers(page: Page) -> str:
    """The call numbers in the order of the rows: "1 2 3"."""
    return " ".join(await page.locator("control-bag .c-call").all_inner_texts())


async def bag_skus(shop: Shop) -> list[str]:
    bag = await shop.call("GET", f"/shows/{SLUG}/bag")
    return [product["sku"] for product in bag["products"]]


async def state(shop: Shop) -> dict:
    return (await shop.call("GET", f"/shows/{SLUG}"))["state"]
