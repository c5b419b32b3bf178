"""Letting the server ask a shop for what it missed, in the panel."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.control_page import KEYS, LEAKS, refused_page, sit_down
from tests.browser.seller import connect, only_id
from tests.browser.shop import MUG

ACCESS = {"key": "ck_0123456789abcdef", "secret": "cs_0123456789abcdef"}


async def test_a_key_is_given_fails_in_words_and_is_forgotten(browser, shop):
    async with refused_page(browser) as page:
        await shop.open(MUG)
        await sit_down(page, shop)
        dialog = await connect(page, "WooCommerce")
        await dialog.get_by_text("Catch up after an outage").click()
        poll = dialog.locator("control-shop-poll")
        save = poll.get_by_role("button", name="Let the server ask")
        await save.click()
        await expect(poll.locator("[data-field=poll-key]")).to_contain_text("This is needed.")
        await poll.get_by_label("Address of the shop").fill("http://127.0.0.1:9")
        await poll.get_by_label("Consumer key").fill("sk_wrong")
        await poll.get_by_label("Consumer secret").fill(ACCESS["secret"])
        await save.click()
        await expect(poll.locator("[data-field=poll-key]")).to_contain_text("ck_")
        await poll.get_by_label("Consumer key").fill(ACCESS["key"])
        await save.click()
        await expect(poll).to_contain_text("The shop has not answered yet.")
        await poll.get_by_role("button", name="Ask now").click()
        await expect(poll).to_contain_text("Asking did not work:")
        assert await page.evaluate(LEAKS, [*KEYS, "ck_", "cs_"]) == []
        await poll.get_by_role("button", name="Forget the key").click()
        await expect(save).to_be_visible()
        listed = (await shop.call("GET", "/connections"))["connections"]
        assert [(one["id"], one["poll"]) for one in listed] == [(await only_id(shop), None)]


async def test_only_shops_that_can_be_asked_offer_it(page, shop):
    await shop.open(MUG)
    await sit_down(page, shop)
    dialog = await connect(page, "Fourthwall")
    await expect(dialog.locator("control-shop-poll, control-shop-sync")).to_have_count(0)
