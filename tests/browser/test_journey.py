"""The whole way: a host's command, a shop's webhook, pixels in the overlay and on a phone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.chromium import watch
from tests.running_server import Served, make_show, purchase, served, signed
from tests.waiting import PATIENCE_MS

PIN = {"type": "pin_product", "sku": "MUG-1"}
DEAL = {
    "type": "start_deal",
    "sku": "MUG-1",
    "price": {"amount": 1890, "currency": "EUR"},
    "duration_s": 300,
    "quantity": 10,
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path / "data", heartbeat_ms="2000") as running:
        yield running


async def _call(server: Served, method: str, path: str, body: Any = None) -> Any:
    """Without holding the loop up that the browser talks over."""
    return await asyncio.to_thread(server.call, method, path, body)


async def _open(browser: Browser, url: str, width: int, height: int) -> Page:
    page = await browser.new_page(viewport={"width": width, "height": height})
    page.set_default_timeout(PATIENCE_MS)
    await page.goto(url)
    return page


async def _buy(server: Served, connection: dict[str, str], order: str) -> int:
    body = purchase(order, quantity=2)
    async with httpx.AsyncClient(base_url=server.address) as client:
        headers = signed(connection["secret"], order, body)
        path = f"/webhooks/{connection['id']}"
        return (await client.post(path, content=body, headers=headers)).status_code


async def test_a_pin_a_deal_and_a_purchase_reach_overlay_and_phone(
    browser: Browser, server: Served
) -> None:
    made = await asyncio.to_thread(make_show, server, "drop")
    connection = await _call(
        server, "POST", "/api/v1/connections", {"kind": "generic", "show": "drop"}
    )
    overlay = await _open(browser, made["urls"]["overlay"], 1920, 1080)
    viewer = await _open(browser, made["urls"]["viewer"], 390, 844)
    errors = [watch(page) for page in (overlay, viewer)]

    await _call(server, "POST", "/api/v1/shows/drop/commands", [PIN, DEAL])
    for page in (overlay, viewer):
        await expect(page.get_by_text("Moka mug, hand-glazed").first).to_be_visible()
        await expect(page.get_by_text("€18.90").first).to_be_visible()
        await expect(page.get_by_text("10 of 10 left").first).to_be_visible()

    assert await _buy(server, connection, "A-17") == 200
    await expect(overlay.get_by_text("Someone bought")).to_be_visible()
    for page in (overlay, viewer):
        await expect(page.get_by_text("8 of 10 left").first).to_be_visible()
    assert errors == [[], []]


async def test_overlay_and_phone_outlive_a_killed_server(browser: Browser, server: Served) -> None:
    """Nobody touches them: they come back by themselves and show what is true then."""
    made = await asyncio.to_thread(make_show, server, "drop")
    overlay = await _open(browser, made["urls"]["overlay"], 1920, 1080)
    viewer = await _open(browser, made["urls"]["viewer"], 390, 844)
    await _call(server, "POST", "/api/v1/shows/drop/commands", PIN)
    for page in (overlay, viewer):
        await expect(page.get_by_text("Moka mug, hand-glazed").first).to_be_visible()

    await asyncio.to_thread(server.kill)
    await expect(overlay.get_by_text("Moka mug, hand-glazed").first).to_be_visible()
    await asyncio.to_thread(server.start)
    pin = {"type": "pin_product", "sku": "APR-3"}
    await _call(server, "POST", "/api/v1/shows/drop/commands", pin)
    for page in (overlay, viewer):
        await expect(page.get_by_text("Linen apron, olive").first).to_be_visible()


async def test_a_script_in_a_title_is_text_everywhere(browser: Browser, server: Served) -> None:
    made = await asyncio.to_thread(make_show, server, "drop")
    title = "<script>document.title='owned'</script><img src=x onerror=alert(1)>"
    price = {"amount": 990, "currency": "EUR"}
    product = {"sku": "MUG-1", "title": title, "price": price, "link": "https://shop.example"}
    await _call(server, "POST", "/api/v1/products", product)
    await _call(server, "POST", "/api/v1/shows/drop/commands", PIN)
    for url, width in ((made["urls"]["overlay"], 1920), (made["urls"]["viewer"], 390)):
        page = await _open(browser, url, width, 900)
        errors = watch(page)
        await expect(page.get_by_text("<script>").first).to_be_visible()
        assert await page.title() != "owned"
        assert errors == []


async def test_a_revoked_overlay_goes_dark_within_a_second(
    browser: Browser, server: Served
) -> None:
    made = await asyncio.to_thread(make_show, server, "drop")
    overlay = await _open(browser, made["urls"]["overlay"], 1920, 1080)
    await _call(server, "POST", "/api/v1/shows/drop/commands", PIN)
    await expect(overlay.get_by_text("Moka mug, hand-glazed").first).to_be_visible()
    keys = (await _call(server, "GET", "/api/v1/shows/drop/keys"))["keys"]
    [key] = [key for key in keys if key["role"] == "overlay"]
    await _call(server, "DELETE", f"/api/v1/keys/{key['id']}")
    await expect(overlay.get_by_text("Moka mug, hand-glazed")).to_have_count(0)
    assert "ovl_" not in await overlay.content()
