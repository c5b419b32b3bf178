"""What a shop sold under names of its own becomes a product, for the orders to come."""

from __future__ import annotations

import pytest_asyncio
from playwright.async_api import expect

from tests.browser.control_page import sit_down, state, toast
from tests.browser.seller import SECRET, SEEN, UNKNOWN, address, connect, deliver, give, only_id
from tests.browser.shop import APRON, MUG, SLUG, product


@pytest_asyncio.fixture(loop_scope="session")
async def panel(page, shop):
    """The panel on a live show with a mug and an apron."""
    await shop.open(MUG, APRON)
    await sit_down(page, shop)
    return page


async def test_an_unknown_line_becomes_a_product_for_the_next_order(panel, shop):
    dialog = await connect(panel, "Shopify")
    await give(dialog, SECRET)
    url = await address(dialog)
    await deliver(shop, url, "shopify/paid", line_items=UNKNOWN)
    await dialog.get_by_role("button", name="Match 1 product").click()
    matching = panel.get_by_role("dialog", name="Products of Shopify")
    line = matching.locator("li").first
    await expect(line).to_contain_text("Tea towel, striped")
    await expect(line).to_contain_text("variant:808950810 · SKU TOWEL-OLD · 2 sold in this show")
    await line.get_by_role("combobox").select_option("APR-3")
    await matching.get_by_role("button", name="Save 1 match").click()
    await expect(toast(panel)).to_contain_text("The next order")
    await deliver(shop, url, "shopify/paid", id=4711, line_items=UNKNOWN)
    newest = (await state(shop))["ticker"][0]
    assert newest["items"] == [{"sku": "APR-3", "title": APRON["title"], "quantity": 2}]
    await matching.get_by_role("button", name="Undo: Tea towel, striped").click()
    await expect(matching.get_by_role("combobox").first).to_be_visible()
    assert (await shop.call("GET", f"/connections/{await only_id(shop)}/matches"))["matches"] == {}


async def test_an_unknown_line_can_become_a_new_product(panel, shop):
    dialog = await connect(panel, "Shopify")
    await give(dialog, SECRET)
    await deliver(shop, await address(dialog), "shopify/paid", line_items=UNKNOWN)
    await dialog.get_by_role("button", name="Match 1 product").click()
    matching = panel.get_by_role("dialog", name="Products of Shopify")
    await matching.get_by_role("combobox").first.select_option("New product…")
    product = panel.get_by_role("dialog", name="New product")
    await expect(product.get_by_label("Title")).to_have_value("Tea towel, striped")
    await expect(product.locator("[data-field=sku] input")).to_have_value("TOWEL-OLD")
    await product.locator("[data-field=sku] input").fill("POD-8")
    await product.locator("[data-field=price] input").fill("199")
    await product.get_by_role("button", name="Add to the bag").click()
    await expect(matching.get_by_role("combobox").first).to_have_value("POD-8")
    await matching.get_by_role("button", name="Save 1 match").click()
    await expect(matching.get_by_role("heading", name="Matched")).to_be_visible()
    bag = await shop.call("GET", f"/shows/{SLUG}/bag")
    assert "POD-8" in [item["sku"] for item in bag["products"]]


async def test_in_a_long_catalogue_the_product_is_searched_for(panel, shop):
    many = [product(f"SKU-{n}", title=f"Thing {n}", prior_price=None) for n in range(120)]
    await shop.call("POST", "/products", many)
    dialog = await connect(panel, "Shopify")
    await give(dialog, SECRET)
    await deliver(shop, await address(dialog), "shopify/paid", line_items=UNKNOWN)
    await dialog.get_by_role("button", name="Match 1 product").click()
    matching = panel.get_by_role("dialog", name="Products of Shopify")
    await matching.get_by_role("searchbox").fill("thing 119")
    await matching.get_by_role("searchbox").press("Tab")
    await matching.get_by_role("combobox").first.select_option("SKU-119")
    await matching.get_by_role("searchbox").fill("thing 118")
    await matching.get_by_role("searchbox").press("Enter")
    await expect(matching.get_by_role("option", name="Thing 118")).to_be_attached()
    await expect(matching.get_by_role("combobox").first).to_have_value("SKU-119")
    await matching.get_by_role("button", name="Save 1 match").click()
    await expect(matching.get_by_role("heading", name="Matched")).to_be_visible()


async def test_where_all_is_known_there_is_nothing_to_match(panel, shop):
    await shop.sell()
    await panel.evaluate(SEEN)
    await panel.get_by_role("button", name="Open Own shop").click()
    await panel.get_by_role("button", name="Matched products").click()
    await expect(panel.get_by_role("dialog", name="Products of")).to_contain_text(
        "Nothing to match"
    )
