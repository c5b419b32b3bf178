"""The shop tab and its product pages in a browser: live, by keyboard, on every width."""

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.contrast import FAINT_TEXT
from tests.browser.shop import APRON, BOWL, MUG, SLUG, euros, product
from tests.browser.test_accessibility import SMALL_TARGETS

SHIRT = product(
    "SHIRT",
    title="T-shirt, heavy cotton",
    prior_price=None,
    options=["Size", "Colour"],
    variants=[
        {"sku": "S-B", "values": ["S", "Black"], "price": euros(1990), "stock": 0},
        {"sku": "M-B", "values": ["M", "Black"], "price": euros(1990), "stock": 4},
        {"sku": "S-W", "values": ["S", "White"], "price": euros(2490), "stock": 30},
    ],
    categories=["Clothes"],
    description="<p>Washed once, so that it keeps its size.</p>",
    unit_price={"price": euros(500), "unit": "kg"},
)
PROFILE = {
    "handle": "giulia", "name": "Bottega Giulia", "about": "Kitchen things from Faenza",
    "delivery": "€4.90, free from €60", "returns": "14 days",
    "links": [{"label": "Imprint", "url": "https://giulia.example/imprint"}],
}  # fmt: skip
GRID = "/shop/giulia"
WIDTHS = (320, 390, 1280)
# What sticks out of the page at its right.
WIDER = "() => document.documentElement.scrollWidth > innerWidth"


@pytest_asyncio.fixture(loop_scope="session")
async def shop_tab(shop):
    """A shop with a show on."""
    await shop.call("PUT", "/shop", PROFILE)
    await shop.open(SHIRT, MUG, APRON, BOWL)
    return shop


def card(page, title):
    return page.locator(".product").filter(has_text=title)


async def open_page(page, shop, path=GRID):
    """The page, and its scripts at work."""
    async with page.expect_websocket() as socket:
        await page.goto(shop.url + path)
    await (await socket.value).wait_for_event("framereceived")


async def test_a_deal_changes_the_grid_and_the_line_above_at_once(phone, shop_tab):
    await phone.clock.install()
    await open_page(phone, shop_tab)
    mug = card(phone, "Moka mug")
    await expect(mug.locator(".price-now")).to_contain_text("€24.90")
    await shop_tab.do("pin_product", sku="MUG-1")
    await expect(mug.get_by_text("In the show")).to_be_visible()
    await shop_tab.deal(quantity=5)
    await expect(mug.locator(".price-now")).to_contain_text("€18.90")
    await expect(mug.locator(".price-was")).to_contain_text("€24.90")
    await expect(mug.locator(".deal-line")).to_contain_text("Deal ends in 0")
    await expect(phone.locator(".on-now")).to_contain_text("Flash deal on Moka mug")
    await expect(phone.locator("#status")).to_have_text(
        "Flash deal: Moka mug, hand-glazed, €18.90."
    )
    await shop_tab.do("end_deal", deal=(await state(shop_tab))["deals"][0]["id"])
    await expect(mug.locator(".price-now")).to_contain_text("€24.90")
    await expect(mug.locator(".deal-line")).to_be_hidden()
    await shop_tab.do("set_stock", sku="MUG-1", quantity=3)
    await expect(mug).to_contain_text("Only 3 left")


async def state(shop):
    return (await shop.call("GET", f"/shows/{SLUG}"))["state"]


async def test_who_shops_is_not_counted_as_watching(phone, shop_tab):
    await open_page(phone, shop_tab)
    assert (await state(shop_tab))["viewers"] == 0


async def test_the_show_is_over_while_somebody_reads(phone, shop_tab):
    await shop_tab.do("pin_product", sku="MUG-1")
    await open_page(phone, shop_tab)
    await expect(phone.locator(".on-now")).to_be_visible()
    await shop_tab.do("end_show")
    await expect(phone.locator(".on-now")).to_be_hidden()
    await expect(phone.locator(".ribbon:visible")).to_have_count(0)


async def test_a_choice_changes_price_stock_and_address(phone, shop_tab):
    await open_page(phone, shop_tab, f"{GRID}/products/SHIRT")
    sheet = phone.locator("#sheet")
    await expect(sheet.get_by_text("Only 4 left")).to_be_visible()
    await expect(sheet.locator(".price-now")).to_contain_text("€19.90")
    await sheet.get_by_role("radio", name="White").check()
    await expect(sheet.locator(".price-now")).to_contain_text("€24.90")
    await expect(sheet.get_by_role("radio", name="S", exact=True)).to_be_checked()
    await expect(sheet.get_by_role("radio", name="M (Sold out)")).to_have_count(1)
    assert phone.url.endswith("?variant=S-W")
    await phone.reload()
    await expect(sheet.get_by_role("radio", name="White")).to_be_checked()
    await sheet.get_by_role("radio", name="Black (Sold out)").check()
    await expect(sheet.locator(".buy-note", has_text="Sold out")).to_be_visible()
    await expect(sheet.locator("[data-part=buy]")).to_be_hidden()


async def test_a_percent_deal_has_each_variants_own_price(phone, shop_tab):
    await open_page(phone, shop_tab, f"{GRID}/products/SHIRT?variant=S-W")
    await shop_tab.do("start_deal", sku="SHIRT", percent=10, duration_s=300)
    sheet = phone.locator("#sheet")
    await expect(sheet.locator(".deal")).to_contain_text("Flash deal")
    await expect(sheet.locator(".price-now")).to_contain_text("€22.41")
    await sheet.get_by_role("radio", name="Black").check()
    await expect(sheet.locator(".price-now")).to_contain_text("€17.91")


async def test_the_keyboard_reaches_everything_and_arrows_choose(phone, shop_tab):
    await open_page(phone, shop_tab, f"{GRID}/products/SHIRT")
    focused = []
    for _ in range(5):
        await phone.keyboard.press("Tab")
        focused.append(
            await phone.evaluate("document.activeElement.textContent.trim().slice(0, 14)")
        )
    assert focused[:2] == ["Bottega Giulia", "Share"]
    await phone.get_by_role("radio", name="Black").focus()
    await phone.keyboard.press("ArrowRight")
    await expect(phone.get_by_role("radio", name="White")).to_be_checked()
    await expect(phone.locator("#sheet .price-now")).to_contain_text("€24.90")


async def test_a_search_is_found_by_keyboard_and_an_order_is_chosen(phone, shop_tab):
    await open_page(phone, shop_tab)
    await phone.get_by_role("searchbox", name="Search the shop").fill("mok")
    await phone.keyboard.press("Enter")
    await expect(phone.locator(".product")).to_have_count(1)
    await phone.get_by_role("link", name="Show everything").click()
    await phone.get_by_label("Sort").select_option("price_down")
    await expect(phone).to_have_url(f"{shop_tab.url}{GRID}?q=&sort=price_down")
    await expect(phone.locator(".product-title").first).to_have_text("Linen apron, olive")
    await phone.get_by_role("link", name="T-shirt, heavy cotton").click()
    await expect(phone.get_by_role("heading", level=1)).to_have_text("T-shirt, heavy cotton")


async def test_sharing_copies_the_address_of_the_choice(phone, shop_tab):
    await phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await phone.add_init_script("delete Navigator.prototype.share")
    await open_page(phone, shop_tab, f"{GRID}/products/SHIRT")
    await phone.get_by_role("radio", name="White").check()
    await phone.get_by_role("button", name="Share").click()
    await expect(phone.get_by_role("button", name="Link copied")).to_be_visible()
    copied = await phone.evaluate("navigator.clipboard.readText()")
    assert copied == f"{shop_tab.url}{GRID}/products/SHIRT?variant=S-W"


async def test_offline_is_said(phone, shop_tab):
    await open_page(phone, shop_tab)
    await phone.context.set_offline(True)
    await expect(phone.locator("#banner")).to_contain_text("You are offline.")
    await phone.context.set_offline(False)
    await expect(phone.locator("#banner")).to_be_hidden()


async def test_without_scripts_everything_can_be_read_and_chosen(browser, shop_tab):
    await shop_tab.do("pin_product", sku="MUG-1")
    context = await browser.new_context(java_script_enabled=False, locale="en-GB")
    page = await context.new_page()
    await page.goto(shop_tab.url + GRID)
    await expect(card(page, "Moka mug")).to_contain_text("In the show")
    await page.get_by_role("link", name="T-shirt, heavy cotton").click()
    await page.get_by_role("radio", name="White").check()
    await page.get_by_role("radio", name="S (Sold out)").check()
    await page.get_by_role("button", name="Show this choice").click()
    await expect(page.locator("#sheet .price-now")).to_contain_text("€24.90")
    await context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", [GRID, f"{GRID}/products/SHIRT"])
async def test_nothing_is_cut_too_small_or_too_faint(page, shop_tab, width, path):
    await shop_tab.do("pin_product", sku="MUG-1")
    await shop_tab.deal()
    await page.set_viewport_size({"width": width, "height": 800})
    for theme in ("paper", "notte"):
        await page.emulate_media(color_scheme="dark" if theme == "notte" else "light")
        await page.goto(shop_tab.url + path)
        assert not await page.evaluate(WIDER)
        small = await page.evaluate(SMALL_TARGETS)
        # The title of a card is pressed anywhere on the card.
        assert [one for one in small if "/products/" not in one] == []
        assert await page.evaluate(FAINT_TEXT) == []
