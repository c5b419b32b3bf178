"""A visitor buys: from what is pinned to a paid order, with and without scripts, by keyboard."""

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.chromium import watch
from tests.browser.contrast import FAINT_TEXT
from tests.browser.control_page import refused_page
from tests.browser.shop import SLUG, euros, open_shop, product
from tests.browser.test_accessibility import SMALL_TARGETS
from tests.browser.test_shop_tab import PROFILE, WIDER, WIDTHS

SHIRT = product(
    "SHIRT",
    title="T-shirt, heavy cotton",
    prior_price=None,
    options=["Size"],
    variants=[
        {"sku": "SH-S", "values": ["S"], "price": euros(1990), "stock": 0},
        {"sku": "SH-M", "values": ["M"], "price": euros(1990), "stock": 4},
        {"sku": "SH-L", "values": ["L"], "price": euros(2490), "stock": 30},
    ],
)
MUG = product(stock=20)
SELLER = {
    "legal_name": "Giulia Rossi", "address": "Via Severoli 4, Faenza",
    "contact": "ciao@giulia.example",
}  # fmt: skip
ITALY = {
    "code": "it", "name": "Italy", "countries": ["IT"], "shipping": euros(490),
    "free_from": euros(6000), "tax_bps": 2200,
}  # fmt: skip
SHOP = "/shop/giulia"
PAID = "Thank you. Your order is paid."
SMALL = {"width": 390, "height": 844}


async def set_up(shop):
    """A rehearsal of a shop that sells, with a mug in its window."""
    await shop.call("PUT", "/shop", PROFILE | {"seller": SELLER, "privacy": "/imprint"})
    await shop.call("PUT", "/markets", {"markets": [ITALY]})
    await shop.open(MUG, SHIRT, status="rehearsal")
    await shop.do("pin_product", sku="MUG-1")


@pytest_asyncio.fixture(loop_scope="session")
async def shop(tmp_path, shop_address):
    """The demo's way of paying: with nothing."""
    async with open_shop(tmp_path, address=shop_address, demo=True) as opened:
        await set_up(opened)
        yield opened


async def visit(page, shop):
    await page.goto(shop.live)
    await expect(page.locator("#main")).to_have_attribute("data-connection", "live")


async def pay_for_a_test(page):
    await expect(page.get_by_role("heading", name="Payment")).to_be_visible()
    await page.get_by_role("button", name="Order and pay").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(PAID)


async def test_three_taps_from_the_pinned_product_to_the_payment(phone, shop):
    await visit(phone, shop)
    await phone.locator(".card").get_by_role("link", name="Buy").click()
    sheet = phone.get_by_role("dialog")
    await expect(sheet.get_by_text("Delivery to Italy: €4.90, free from €60.00")).to_be_visible()
    await sheet.get_by_role("button", name="Buy now · €24.90").click()
    await phone.wait_for_url("**/checkouts/ck_*/pay")
    assert "ck_" not in await phone.title()
    await pay_for_a_test(phone)


async def test_a_buyer_sees_their_own_purchase_pass_on_the_overlay_marked_test(
    phone, browser, shop
):
    made = await shop.call("POST", f"/shows/{SLUG}/keys", {"role": "overlay"})
    overlay = await browser.new_page()
    await overlay.goto(f"{shop.url}/overlay/{made['key']}?motion=off")
    await visit(phone, shop)
    await phone.locator(".row").filter(has_text="T-shirt").click()
    sheet = phone.get_by_role("dialog")
    await expect(sheet.get_by_role("radio", name="S (Sold out)")).to_be_attached()
    await sheet.get_by_role("radio", name="L", exact=True).check(force=True)
    await sheet.get_by_role("button", name="Buy now · €24.90").click()
    await pay_for_a_test(phone)
    await expect(overlay.get_by_text("T-shirt, heavy cotton").first).to_be_visible()
    await expect(overlay.get_by_text("Test").first).to_be_visible()
    await phone.goto(shop.live)
    await expect(phone.locator("#bought")).to_contain_text("T-shirt, heavy cotton")


async def test_the_bag_is_the_same_everywhere_and_survives_a_reload(phone, shop):
    await visit(phone, shop)
    await phone.locator(".card").get_by_role("link", name="Buy").click()
    await phone.get_by_role("dialog").get_by_role("button", name="Add to bag").click()
    drawer = phone.get_by_role("dialog", name="Your bag")
    await expect(drawer.get_by_role("heading", name="Moka mug")).to_be_visible()
    await drawer.get_by_role("button", name="One more").click()
    await expect(drawer.get_by_text("€49.80").first).to_be_visible()
    await drawer.get_by_role("button", name="Close").click()
    await phone.goto(shop.url + SHOP)
    opener = phone.get_by_role("link", name="Bag, 2 items")
    await opener.click()
    await expect(phone.get_by_role("button", name="Order and pay €54.70")).to_be_visible()
    await phone.keyboard.press("Escape")
    await expect(opener).to_be_focused()
    await phone.goto(f"{shop.url}{SHOP}/bag")
    await expect(phone.get_by_role("button", name="Order and pay €54.70")).to_be_visible()


async def test_what_is_refused_is_said_in_the_drawer(browser, shop):
    async with refused_page(browser) as page:
        await page.goto(f"{shop.url}{SHOP}/products/MUG-1")
        await page.get_by_role("button", name="Add to bag").click()
        drawer = page.get_by_role("dialog", name="Your bag")
        await drawer.get_by_label("Voucher code").fill("nope")
        await drawer.get_by_role("button", name="Use").click()
        await expect(drawer.get_by_text("This voucher is not good here.")).to_be_visible()
        await shop.call("POST", "/products", MUG | {"price": euros(2990)})
        await drawer.get_by_role("button", name="Order and pay €29.80").click()
        await expect(drawer.get_by_role("alert")).to_contain_text("A price changed meanwhile.")
        await expect(drawer.get_by_text("The price changed. It was €24.90.")).to_be_visible()
        await drawer.get_by_role("button", name="Order and pay €34.80").click()
        await pay_for_a_test(page)


async def test_it_can_all_be_done_by_keyboard(phone, shop):
    await phone.goto(f"{shop.url}{SHOP}/products/SHIRT?variant=SH-M")
    await phone.get_by_role("radio", name="M").focus()
    await phone.keyboard.press("ArrowRight")
    await phone.get_by_role("button", name="Add to bag").focus()
    await phone.keyboard.press("Enter")
    drawer = phone.get_by_role("dialog", name="Your bag")
    await expect(drawer.get_by_text("L", exact=False).first).to_be_visible()
    more = drawer.get_by_role("button", name="One more")
    await more.focus()
    await phone.keyboard.press("Enter")
    await expect(drawer.get_by_text("€49.80").first).to_be_visible()
    await expect(drawer.get_by_role("button", name="One more")).to_be_focused()
    await drawer.get_by_role("button", name="Order and pay").focus()
    await phone.keyboard.press("Enter")
    await phone.wait_for_url("**/checkouts/ck_*/pay")
    await phone.get_by_role("button", name="Order and pay").focus()
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_role("heading", level=1)).to_have_text(PAID)


@pytest_asyncio.fixture(loop_scope="session")
async def plain(browser, shop):
    """A browser without scripts."""
    context = await browser.new_context(java_script_enabled=False, viewport=SMALL)
    page = await context.new_page()
    errors = watch(page)
    yield page
    assert errors == []


async def test_the_whole_way_works_without_a_script(plain, shop):
    await plain.goto(shop.live)
    await plain.locator(".card").get_by_role("link", name="Buy").click()
    await plain.get_by_role("button", name="Add to bag").click()
    await plain.get_by_role("button", name="One more").click()
    await expect(plain.get_by_text("Total, tax included")).to_be_visible()
    await plain.get_by_role("button", name="Order and pay €54.70").click()
    await pay_for_a_test(plain)
    await plain.get_by_role("link", name="Withdraw from contract here").click()
    await plain.get_by_role("button", name="Confirm withdrawal").click()
    await expect(plain.get_by_text("Your withdrawal was received on")).to_be_visible()


async def test_a_reservation_shows_a_true_clock_and_ends_by_it(phone, shop):
    await phone.clock.install()
    await phone.goto(f"{shop.url}{SHOP}/products/MUG-1")
    await phone.get_by_role("button", name="Buy now").click()
    await phone.wait_for_url("**/pay*")
    await expect(phone.locator("v-countdown")).to_have_text("10:00")
    await phone.clock.run_for(61_000)
    await expect(phone.locator("v-countdown")).to_have_text("08:59")
    await phone.get_by_role("button", name="Cancel, and give it back").click()
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Your bag")


@pytest.mark.parametrize("width", WIDTHS)
async def test_every_page_fits_and_can_be_read_and_pressed(page, shop, width):
    await page.set_viewport_size({"width": width, "height": 844})
    await page.goto(f"{shop.url}{SHOP}/products/SHIRT?variant=SH-M")
    await check(page)
    await page.get_by_role("button", name="Add to bag").click()
    await expect(page.get_by_role("dialog", name="Your bag")).to_be_visible()
    await check(page)
    await page.goto(f"{shop.url}{SHOP}/bag")
    await check(page)
    await page.get_by_role("button", name="Order and pay").click()
    await page.wait_for_url("**/pay*")
    await check(page)
    await pay_for_a_test(page)
    await check(page)
    await page.get_by_role("link", name="Withdraw from contract here").click()
    await check(page)


async def check(page):
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert await page.evaluate(FAINT_TEXT) == []
    assert not await page.evaluate(WIDER)
    assert await page.evaluate(SMALL_TARGETS) == []
