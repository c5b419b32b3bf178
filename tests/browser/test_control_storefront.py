"""Setting up the shop in the panel."""

from playwright.async_api import expect

from tests.browser.contrast import FAINT_TEXT
from tests.browser.control_page import sit_down
from tests.browser.shop import MUG


async def test_a_shop_is_named_and_open(page, shop):
    await shop.open(MUG)
    await sit_down(page, shop)
    await page.locator("control-menu button").first.click()
    await page.get_by_role("menuitem", name="The shop").click()
    dialog = page.get_by_role("dialog", name="The shop")
    await expect(dialog.get_by_label("Name", exact=True)).to_have_value("Bottega Giulia")
    await expect(dialog.get_by_label("Address", exact=True)).to_have_value("bottega-giulia")
    await dialog.get_by_label("Name", exact=True).fill("Caffè & Co")
    await expect(dialog.get_by_label("Address", exact=True)).to_have_value("caffe-co")
    await dialog.get_by_label("Address", exact=True).fill("giulia")
    await dialog.get_by_label("A colour of your own").check()
    await dialog.get_by_label("Colour", exact=True).fill("#1f6b3a")
    await dialog.get_by_label("Delivery").fill("€4.90")
    await dialog.get_by_label("Text of link 1").fill("Imprint")
    await dialog.get_by_label("Address of link 1").fill("giulia.example/imprint")
    assert await page.evaluate(FAINT_TEXT) == []
    await dialog.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("The shop is saved.")).to_be_visible()
    told = await shop.call("GET", "/shop")
    assert told["url"] == f"{shop.url}/shop/giulia"
    assert told["shop"] == {
        "handle": "giulia", "name": "Caffè & Co", "about": "", "logo": None,
        "accent": "#1f6b3a", "delivery": "€4.90", "returns": "",
        "links": [{"label": "Imprint", "url": "https://giulia.example/imprint"}],
    }  # fmt: skip
    await page.goto(told["url"])
    await expect(page.get_by_role("heading", level=1)).to_have_text("Caffè & Co")
    await expect(page.locator(".product")).to_have_count(1)
