"""What every stream needs of the picture: large and readable text, inside the canvas, both ways."""

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.chromium import chromium
from tests.browser.contrast import FAINT_TEXT
from tests.browser.obs_host import MOVED, Air, bought, deal, overlay_address, pin
from tests.browser.shop import product

LONG = "Handmade ceramic espresso cups with gold rim, set of four, dishwasher safe, gift boxed"
DINARS = {"amount": 1_234_500, "currency": "KWD"}
SIZES = """() => [...document.querySelectorAll(".v-stage *")]
  .filter((one) => one.getClientRects().length > 0)
  .filter((one) => [...one.childNodes].some((part) => part.nodeType === 3 && part.data.trim()))
  .map((one) => [Number.parseFloat(getComputedStyle(one).fontSize), one.className])"""
OUTSIDE = """() => [...document.querySelectorAll(".v-card, .v-card *")]
  .filter((one) => !one.closest(".v-awning"))
  .map((one) => [one.className, one.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0)
  .filter(([, box]) => box.left < -1 || box.top < -1
    || box.right > innerWidth + 1 || box.bottom > innerHeight + 1)
  .map(([name]) => name)"""
OVERLAPS = """() => {
  const cards = [...document.querySelectorAll(".v-card")].map((one) => one.getBoundingClientRect());
  return cards.flatMap((a, index) => cards.slice(index + 1).filter((b) =>
    a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)).length;
}"""
COUNT_TONES = """() => {
  window.tones = 0;
  window.OscillatorNode = class extends OscillatorNode {
    start(at) { window.tones += 1; super.start(at); }
  };
}"""
CANVASES = {"wide": (1920, 1080), "tall": (1080, 1920), "square": (1080, 1080)}


@pytest_asyncio.fixture(loop_scope="session")
async def air(shop, page):
    await page.set_viewport_size({"width": 1920, "height": 1080})
    return Air(page, await overlay_address(shop))


async def full(air, query, title=LONG, more=()):
    """Every card at once, with texts and prices at their longest."""
    dear = {"price": DINARS, "prior_price": DINARS | {"amount": 1_500_000}, "stock": 3}
    await air.open(
        query,
        pins=[pin(title=title, **dear), *more],
        deals=[deal(277, product=product("X", title=title), price=DINARS, was=None, percent=None)],
        announcement={"text": f"{LONG}. {LONG[:50]}.", "until": None},
    )
    await air.events(bought(1, title, test=True))
    await expect(air.page.locator(".v-card")).to_have_count(4 + len(more))
    await air.page.evaluate(MOVED)
    await air.passes(50)


CUT = """() => [...document.querySelectorAll(".v-card, .v-card *")]
  .filter((one) => one.getClientRects().length > 0 && getComputedStyle(one).overflow !== "visible")
  .filter((one) => !one.matches(".v-awning, .v-picture"))
  .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)
  .map((one) => one.className)"""
UNSAFE = """() => {
  const { paddingTop, paddingBottom } = getComputedStyle(document.querySelector(".v-stage"));
  return [...document.querySelectorAll(".v-card")].filter((card) => {
    const { top, bottom } = card.getBoundingClientRect();
    return top < parseFloat(paddingTop) - 1 || bottom > innerHeight - parseFloat(paddingBottom) + 1;
  }).map((card) => card.className);
}"""


@pytest.mark.parametrize("canvas", CANVASES)
async def test_the_longest_titles_are_whole_inside_the_safe_area_and_cover_nothing(canvas, air):
    """Titles were cut after two lines; without that, cards would grow over each other."""
    width, height = CANVASES[canvas]
    await air.page.set_viewport_size({"width": width, "height": height})
    longest = f"{LONG} {LONG} {LONG}"[:200]
    await full(air, "", longest, [pin(slot=2, number=8, at=0, title=longest)])
    assert await air.page.evaluate(CUT) == []
    assert await air.page.evaluate(UNSAFE) == []
    assert await air.page.evaluate(OUTSIDE) == []
    assert await air.page.evaluate(OVERLAPS) == 0


@pytest.mark.parametrize("theme", ["paper", "notte"])
@pytest.mark.parametrize("canvas", CANVASES)
async def test_text_is_large_readable_and_on_the_canvas(theme, canvas, air):
    width, height = CANVASES[canvas]
    await air.page.set_viewport_size({"width": width, "height": height})
    await full(air, f"theme={theme}")
    sizes = await air.page.evaluate(SIZES)
    assert len(sizes) > 10
    assert [one for one in sizes if one[0] < 24] == []
    assert await air.page.evaluate(FAINT_TEXT) == []
    assert await air.page.evaluate(OUTSIDE) == []
    assert await air.page.evaluate(OVERLAPS) == 0


async def test_a_right_to_left_language_mirrors_the_stage(air):
    await full(air, "lang=ar")
    deal_box = await air.card("deal").bounding_box()
    pin_box = await air.card("pin").bounding_box()
    assert deal_box is not None
    assert pin_box is not None
    assert deal_box["x"] == pytest.approx(72)
    assert pin_box["x"] + pin_box["width"] == pytest.approx(1920 - 72)
    assert await air.page.evaluate(OUTSIDE) == []


async def test_the_pin_can_stand_on_the_other_side(air):
    await full(air, "align=end")
    pin_box = await air.card("pin").bounding_box()
    assert pin_box is not None
    assert pin_box["x"] + pin_box["width"] == pytest.approx(1920 - 72)


@pytest.mark.parametrize("size", [(1280, 720), (3840, 2160), (720, 1280)])
async def test_every_size_of_canvas_shows_the_same_picture(size, air):
    await air.page.set_viewport_size({"width": size[0], "height": size[1]})
    await full(air, "")
    box = await air.card("deal").bounding_box()
    assert box is not None
    scale = size[1] / 1080 if size[0] > size[1] else size[0] / 1080
    assert box["width"] == pytest.approx(492 * scale, abs=1)
    assert await air.page.evaluate(OUTSIDE) == []


async def test_the_address_sets_accent_scale_and_safe_area_and_late_css_wins(air):
    await full(air, "accent=2a6fdb&scale=0.5&safe=tv")
    card = air.card("deal")
    await expect(card).to_have_css("background-color", "rgb(42, 111, 219)")
    box = await card.bounding_box()
    assert box is not None
    assert box["width"] == pytest.approx(246)
    assert box["x"] + box["width"] == pytest.approx(1920 - 96)
    await air.page.add_style_tag(content=":root { --v-accent: rgb(1, 2, 3) }")
    await expect(card).to_have_css("background-color", "rgb(1, 2, 3)")


@pytest.mark.parametrize("query", ["motion=off", "motion=reduced"])
async def test_less_motion_means_no_way_to_go(query, air):
    await air.open(query, deals=[deal(8)])
    await air.events({"type": "product_pinned", "pin": pin()})
    moved = """() => document.getAnimations()
      .flatMap((one) => one.effect.getKeyframes()).filter((frame) => frame.transform).length"""
    assert await air.page.evaluate(moved) == 0
    await expect(air.page.locator(".v-deal__countdown")).to_have_css("animation-name", "none")


async def test_words_about_the_connection_are_only_for_a_preview(air):
    await air.open("preview=1")
    await expect(air.page.locator(".v-chip")).to_have_text("Connected")
    await air.hang_up(4503)
    await expect(air.page.locator(".v-chip")).to_contain_text("no longer works")


async def test_without_preview_a_lost_connection_says_nothing(air):
    await air.open(announcement={"text": "Hello", "until": None})
    await air.hang_up()
    await air.passes(5_000)
    assert await air.page.evaluate("document.body.innerText.trim()") == "Hello"
    await expect(air.page.locator("body")).to_have_css("background-color", "rgba(0, 0, 0, 0)")


@pytest.mark.parametrize(("query", "tones"), [("", 0), ("sound=on", 2)])
async def test_a_new_pin_chimes_only_where_it_is_wished(query, tones, shop):
    async with chromium("--autoplay-policy=no-user-gesture-required") as browser:
        page = await browser.new_page()
        air = Air(page, await overlay_address(shop))
        await air.open(query, pins=[pin()])
        await page.evaluate(COUNT_TONES)
        seq = await air.events({"type": "product_pinned", "pin": pin(number=8)})
        await air.passes(1_000)
        await air.until(lambda frame: frame["type"] == "painted" and frame["seq"] == seq)
        await page.evaluate("new Promise((resolve) => queueMicrotask(resolve))")
        assert await page.evaluate("window.tones") == tones
        await page.close()


SPARE = """() => {
  const line = document.querySelector(".v-ticker__line");
  const place = document.querySelector(".v-place--ticker");
  const card = document.querySelector(".v-ticker");
  return { lines: Math.round(line.offsetHeight / parseFloat(getComputedStyle(line).lineHeight)),
    spare: (place.offsetWidth - card.offsetWidth) / line.offsetWidth };
}"""


async def test_a_purchase_beside_a_fresh_pin_stays_on_one_line(air):
    """It wrapped in Chromium 127, whose letters are 3 % wider than those of 156."""
    await air.open("", pins=[pin()])
    await air.events(bought(1, "2 × Moka mug, hand-glazed", region="IT"))
    await expect(air.card("ticker")).to_have_count(1)
    told = await air.page.evaluate(SPARE)
    assert (told["lines"], told["spare"] > 0.03) == (1, True), told
