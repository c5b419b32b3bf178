"""Below a path behind a real nginx: phone, overlay and panel ask for nothing outside of it."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.async_api import Browser, Page, expect

from tests.browser.chromium import watch
from tests.deploy.nginx import Nginx
from tests.running_server import Served, make_show

PATH = "/vetrina"
COMMANDS = "/api/v1/shows/drop/commands"
PIN = {"type": "pin_product", "sku": "MUG-1"}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Served, str]]:
    """A server and the address that people know it by. nginx leaves the path."""
    nginx = Nginx(tmp_path / "nginx", below=PATH)
    public = f"{nginx.address}{PATH}"
    server = Served(tmp_path / "data", public_url=public)
    try:
        server.start()
        nginx.knows(server.port)
        nginx.start()
        yield server, public
    finally:
        nginx.stop()
        server.stop()


def picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (64, 64), "orange").save(drawn, "PNG")
    return drawn.getvalue()


def shown(server: Served) -> dict[str, str]:
    """A show with a pinned product that has a picture; the addresses that were told."""
    urls: dict[str, str] = make_show(server, "drop")["urls"]
    with server.client(**{"content-type": "image/png"}) as client:
        image = client.post("/api/v1/images", content=picture()).json()["url"]
    mug = server.call("GET", "/api/v1/products")["products"][0]
    server.call("POST", "/api/v1/products", {**mug, "image": image})
    server.call("POST", COMMANDS, PIN)
    return urls


async def opened(browser: Browser, url: str, asked: list[str], errors: list[list[str]]) -> Page:
    context = await browser.new_context(
        ignore_https_errors=True, viewport={"width": 1280, "height": 800}
    )
    page = await context.new_page()
    page.set_default_timeout(20_000)
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    errors.append(watch(page))
    await page.goto(url)
    return page


async def drawn(page: Page) -> None:
    """Wait until every picture on the page is there."""
    await page.wait_for_function(
        "[...document.images].filter((one) => one.src && one.loading !== 'lazy')"
        ".every((one) => one.complete && one.naturalWidth > 0)"
    )


async def test_everything_is_below_the_path(browser: Browser, site: tuple[Served, str]) -> None:
    server, public = site
    urls = await asyncio.to_thread(shown, server)
    asked: list[str] = []
    errors: list[list[str]] = []

    phone = await opened(browser, urls["viewer"], asked, errors)
    overlay = await opened(browser, urls["overlay"], asked, errors)
    await expect(phone.locator("body")).to_contain_text("Moka mug, hand-glazed")
    await expect(overlay.locator(".v-pin")).to_contain_text("Moka mug, hand-glazed")
    for page in (phone, overlay):
        await drawn(page)
    apron = {"type": "pin_product", "sku": "APR-3"}
    await asyncio.to_thread(server.call, "POST", COMMANDS, apron)
    for page in (phone, overlay):
        await expect(page.locator("body")).to_contain_text("Linen apron, olive")

    login = await asyncio.to_thread(server.call, "POST", "/api/v1/login-codes", {})
    assert login["url"].startswith(f"{public}/control#code=")
    panel = await opened(browser, login["url"], asked, errors)
    await expect(panel.locator("control-bag")).to_contain_text("Linen apron, olive")
    await panel.goto(urls["control"])
    await expect(panel.locator("control-bag")).to_contain_text("Moka mug, hand-glazed")
    await drawn(panel)
    for path in ("/", "/docs", "/control/dock?show=drop"):
        page = await opened(browser, f"{public}{path}", asked, errors)
        await expect(page.locator("body")).to_contain_text("Vetrina")

    here = urlsplit(public)
    for url in asked:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob"):
            assert parts.netloc == here.netloc, url
            assert parts.path.startswith(f"{PATH}/"), url
    assert any(urlsplit(url).path == f"{PATH}/ws" for url in asked)
    assert any(url.startswith(f"{public}/media/") for url in asked)
    assert errors == [[]] * len(errors)
