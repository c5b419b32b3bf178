"""A panel whose server has lost the others."""

import asyncio

import pytest
import pytest_asyncio
from playwright.async_api import expect
from pydantic import SecretStr

from tests.browser.control_page import on_air, sit_down
from tests.browser.shop import MUG, SLUG, open_shop
from tests.valkey import valkey_server
from tests.waiting import PATIENCE_S


@pytest.fixture
def frail():
    with valkey_server() as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session")
async def shop(frail, tmp_path):
    """One of several servers, as far as it knows."""
    async with open_shop(tmp_path, redis=SecretStr(frail.url)) as opened:
        yield opened


@pytest.mark.parametrize("path", ["/control", "/control/dock"])
async def test_a_host_is_told_while_the_servers_have_lost_touch(page, shop, frail, path):
    await shop.open(MUG)
    await sit_down(page, shop, path)
    strip = page.locator(".c-strip[data-kind=apart]")
    await expect(strip).to_be_hidden()
    frail.kill()
    await expect(strip).to_contain_text("Nothing is lost")
    await page.keyboard.press("1")
    await on_air(page, MUG["title"])
    frail.start()
    await expect(strip).to_be_hidden()


async def test_what_the_audience_sees_says_nothing_of_it(page, shop, frail):
    await shop.open(MUG)
    link = await shop.call("POST", f"/shows/{SLUG}/keys", {"role": "overlay"})
    await page.goto(f"{shop.url}/overlay/{link['key']}")
    await shop.do("pin_product", sku="MUG-1")
    pin = page.locator(".v-pin")
    await expect(pin).to_contain_text(MUG["title"])
    shown = await page.locator("body").inner_text()
    frail.kill()
    path = f"/shows/{SLUG}/overlays"
    async with asyncio.timeout(PATIENCE_S):
        while (await shop.call("GET", path))["complete"]:
            await page.evaluate("new Promise(requestAnimationFrame)")
    assert await page.locator("body").inner_text() == shown
