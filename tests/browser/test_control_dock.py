"""The narrow panel in an OBS dock, and the wide one where there is little room or no server."""

import asyncio

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.contrast import FAINT_TEXT
from tests.browser.control_page import on_air, refused_page, row, sit_down, state
from tests.browser.shop import APRON, BOWL, MUG, open_shop, product

WIDE = """() => [...document.querySelectorAll("#control *")].filter((e) => {
  const box = e.getBoundingClientRect();
  return box.width && box.right > innerWidth + 1 && !e.closest(".c-hidden, svg");
}).map((e) => e.outerHTML.slice(0, 80))"""

SMALL = """() => [...document.querySelectorAll("button, a[href], summary")]
  .filter((e) => e.checkVisibility())
  .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 24).map(([html]) => html)"""


@pytest_asyncio.fixture(loop_scope="session")
async def busy(shop):
    """A show with everything going on."""
    long = product(
        "LONG-1", title="Chopping board of olive wood with a long name, by hand", stock=3
    )
    await shop.open(MUG, APRON, BOWL, long)
    await shop.do("pin_product", sku="MUG-1")
    await shop.deal(quantity=50)
    await shop.deal("APR-3", 2900, lead_s=60)
    await shop.do("announce", text="Free shipping tonight for everybody in Europe")
    await shop.sell(name="Giulia", consent=True)
    return shop


@pytest_asyncio.fixture(loop_scope="session")
async def dock(page, busy):
    await page.set_viewport_size({"width": 300, "height": 600})
    await sit_down(page, busy, "/control/dock")
    return page


async def test_the_dock_pins_unpins_and_clears(dock, busy):
    await dock.get_by_role("button", name="Pin next").click()
    await on_air(dock, APRON["title"])
    await dock.locator("control-dock-bar").get_by_role("button", name="Unpin").click()
    await on_air(dock)
    await row(dock, BOWL["title"]).get_by_role("button", name="place 1").click()
    await on_air(dock, BOWL["title"])
    await dock.get_by_role("button", name="Clear the screen").click()
    await expect(dock.locator(".c-strip[data-kind=panic]")).to_be_visible()
    assert (await state(busy))["panic"] is True
    await dock.locator("control-dock-bar").get_by_role("button", name="Show again").click()
    await expect(dock.locator(".c-strip[data-kind=panic]")).to_be_hidden()


async def test_the_dock_announces_and_starts_a_deal_for_what_was_pinned_last(dock, busy):
    bar = dock.locator("control-dock-bar")
    await expect(bar.get_by_role("button", name="Deal…")).to_be_disabled()  # it has one
    await row(dock, "Chopping board").get_by_role("button", name="place 1").click()
    await bar.get_by_role("button", name="Deal…").click()
    offer = dock.get_by_role("dialog", name="Chopping board")
    await offer.get_by_label("Deal price").fill("18.90")
    await offer.get_by_role("button", name="Start deal").click()
    await expect(offer).to_have_count(0)
    assert [deal["product"]["sku"] for deal in (await state(busy))["deals"]][-1] == "LONG-1"
    await bar.get_by_role("button", name="Announce").click()
    await dock.get_by_label("Text on screen").fill("Last minutes")
    await dock.get_by_role("dialog").get_by_role("button", name="Show").click()
    await expect(dock.locator("control-stage")).to_contain_text("Last minutes")
    assert await dock.evaluate(WIDE) == []


async def test_a_cleared_screen_can_be_shown_again_before_the_answer_has_come(dock):
    """The socket is often quicker than the answer: the button already means the opposite then."""
    answer = asyncio.Event()

    async def hold(route):
        response = await route.fetch()
        await answer.wait()
        await route.fulfill(response=response)

    await dock.route("**/commands", hold, times=1)
    bar = dock.locator("control-dock-bar")
    await bar.get_by_role("button", name="Clear the screen").click()
    await bar.get_by_role("button", name="Show again").click()
    await expect(dock.locator(".c-strip[data-kind=panic]")).to_be_hidden()
    answer.set()
    await expect(bar.get_by_role("button", name="Clear the screen")).to_be_visible()


async def test_the_dock_shows_what_is_on_and_what_runs(dock):
    await expect(dock.locator("control-dock-bar .c-status")).to_contain_text("Live")
    await expect(dock.locator("control-dock-bar")).to_contain_text("No overlay connected")
    await expect(dock.locator("control-stage")).to_contain_text("Number 1 · €18.90")
    await expect(dock.locator("control-deal")).to_have_count(2)
    await expect(dock.locator("control-deal").first).to_contain_text("1 sold · 49 left")


@pytest.mark.parametrize("width", [280, 300, 460])
async def test_nothing_sticks_out_of_the_dock(dock, width):
    await dock.set_viewport_size({"width": width, "height": 600})
    assert await dock.evaluate(WIDE) == []
    await dock.get_by_role("button", name="Spring drop").click()
    await expect(dock.get_by_role("menu")).to_be_visible()
    assert await dock.evaluate(WIDE) == []


@pytest.mark.parametrize("width", [700, 1000, 1280, 1800])
async def test_nothing_sticks_out_of_the_panel(page, busy, width):
    await page.set_viewport_size({"width": width, "height": 800})
    await sit_down(page, busy)
    await expect(page.locator("control-deal")).to_have_count(2)
    assert await page.evaluate(WIDE) == []
    assert await page.evaluate(SMALL) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_stands_out_from_its_ground(page, busy, scheme):
    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    await sit_down(page, busy)
    await expect(page.locator("control-purchases li")).to_have_count(1)
    assert await page.evaluate(FAINT_TEXT) == []
    await row(page, BOWL["title"]).get_by_role("button", name="Edit").click()
    await expect(page.locator("dialog[open]")).to_be_visible()
    assert await page.evaluate(FAINT_TEXT) == []
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await expect(page.locator(".c-strip[data-kind=panic]")).to_be_visible()
    assert await page.evaluate(FAINT_TEXT) == []


async def test_a_panel_without_its_server_says_so_and_comes_back(browser, tmp_path):
    async with refused_page(browser) as page:
        async with open_shop(tmp_path) as shop:
            port = int(shop.url.rsplit(":", 1)[1])
            await shop.open(MUG)
            await sit_down(page, shop)
        strip = page.locator(".c-strip[data-kind=offline]")
        await expect(strip).to_contain_text("This panel has lost the server")
        await page.get_by_role("button", name="Clear the screen").click()
        await expect(page.locator(".c-toast")).to_contain_text("Hide the source in OBS")
        await expect(strip.get_by_role("button", name="Try now")).to_be_visible()
        async with open_shop(tmp_path, port):
            await expect(strip).to_be_hidden()
            await page.keyboard.press("1")
            await on_air(page, MUG["title"])
