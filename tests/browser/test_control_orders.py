"""A seller's orders in the panel: found, opened, refunded, shipped, printed."""

import pytest
from playwright.async_api import expect

from tests.browser.contrast import FAINT_TEXT
from tests.browser.control_page import log_in, refused_page
from tests.browser.shop import KEY, MUG, SLUG, euros
from tests.browser.test_nothing_cut import LONGEST, MEASURE
from tests.web.orders import AWAY, NAME, STREET, line, ordered, provider_of, sent


async def orders_page(page, shop, path="/control/orders"):
    await page.goto(f"{shop.url}{path}")
    await log_in(page, KEY)
    return page.locator("control-orders, control-packing-slip")


async def three_orders(shop):
    """The provider, and the ids of the orders: the last one first."""
    provider = provider_of(shop)
    await shop.open(MUG)
    await shop.sell("MUG-1", 2)
    made = []
    for title, more in (("Moka mug", {}), ("Linen apron", {"show": SLUG})):
        shop.clock.advance(60_000)
        made.append(await ordered(shop, line(title=title), **more))
    return provider, [order.checkout.id for order in reversed(made)]


async def test_orders_are_found_and_opened(page, shop):
    _, (apron, _) = await three_orders(shop)
    await orders_page(page, shop)
    rows = page.locator(".c-order-row")
    await expect(rows).to_have_count(3)
    await expect(rows.nth(2)).to_contain_text("Own shop")
    assert await page.evaluate(FAINT_TEXT) == []
    await page.get_by_label("Search by number or product").fill("apron")
    await expect(rows).to_have_count(1)
    await page.get_by_label("Show", exact=True).select_option("Spring drop")
    await page.reload()
    await expect(rows).to_have_count(1)
    await expect(page.get_by_label("Search by number or product")).to_have_value("apron")
    await expect(page.get_by_label("Show", exact=True)).to_have_value(SLUG)

    await rows.first.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Order 2")
    assert page.url == f"{shop.url}/control/orders/{apron}"
    await expect(page.locator(".c-order-buyer")).to_contain_text(NAME)
    assert await page.evaluate(FAINT_TEXT) == []
    kept = await page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert NAME not in kept
    await page.go_back()
    await expect(rows).to_have_count(1)
    await expect(page.locator(".c-order-buyer")).to_have_count(0)
    await page.get_by_label("Search by number or product").fill("nothing like it")
    await expect(page.get_by_text("No order matches.")).to_be_visible()


async def test_pieces_are_refunded_after_their_sum_was_told(page, shop):
    provider, (apron, _) = await three_orders(shop)
    await orders_page(page, shop, f"/control/orders/{apron}")
    await page.get_by_role("button", name="Refund…").click()
    dialog = page.get_by_role("dialog", name="Refund")
    await expect(dialog).to_contain_text("€42.70 can still be refunded.")
    await dialog.get_by_text("Pieces", exact=True).click()
    await expect(dialog.get_by_role("button", name="Refund", exact=True)).to_be_disabled()
    await dialog.get_by_label("Pieces of Linen apron").fill("1")
    await dialog.get_by_label("Put the pieces back into stock").check()
    await expect(dialog).to_contain_text("The buyer gets €18.90 back. This cannot be undone.")
    assert await page.evaluate(FAINT_TEXT) == []
    await dialog.get_by_role("button", name="Refund €18.90").click()
    await expect(dialog).to_have_count(0)
    await expect(page.get_by_text("€18.90 goes back.")).to_be_visible()
    await sent(shop)
    assert [amount for _, amount, _ in provider.sent] == [1890]
    await page.reload()
    await expect(page.locator("[data-sum=left]")).to_have_text("€23.80")
    await expect(page.locator(".c-order-history")).to_contain_text("€18.90 refunded.")


async def test_more_than_is_left_is_not_refunded(browser, shop):
    provider, (apron, _) = await three_orders(shop)
    async with refused_page(browser) as page:
        await orders_page(page, shop, f"/control/orders/{apron}")
        await page.get_by_role("button", name="Refund…").click()
        dialog = page.get_by_role("dialog", name="Refund")
        await dialog.get_by_text("An amount", exact=True).click()
        await dialog.get_by_label("Amount", exact=True).fill("43")
        await expect(dialog.get_by_role("alert")).to_contain_text("more than what can still be")
        await expect(dialog.get_by_role("button", name="Refund", exact=True)).to_be_disabled()
        # Somebody else was faster, while this dialog is open.
        await shop.call("POST", f"/orders/{apron}/refunds", {"amount": euros(100)})
        await dialog.get_by_label("Amount", exact=True).fill("4")
        await expect(dialog.get_by_role("alert")).to_contain_text("The order has changed meanwhile")
    await sent(shop)
    assert [amount for _, amount, _ in provider.sent] == [100]


async def test_a_parcel_leaves_arrives_and_comes_back(page, shop):
    _, (apron, _) = await three_orders(shop)
    await orders_page(page, shop, f"/control/orders/{apron}")
    await page.get_by_role("button", name="Mark as shipped…").click()
    dialog = page.get_by_role("dialog", name="Mark as shipped")
    await dialog.get_by_label("Carrier").fill("Poste")
    await dialog.get_by_label("Tracking link").fill("http://track.example/1")
    await dialog.get_by_role("button", name="Shipped").click()
    await expect(dialog.locator("[data-field=tracking] .c-wrong")).to_contain_text("https://")
    await dialog.get_by_label("Tracking link").fill("https://track.example/1")
    await dialog.get_by_role("button", name="Shipped").click()
    link = page.get_by_role("link", name="Follow the parcel")
    await expect(link).to_have_attribute("href", "https://track.example/1")
    await expect(page.get_by_role("button", name="Mark as shipped…")).to_have_count(0)
    await page.get_by_role("button", name="Mark as delivered").click()
    await expect(page.locator(".c-order-head")).to_contain_text("Delivered")
    await page.get_by_role("button", name="Came back…").click()
    dialog = page.get_by_role("dialog", name="What came back?")
    await dialog.get_by_label("Pieces of Linen apron").fill("0")
    await dialog.get_by_role("button", name="It came back").click()
    await expect(dialog).to_contain_text("Choose at least one piece.")
    await dialog.get_by_label("Pieces of Linen apron").fill("1")
    await dialog.get_by_role("button", name="It came back").click()
    await expect(page.locator(".c-order-history")).to_contain_text("1 piece came back.")


async def test_a_packing_slip_asks_for_the_address_and_prints_it(page, shop):
    provider, (apron, _) = await three_orders(shop)
    await orders_page(page, shop, f"/control/orders/{apron}/slip")
    sheet = page.locator(".c-slip")
    await expect(sheet).to_contain_text(STREET)
    await expect(sheet.locator("tbody tr")).to_have_text(["2Linen apronMUG-1"])
    assert len(provider.asked) == 1
    await page.emulate_media(media="print")
    await expect(page.get_by_role("button", name="Print")).to_be_hidden()


async def test_a_server_that_is_away_is_said_and_asked_again(browser, shop):
    provider, _ = await three_orders(shop)
    provider.fails = AWAY
    async with refused_page(browser) as page:
        await orders_page(page, shop)
        rows = page.locator(".c-order-row")
        await expect(rows).to_have_count(3)
        await page.route("**/api/v1/orders?*", lambda route: route.abort())
        await page.get_by_label("Status", exact=True).select_option("To ship")
        problem = page.locator(".c-orders-problem")
        await expect(problem).to_contain_text("The server does not answer")
        await expect(rows).to_have_count(3)
        await page.unroute("**/api/v1/orders?*")
        await problem.get_by_role("button", name="Try again").click()
        await expect(rows).to_have_count(2)
        await expect(problem).to_be_hidden()
        await rows.first.click()
        buyer = page.locator(".c-order-buyer")
        await expect(buyer).to_contain_text("The payment provider does not answer.")
        await page.goto(f"{shop.url}/control/orders/o_nothing")
        await expect(page.get_by_role("alert")).to_contain_text("There is no such order.")


async def test_orders_of_a_shop_are_read_only(page, shop):
    await three_orders(shop)
    await orders_page(page, shop)
    await page.locator(".c-order-row").nth(2).click()
    await expect(page.locator(".c-order-head")).to_contain_text("This order is from Own shop.")
    await expect(page.locator(".c-order-tools button")).to_have_count(0)


async def test_the_export_is_saved(page, shop):
    await three_orders(shop)
    await orders_page(page, shop)
    async with page.expect_download() as begun:
        await page.get_by_role("button", name="Export as CSV").click()
    saved = await (await begun.value).path()
    assert len(saved.read_text(encoding="utf-8-sig").strip().splitlines()) == 4


@pytest.mark.parametrize("width", [260, 390, 1280])
async def test_nothing_of_the_longest_order_is_cut(browser, shop, width):
    provider_of(shop)
    long = line("SKU-" + "W" * 60, 3, title=LONGEST, choice="W" * 60)
    order = await ordered(shop, long, line(title=LONGEST))
    page = await browser.new_page(viewport={"width": width, "height": 800})
    await orders_page(page, shop)
    await expect(page.locator(".c-order-row")).to_have_count(1)
    assert await page.evaluate(MEASURE, 200) == []
    await page.locator(".c-order-row").click()
    await expect(page.locator(".c-order-buyer")).to_contain_text(NAME)
    assert await page.evaluate(MEASURE, 200) == []
    for name in ("Refund…", "Mark as shipped…"):
        await page.get_by_role("button", name=name).click()
        if name == "Refund…":
            await page.get_by_role("dialog").get_by_text("Pieces", exact=True).click()
        assert await page.evaluate(MEASURE, 150) == []
        await page.keyboard.press("Escape")
    await page.goto(f"{shop.url}/control/orders/{order.checkout.id}/slip")
    await expect(page.locator(".c-slip")).to_contain_text(STREET)
    assert await page.evaluate(MEASURE, 150) == []
