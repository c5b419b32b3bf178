"""`make shots`: the pictures of the documents, taken from a real server with a show on it.

    python -m tests.browser.shots [folder]

Server and pages share a clock that stands still, so a countdown shows the same digits every time.
The purchases are signed deliveries, as a shop sends them.
"""

from __future__ import annotations

import asyncio
import base64
import io
import sys
import tempfile
from pathlib import Path
from typing import Any

import orjson
from PIL import Image
from playwright.async_api import Browser, Page

from tests.browser.chromium import chromium
from tests.browser.overlay_page import PUBLIC_URL, crowd, sell_in_shopify, set_scene
from tests.browser.shop import KEY, SLUG, Shop, open_shop
from tests.browser.shop_scene import fill_shop

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
STILL = Path(__file__).with_name("studio.svg").read_text(encoding="utf-8")
OBS = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/127.0.0.0 Safari/537.36 OBS/31.0.2"
CANVASES: dict[str, Any] = {
    "main": {"width": 1920, "height": 1080},
    "vertical": {"width": 1080, "height": 1920},
}
# What of the still each canvas shows: on the tall one the face stands between the cards.
CROPS = {"main": "0 0 1920 1080", "vertical": "287 -235 982 1745"}
OVERLAYS = (("main", "16x9", 1280), ("vertical", "9x16", 720))
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True}
PANEL = {"viewport": {"width": 1280, "height": 800}}
DOCK = {"viewport": {"width": 300, "height": 600}, "device_scale_factor": 2}
APPEARS_S = 20
GAP = 40
GROUND = (226, 215, 195)
SETTLED = """() => Promise.allSettled([
  document.fonts.ready,
  ...[...document.images].map((image) => image.decode()),
  ...document.getAnimations().map((animation) => animation.finished),
])"""


async def open_page(browser: Browser, shop: Shop, path: str, **look: Any) -> Page:
    """A page whose clock stands where the server's does, logged in where that matters."""
    context = await browser.new_context(locale="en-GB", timezone_id="Europe/Rome", **look)
    page = await context.new_page()
    now_s = shop.clock.now_ms() / 1000
    await page.clock.install(time=now_s - 60)
    await page.clock.pause_at(now_s)
    # The panel shows how to drag a link; this one is made up and never opened.
    link = orjson.dumps({"id": None, "url": f"{shop.url}/overlay/ovl_made-for-a-picture"}).decode()
    kept = {"vetrina.control.key": KEY, f"vetrina.control.overlay.{SLUG}": link}
    await page.add_init_script(
        f"for (const [name, text] of Object.entries({orjson.dumps(kept).decode()}))"
        " localStorage.setItem(name, text);"
    )
    await page.goto(shop.url + path)
    return page


async def appears(page: Page, selector: str) -> None:
    """Let the page's time pass until something is there: a page draws in its next frame."""
    async with asyncio.timeout(APPEARS_S):
        while not await page.locator(selector).first.is_visible():
            await page.clock.run_for(50)


async def settle(page: Page) -> None:
    """Two seconds of the page's own time, then whatever still loads or moves."""
    await page.clock.run_for(2_000)
    await page.evaluate(SETTLED)


async def open_overlay(browser: Browser, shop: Shop, key: str, label: str) -> Page:
    """The overlay over a still from a video, as OBS would show it."""
    path = f"/overlay/{key}?lang=en-GB&label={label}"
    page = await open_page(browser, shop, path, viewport=CANVASES[label], user_agent=OBS)
    await appears(page, ".v-disclosure")
    still = base64.b64encode(STILL.replace(CROPS["main"], CROPS[label]).encode()).decode()
    await page.evaluate(
        "(image) => Object.assign(document.documentElement.style,"
        " {background: `url(${image}) center / cover`, height: '100%'})",
        f"data:image/svg+xml;base64,{still}",
    )
    return page


async def take_overlays(browser: Browser, shop: Shop, folder: Path) -> None:
    """Both canvases in both themes; the pages stay open, so that the panel finds them on air."""
    key = (await shop.call("POST", f"/shows/{SLUG}/keys", {"role": "overlay"}))["key"]
    pages = {label: await open_overlay(browser, shop, key, label) for label in CANVASES}
    await shop.do("pin_product", sku="MUG-1")
    await shop.sell("MUG-1", 2, region="IT")
    for label, name, width in OVERLAYS:
        page = pages[label]
        await appears(page, ".v-ticker")
        await settle(page)
        for theme in ("paper", "notte"):
            await page.evaluate(
                "(theme) => { document.documentElement.dataset.theme = theme; }", theme
            )
            keep(await page.screenshot(), folder / f"overlay-{name}-{theme}.png", width)


async def take_pages(browser: Browser, shop: Shop, folder: Path) -> None:
    """The viewer page on a phone, the panel, and the dock."""
    for name, path, awaited, look in (
        ("viewer", f"/live/{SLUG}", ".v-pin", PHONE),
        ("control", f"/control?show={SLUG}", "control-bag-row", PANEL),
        ("dock", f"/control/dock?show={SLUG}", "control-bag-row", DOCK),
    ):
        page = await open_page(browser, shop, path, **look)
        await appears(page, awaited)
        await settle(page)
        keep(await page.screenshot(), folder / f"{name}.png")


async def take_shop_tab(browser: Browser, shop: Shop, folder: Path) -> None:
    """The shop tab and one of its products, beside each other."""
    taken = []
    for path in ("/shop/giulia", "/shop/giulia/products/APR-3?variant=APR-3-M-O"):
        page = await open_page(browser, shop, path, **PHONE)
        await appears(page, "h1")
        await settle(page)
        taken.append(Image.open(io.BytesIO(await page.screenshot())).convert("RGB"))
    left, right = taken
    both = Image.new("RGB", (left.width + right.width + GAP, left.height), GROUND)
    both.paste(left, (0, 0))
    both.paste(right, (left.width + GAP, 0))
    out = io.BytesIO()
    both.save(out, "PNG")
    keep(out.getvalue(), folder / "shop.png", 1000)


async def take_shops(browser: Browser, shop: Shop, folder: Path) -> None:
    """A shop that is set up and works, and the matching of what it sold."""
    await sell_in_shopify(shop)
    page = await open_page(browser, shop, f"/control?show={SLUG}", **PANEL)
    await appears(page, "control-connections li")
    await page.get_by_role("button", name="Open Shopify").click()
    await appears(page, "[data-key=counted][data-check=done]")
    await settle(page)
    keep(await page.screenshot(), folder / "shops.png")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Match").click()
    await appears(page, ".c-matches select")
    await page.locator(".c-matches select").first.select_option("TT-02")
    await settle(page)
    keep(await page.screenshot(), folder / "shops-match.png")


def keep(taken: bytes, file: Path, width: int | None = None) -> None:
    """Write a screenshot as a picture of 256 colours; `width` scales it down."""
    picture = Image.open(io.BytesIO(taken)).convert("RGB")
    if width is not None:
        height = picture.height * width // picture.width
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    palette = picture.quantize(256, kmeans=3)
    dithered = picture.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
    file.parent.mkdir(parents=True, exist_ok=True)
    dithered.save(file, optimize=True)
    print(f"{file}  {file.stat().st_size // 1024} KiB")


async def take_all(folder: Path) -> None:
    """Set the scene on a server of its own and take all pictures into `folder`."""
    with tempfile.TemporaryDirectory() as data:
        async with (
            open_shop(Path(data), pin_slots=1, public_url=PUBLIC_URL) as shop,
            chromium() as browser,
        ):
            await fill_shop(shop)
            await set_scene(shop)
            async with crowd(shop):
                shop.clock.advance(1_000)
                await take_overlays(browser, shop, folder)
                await take_pages(browser, shop, folder)
                await take_shop_tab(browser, shop, folder)
                await take_shops(browser, shop, folder)


if __name__ == "__main__":
    asyncio.run(take_all(Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES))
