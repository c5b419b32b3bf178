"""Bringing in the products of a shop from the panel, and keeping them in step."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import expect

from tests.browser.control_page import KEYS, LEAKS, sit_down
from tests.browser.seller import connect, only_id
from tests.browser.shop import APRON, open_shop
from tests.browser.test_control_shops import HURRY, WIDE
from tests.shops.shopify_shop import TOKEN, shopify_shop


async def test_products_are_brought_in_and_kept_in_step(page, tmp_path: Path) -> None:
    await page.add_init_script(HURRY)
    async with open_shop(tmp_path, private_addresses=True) as shop:
        await shop.open(APRON)
        with shopify_shop(shop.clock) as shopify:
            shopify.put(1, "Moka mug", {"sku": "MUG-1", "price": "18.90", "quantity": 7})
            shopify.put(2, "Tea towel", {"sku": "TOWEL", "price": None})
            await sit_down(page, shop)
            dialog = await connect(page, "Shopify")
            sync = dialog.locator("control-shop-sync")
            await sync.get_by_text("Products: bring them in").click()
            await expect(sync).to_contain_text("Give the key above first.")
            await expect(sync.get_by_role("button")).to_have_count(0)

            await dialog.get_by_text("Catch up after an outage").click()
            poll = dialog.locator("control-shop-poll")
            await poll.get_by_label("Address of the shop").fill(shopify.address)
            await poll.get_by_label("Access token").fill(TOKEN)
            await poll.get_by_role("button", name="Let the server ask").click()
            await expect(sync).to_contain_text("No products have been brought in yet.")

            await sync.get_by_role("button", name="Bring in and keep in step").click()
            await expect(sync).to_contain_text("1 product, ")
            await expect(sync).to_contain_text("They are kept in step.")
            await expect(sync).to_contain_text("1 product was left out:")
            await expect(sync).to_contain_text("Tea towel: price: expected a price, got none")
            for width in (320, 390, 1280):
                await page.set_viewport_size({"width": width, "height": 900})
                assert await page.evaluate(WIDE) == []
            assert await page.evaluate(LEAKS, [*KEYS, "shpat_"]) == []

            await sync.get_by_role("button", name="Stop").click()
            await expect(sync).to_contain_text("No products have been brought in yet.")
            listed = (await shop.call("GET", "/connections"))["connections"]
            assert [(one["id"], one["sync"]) for one in listed] == [(await only_id(shop), None)]
            products = (await shop.call("GET", "/products"))["products"]
            assert {one["sku"] for one in products} == {"APR-3", "MUG-1"}
        # A page in a hurry asks again and again: it goes before the server does.
        await page.goto("about:blank")
