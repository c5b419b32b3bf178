"""The viewer page for those who listen, use a keyboard, zoom in, or cannot bear motion."""

from itertools import pairwise

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.contrast import FAINT_TEXT
from tests.browser.shop import APRON, BOWL, MUG, product, visit

CARD = ".v-pin"

SMALL_TARGETS = """() => [...document.querySelectorAll("a[href], button, input")]
  .filter((e) => e.getClientRects().length && getComputedStyle(e).visibility !== "hidden")
  .map((e) => [e.outerHTML.slice(0, 60), e.getBoundingClientRect()])
  .filter(([, box]) => box.width < 43.99 || box.height < 43.99)
  .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""

SPOKEN = """() => {
  window.spoken = [];
  const region = document.getElementById("status");
  new MutationObserver(() => window.spoken.push([performance.now(), region.textContent]))
    .observe(region, { childList: true, characterData: true, subtree: true });
}"""

MOVED = """() => {
  window.moved = [];
  const animate = Element.prototype.animate;
  Element.prototype.animate = function (frames, options) {
    window.moved.push(...Object.keys(frames));
    return animate.call(this, frames, options);
  };
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def busy(phone, shop):
    """A phone on a show with everything in it."""
    many = [product(f"P-{n}", title=f"Product {n}") for n in range(1, 9)]
    await shop.open(MUG, APRON, BOWL, *many)
    await shop.do("pin_product", sku="MUG-1")
    await shop.do("pin_product", sku="BOWL-9", slot=2)
    await shop.deal(quantity=50)
    await shop.deal("APR-3", 2900, lead_s=60)
    await shop.do("announce", text="Free shipping tonight")
    await shop.sell()
    await visit(phone, shop)
    await expect(phone.locator("#bag .row")).to_have_count(5)
    return phone


async def test_the_status_region_stands_before_it_has_anything_to_say(phone, shop):
    await shop.open(MUG)
    html = (await shop.http.get(shop.live)).text
    region = html[html.index('id="status"') :]
    assert region.startswith('id="status" class="vh" role="status" aria-live="polite"></div>')
    await visit(phone, shop)
    await expect(phone.locator("#status")).to_be_empty()


async def test_at_most_one_message_in_ten_seconds_and_it_says_all_that_matters(phone, shop):
    await phone.clock.install()
    await shop.open(MUG, APRON)
    await visit(phone, shop)
    await phone.evaluate(SPOKEN)
    await shop.do("pin_product", sku="MUG-1")
    await expect(phone.locator(CARD)).to_have_count(1)
    await phone.clock.run_for(1_000)
    await shop.do("announce", text="Free shipping tonight")
    await shop.deal()
    for _ in range(3):
        await shop.sell()
    await expect(phone.locator("#bought li")).to_have_count(3)
    await phone.clock.run_for(30_000)
    spoken = await phone.evaluate("window.spoken")
    assert [text for _, text in spoken] == [
        "Now showing number 1: Moka mug, hand-glazed, 24.90 euros.",
        "Free shipping tonight Flash deal: Moka mug, hand-glazed, 18.90 euros. 3 new orders.",
    ]
    # Both are read a moment after, and rounded.
    assert spoken[1][0] - spoken[0][0] >= 9_990


async def test_the_end_of_a_deal_is_said_and_its_last_marks(phone, shop):
    await phone.clock.install()
    await shop.open(MUG)
    await shop.do("pin_product", sku="MUG-1")
    await shop.deal(duration_s=60)
    await visit(phone, shop)
    await phone.evaluate(SPOKEN)
    await phone.clock.run_for(12_000)
    shop.clock.advance(32_000)
    await phone.locator("v-countdown").first.evaluate("(e, t) => e.refresh()", 0)
    await phone.clock.run_for(20_000)
    await expect(phone.locator("#status")).to_contain_text("deal ends in")
    shop.clock.advance(30_000)
    await expect(phone.locator(".band-name")).to_have_text("Flash deal ended")
    await phone.clock.run_for(11_000)
    await expect(phone.locator("#status")).to_have_text("Flash deal ended: Moka mug, hand-glazed.")


async def test_the_countdown_itself_is_silent(busy):
    timers = busy.get_by_role("timer")
    assert await timers.count() == 2
    loud = busy.locator("[aria-live]:not(#status), [role=alert], [role=timer][aria-live]")
    await expect(loud).to_have_count(0)


async def test_nothing_takes_the_focus_away(busy, shop):
    button = busy.locator(CARD).first.get_by_role("link")
    await button.focus()
    await shop.deal("P-1", 1990)
    await shop.sell()
    await shop.do("pin_product", sku="P-2", slot=1)
    await expect(busy.locator(CARD).first.locator(".title")).to_have_text("Product 2")
    await expect(button).to_be_focused()
    await shop.do("pause_show")
    await expect(busy.locator(".chip")).to_have_text("Paused")
    await expect(button).to_be_focused()


async def test_the_bag_opens_and_closes_with_the_keyboard(busy):
    opener = busy.get_by_role("button", name="Bag, 11 products")
    await opener.focus()
    await busy.keyboard.press("Enter")
    sheet = busy.get_by_role("dialog")
    await expect(sheet.get_by_role("button", name="Close")).to_be_focused()
    await busy.keyboard.press("Tab")
    await expect(sheet.get_by_role("searchbox")).to_be_focused()
    await busy.keyboard.press("Escape")
    await expect(sheet).to_be_hidden()
    await expect(opener).to_be_focused()


async def test_an_open_sheet_stays_open_when_a_deal_ends(busy, shop):
    await busy.get_by_role("button", name="Bag, 11 products").click()
    shop.clock.advance(301_000)
    await expect(busy.locator(CARD).first.locator(".band-name")).to_have_text("Flash deal ended")
    await expect(busy.get_by_role("dialog")).to_be_visible()


async def test_updates_can_be_paused_with_the_keyboard(busy, shop):
    await busy.get_by_role("button", name="Pause").focus()
    await busy.keyboard.press("Space")
    await expect(busy.get_by_role("button", name="Resume")).to_be_focused()
    await shop.sell()
    await expect(busy.get_by_role("button", name="Resume, 1 new")).to_be_focused()


@pytest.mark.parametrize("width", [320, 390])
async def test_every_target_is_large_enough_for_a_thumb(busy, width):
    await busy.set_viewport_size({"width": width, "height": 700})
    assert await busy.evaluate(SMALL_TARGETS) == []
    await busy.get_by_role("button", name="Bag, 11 products").click()
    assert await busy.evaluate(SMALL_TARGETS) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_stands_out_from_its_ground(busy, scheme):
    await busy.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    theme = {"light": "paper", "dark": "notte"}[scheme]
    await expect(busy.locator("html")).to_have_attribute("data-theme", theme)
    assert await busy.evaluate(FAINT_TEXT) == []
    await busy.get_by_role("button", name="Bag, 11 products").click()
    assert await busy.evaluate(FAINT_TEXT) == []


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
async def test_nothing_is_cut_off_on_a_narrow_page(busy, direction):
    await busy.set_viewport_size({"width": 320, "height": 640})
    await busy.evaluate("(dir) => { document.documentElement.dir = dir }", direction)
    await busy.evaluate("() => { document.documentElement.style.fontSize = '200%' }")
    assert await busy.evaluate("document.documentElement.scrollWidth") <= 320


async def test_structure_and_names(busy):
    await expect(busy.locator("html")).to_have_attribute("lang", "en-US")
    await expect(busy.get_by_role("heading", level=1)).to_have_text("Spring drop")
    await expect(busy.get_by_role("main")).to_have_count(1)
    for name in ("Now showing", "In this show", "Just bought"):
        await expect(busy.get_by_role("region", name=name)).to_have_count(1)
    levels = await busy.evaluate(
        "[...document.querySelectorAll('h1,h2,h3')].filter((e) => e.getClientRects().length)"
        ".map((e) => Number(e.tagName[1]))"
    )
    steps = [after - before for before, after in pairwise(levels)]
    assert levels[0] == 1
    assert max(steps) == 1


async def test_a_price_is_words_for_a_screen_reader(busy):
    button = busy.locator(CARD).first.get_by_role("link")
    await expect(button).to_have_accessible_name("Buy for 18.90 euros (opens in a new tab)")


async def test_reduced_motion_leaves_only_fades(phone, shop):
    await phone.emulate_media(reduced_motion="reduce")
    await shop.open(MUG, APRON)
    await shop.do("pin_product", sku="MUG-1")
    await visit(phone, shop)
    await phone.evaluate(MOVED)
    await shop.do("pin_product", sku="APR-3")
    await expect(phone.locator(f"{CARD} .title")).to_have_text("Linen apron, olive")
    assert await phone.evaluate("window.moved") == ["opacity"]


async def test_without_scripts_the_page_shows_the_moment_and_says_so(browser, shop):
    await shop.open(MUG)
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(shop.live)
    await expect(page.locator(".noscript")).to_contain_text("With JavaScript it follows the show")
    await expect(page.locator("#bag")).to_contain_text(MUG["title"])
