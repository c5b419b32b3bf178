"""Nothing is cut and nothing scrolls sideways: every page, from 260 px on and up to 200 % text."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.contrast import FAINT_TEXT
from tests.browser.control_page import log_in, sit_down
from tests.browser.shop import KEY, Shop, product, visit

WORDS = "Handmade ceramic espresso cups with gold rim, set of four, dishwasher safe, gift boxed. "
LONGEST = (WORDS * 3)[:199] + "."
LONGEST_SKU = "SKU-" + "W" * 60
SIZES = ((260, 100), (340, 100), (390, 100), (390, 200), (768, 200), (1280, 100), (1280, 200))
"""Width in CSS pixels and size of text in percent."""
PHONES = ((260, 100), (320, 200), (390, 100), (390, 200), (768, 100), (1280, 200))
DOCKS = ((260, 100), (300, 100), (340, 100), (390, 200))

# What of the page is cut, spills out of its box, or makes somebody scroll sideways.
MEASURE = """(text) => {
  document.documentElement.style.fontSize = `${text}%`;
  const wrong = [];
  const name = (e) => `${e.tagName.toLowerCase()}.${e.className?.baseVal ?? e.className} `
    + `"${(e.textContent ?? "").trim().slice(0, 24)}"`;
  if (document.documentElement.scrollWidth > innerWidth) {
    wrong.push(`page is ${document.documentElement.scrollWidth} wide`);
  }
  const seen = (e) => e.getClientRects().length && getComputedStyle(e).visibility !== "hidden"
    && !e.closest("svg, .vh, .c-hidden, .awning, .scene, .picture, .c-picture, pre, code");
  for (const e of [...document.body.querySelectorAll("*")].filter(seen)) {
    const { overflowX, overflowY, position } = getComputedStyle(e);
    const wide = e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0;
    const high = e.scrollHeight > e.clientHeight + 1 && e.clientHeight > 0;
    if (wide && overflowX !== "visible") wrong.push(`${overflowX} sideways: ${name(e)}`);
    else if (wide && e.matches("button:not(.bag-button), a, p, h1, h2, li")) {
      wrong.push(`spills: ${name(e)}`);
    }
    if (high && ["hidden", "clip"].includes(overflowY)) wrong.push(`cut below: ${name(e)}`);
    const box = e.getBoundingClientRect();
    const out = box.right > innerWidth + 1 || box.left < -1;
    if (out && e.textContent.trim() && position !== "fixed") wrong.push(`outside: ${name(e)}`);
  }
  return wrong;
}"""


async def busy_show(shop: Shop) -> None:
    """Everything there is, under the longest names allowed."""
    many = [product(f"P-{number}", title=LONGEST) for number in range(2, 10)]
    first = product(LONGEST_SKU, title=LONGEST, stock=46)
    await shop.open(first, *many, title=LONGEST, host={"name": WORDS[:60]})
    await shop.do("pin_product", sku=LONGEST_SKU)
    await shop.do("pin_product", sku="P-2", slot=2)
    await shop.deal(LONGEST_SKU, quantity=40, per_viewer=2)
    await shop.deal("P-3", 1590, lead_s=60)
    await shop.do("announce", text=LONGEST[:140])
    await shop.sell(LONGEST_SKU, 2, name="Maximiliana", consent=True, region="IT")


async def measured(page: Page, sizes: tuple[tuple[int, int], ...]) -> dict[str, list[str]]:
    """What is wrong, by size. The page is loaded once."""
    found = {}
    for width, text in sizes:
        await page.set_viewport_size({"width": width, "height": 800})
        wrong = await page.evaluate(MEASURE, text)
        if wrong:
            found[f"{width} px, text {text} %"] = sorted(set(wrong))
    return found


async def landmarks(page: Page) -> list[int]:
    """How many there are of main and banner."""
    return [await page.get_by_role(role).count() for role in ("main", "banner")]


async def test_on_the_viewer_page_and_in_its_bag(page, shop):
    await busy_show(shop)
    await visit(page, shop)
    assert await measured(page, PHONES) == {}
    await page.get_by_role("button", name="Bag, 9 products").click()
    assert await measured(page, PHONES) == {}


async def test_the_bag_keeps_its_height_while_it_is_searched(phone, shop):
    """It shrank with what was found, and the field left the finger."""
    await shop.open(*[product(f"P-{number}", title=f"Product {number}") for number in range(1, 11)])
    await visit(phone, shop)
    await phone.get_by_role("button", name="Bag, 10 products").click()
    sheet = phone.get_by_role("dialog")
    before = await sheet.evaluate("(dialog) => dialog.offsetHeight")
    await sheet.get_by_role("searchbox").fill("Product 7")
    await expect(sheet.locator(".row")).to_have_count(1)
    assert await sheet.evaluate("(dialog) => dialog.offsetHeight") == before


async def test_from_the_login_over_the_list_to_the_panel(page, shop):
    await busy_show(shop)
    await page.goto(f"{shop.url}/control?show=nosuch")
    await expect(page.get_by_label("Control key or login link")).to_be_visible()
    assert await measured(page, SIZES) == {}
    assert (await landmarks(page))[0] == 1
    await log_in(page, KEY)
    await expect(page.locator(".c-show")).to_be_visible()
    assert await measured(page, SIZES) == {}
    assert await landmarks(page) == [1, 1]
    await page.locator(".c-show").click()
    await expect(page.locator("control-bag-row")).to_have_count(9)
    assert await measured(page, SIZES) == {}
    assert await landmarks(page) == [1, 1]
    assert await page.evaluate(FAINT_TEXT) == []
    await page.get_by_role("button", name="Add products").click()
    await expect(page.locator(".c-pick li")).to_have_count(9)
    assert await measured(page, SIZES) == {}


async def test_on_the_panel_of_a_phone_the_page_alone_scrolls(page, shop):
    """A box that scrolled inside of it made two ways of scrolling."""
    await page.set_viewport_size({"width": 390, "height": 800})
    await busy_show(shop)
    await sit_down(page, shop)
    boxes = """[...document.body.querySelectorAll("*")].filter((e) =>
      ["auto", "scroll"].includes(getComputedStyle(e).overflowY)
      && e.scrollHeight > e.clientHeight + 1).map((e) => e.className)"""
    assert await page.evaluate(boxes) == []


async def test_on_the_dock_where_an_answer_covers_little_of_it(page, shop):
    await busy_show(shop)
    await sit_down(page, shop, "/control/dock")
    assert await measured(page, DOCKS) == {}
    assert await landmarks(page) == [1, 1]
    await page.set_viewport_size({"width": 300, "height": 600})
    await page.evaluate("document.documentElement.style.fontSize = '100%'")
    say = "(text) => document.querySelector('control-toasts').show({ text })"
    for text in ("Salad bowl is pinned.", "Linen apron, olive is pinned in place 2."):
        await page.evaluate(say, text)
    box = await page.locator(".c-toast").bounding_box()
    assert box is not None
    assert box["height"] <= 60


@pytest.mark.parametrize("path", ["/", "/docs", "/live/nosuch"])
async def test_on_pages_that_say_one_thing(path, browser, shop):
    page = await browser.new_page()
    await page.goto(f"{shop.url}{path}")
    assert await measured(page, SIZES) == {}
