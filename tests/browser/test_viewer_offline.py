"""The viewer page when the line drops: calm, honest about age, and back by itself."""

import pytest_asyncio
from playwright.async_api import expect

from tests.browser.shop import APRON, MUG, open_shop, visit

CARD = ".v-pin"


class Line:
    """The page's connection, which the test may cut; nothing gets through until it is mended."""

    def __init__(self):
        self._cut = False
        self._open = []

    async def carry(self, socket):
        if self._cut:
            await socket.close(code=1011)
            return
        socket.connect_to_server()
        self._open.append(socket)

    async def cut(self):
        self._cut = True
        for socket in self._open:
            await socket.close(code=1011)
        self._open.clear()

    def mend(self):
        self._cut = False


@pytest_asyncio.fixture(loop_scope="session")
async def line(phone):
    line = Line()
    await phone.route_web_socket("**/ws", line.carry)
    await phone.clock.install()
    return line


async def run_until_back(phone, card_text):
    """Run the page's clock on until the card says what it should, for 40 seconds at most.

    In small steps with a request between them: a clock that leaps would be past every deadline of
    a connection before the network has had a moment to open it.
    """
    card = phone.locator(CARD).filter(has_text=card_text)
    for _ in range(80):
        if await card.count():
            return
        await phone.clock.run_for(500)
        await phone.evaluate("() => fetch('/healthz').then((answer) => answer.ok)")


async def test_a_short_interruption_is_not_worth_a_word(phone, shop, line):
    await shop.open(MUG)
    await shop.do("pin_product", sku="MUG-1")
    await visit(phone, shop)
    await line.cut()
    line.mend()
    await phone.clock.run_for(1_500)
    await expect(phone.locator("#banner")).to_be_hidden()


async def test_a_longer_one_has_a_small_banner_and_what_was_missed_arrives(phone, shop, line):
    await shop.open(MUG, APRON)
    await shop.do("pin_product", sku="MUG-1")
    await visit(phone, shop)
    await line.cut()
    await phone.clock.run_for(4_000)
    await expect(phone.locator("#banner")).to_contain_text("Reconnecting…")
    await expect(phone.locator(CARD)).to_contain_text("€24.90")
    await shop.do("pin_product", sku="APR-3")
    line.mend()
    await run_until_back(phone, "Linen apron, olive")
    await expect(phone.locator("#banner")).to_be_hidden()
    await expect(phone.locator(f"{CARD} .title")).to_have_text("Linen apron, olive")


async def test_a_countdown_without_a_server_becomes_a_time_and_still_ends(phone, shop, line):
    await shop.open(MUG)
    await shop.do("pin_product", sku="MUG-1")
    await shop.deal(duration_s=60)
    await visit(phone, shop)
    await line.cut()
    await phone.clock.run_for(13_000)
    await expect(phone.locator(".band-clock")).to_contain_text("ends")
    await expect(phone.get_by_role("timer")).not_to_have_text("00:47")
    await phone.clock.run_for(50_000)
    await expect(phone.locator(".band-name")).to_have_text("Flash deal ended")
    await expect(phone.get_by_role("timer")).to_be_hidden()


async def test_old_prices_are_hidden_and_the_way_to_the_shop_stays(phone, shop, line):
    await shop.open(MUG, APRON)
    await shop.do("pin_product", sku="MUG-1")
    await visit(phone, shop)
    await line.cut()
    await phone.clock.run_for(65_000)
    await expect(phone.locator("#banner")).to_contain_text("Prices are hidden")
    assert "€" not in await phone.locator("#main").inner_text()
    button = phone.locator(CARD).get_by_role("link")
    await expect(button).to_contain_text("See it in the shop")
    await expect(button).to_have_attribute("href", "https://shop.example/MUG-1")
    line.mend()
    await run_until_back(phone, "€24.90")
    await expect(phone.locator(CARD)).to_contain_text("€24.90")


async def test_who_comes_while_the_server_is_away_is_told_that_it_connects(phone, shop, line):
    await shop.open(MUG)
    await line.cut()
    await phone.goto(shop.live)
    await phone.clock.run_for(6_000)
    await expect(phone.locator("#banner")).to_contain_text("onnecting…")
    await expect(phone.locator("#bag")).to_contain_text("Moka mug")


async def test_a_restart_of_the_server_needs_nobody(browser, tmp_path):
    page = await browser.new_page()
    async with open_shop(tmp_path) as shop:
        await shop.open(MUG, APRON)
        await shop.do("pin_product", sku="MUG-1")
        await visit(page, shop)
        port = int(shop.url.rpartition(":")[2])
    async with open_shop(tmp_path, port) as shop:
        await expect(page.locator(f"{CARD} .title")).to_have_text("Moka mug, hand-glazed")
        await shop.do("pin_product", sku="APR-3")
        await expect(page.locator(f"{CARD} .title")).to_have_text("Linen apron, olive")
