"""Stock at several places, in the panel of the seller."""

from playwright.async_api import expect

from tests.browser.contrast import FAINT_TEXT
from tests.browser.control_page import refused_page
from tests.browser.shop import MUG
from tests.browser.test_control_orders import orders_page
from tests.store.selling import stocked
from tests.web.orders import line, ordered, provider_of


async def test_places_are_added_and_stocked(browser, shop):
    await shop.open(MUG)
    await stocked(shop.store, 10)
    async with refused_page(browser) as page:
        await _add_and_stock(page, shop)


async def _add_and_stock(page, shop):
    await orders_page(page, shop)
    await page.get_by_role("button", name="Places…").click()
    dialog = page.get_by_role("dialog", name="Places")
    await expect(dialog).to_contain_text("Everything is sent from one place")
    for name in ("Milan", "Rome"):
        await dialog.get_by_label("Name", exact=True).fill(name)
        await dialog.get_by_label("Code").fill(name.lower())
        await dialog.get_by_role("button", name="Save place").click()
        await expect(dialog.locator(".c-places").first).to_contain_text(name)
        if name == "Milan":
            await dialog.get_by_text("Add or change a place").click()
    await expect(dialog.locator(".c-places").first).to_contain_text(
        "milan · priority 0 · main place"
    )
    assert await page.evaluate(FAINT_TEXT) == []

    await dialog.get_by_label("SKU").fill("MUG-1")
    await dialog.get_by_role("button", name="Show", exact=True).click()
    where = dialog.get_by_role("status")
    await expect(where).to_contain_text("Milan: 10 · Rome: 0")
    await dialog.get_by_label("To", exact=True).select_option("Rome")
    await dialog.get_by_label("Pieces").fill("3")
    await dialog.get_by_role("button", name="Move or correct").click()
    await expect(dialog.locator("[data-field=reason] .c-wrong")).to_be_visible()
    await dialog.get_by_label("Reason").fill("delivered")
    await dialog.get_by_role("button", name="Move or correct").click()
    await expect(where).to_contain_text("Milan: 10 · Rome: 3")
    assert await shop.store.stocks(["MUG-1"]) == {"MUG-1": 13}
    await dialog.get_by_text("What was moved").click()
    await expect(dialog).to_contain_text("MUG-1 × 3: – came in → Rome")
    await dialog.get_by_role("button", name="Remove Rome").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("There are pieces at this place")


async def test_a_place_says_that_its_part_is_picked(page, shop):
    await shop.open(MUG)
    await shop.call("POST", "/places", {"code": "milan", "name": "Milan"})
    provider_of(shop)
    order = await ordered(shop, line(quantity=2))
    await orders_page(page, shop, f"/control/orders/{order.checkout.id}")
    card = page.locator("control-order-places")
    await expect(card).to_contain_text("Milan2 × Title of MUG-1")
    await card.get_by_role("button", name="Picked at Milan").click()
    await expect(card.locator(".c-tag")).to_contain_text("Picked")
    assert await page.evaluate(FAINT_TEXT) == []
    await page.reload()
    await expect(card.locator(".c-tag")).to_contain_text("Picked")


async def test_an_order_of_a_shop_without_places_says_nothing_of_them(page, shop):
    await shop.open(MUG)
    provider_of(shop)
    order = await ordered(shop, line())
    await orders_page(page, shop, f"/control/orders/{order.checkout.id}")
    await expect(page.get_by_role("heading", name="History")).to_be_visible()
    await expect(page.locator("control-order-places")).to_be_hidden()
