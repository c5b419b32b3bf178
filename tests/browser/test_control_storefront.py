"""Setting up the shop in the panel."""

from playwright.async_api import expect

from tests.browser.contrast import FAINT_TEXT
from tests.browser.control_page import refused_page, sit_down
from tests.browser.shop import MUG


async def test_a_shop_is_named_and_open(page, shop):
    await shop.open(MUG)
    await sit_down(page, shop)
    dialog = await _settings(page)
    await expect(dialog.get_by_label("Name", exact=True)).to_have_value("Bottega Giulia")
    await expect(dialog.get_by_label("Address", exact=True)).to_have_value("bottega-giulia")
    await dialog.get_by_label("Name", exact=True).fill("Caffè & Co")
    await expect(dialog.get_by_label("Address", exact=True)).to_have_value("caffe-co")
    await dialog.get_by_label("Address", exact=True).fill("giulia")
    await dialog.get_by_label("A colour of your own").check()
    await dialog.get_by_label("Colour", exact=True).fill("#1f6b3a")
    await dialog.get_by_label("Delivery", exact=True).fill("€4.90")
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
        "eu": False, "safety": None, "seller": None, "withdrawal_days": 14, "withdrawal": "",
        "privacy": None, "reserve_minutes": 10,
    }  # fmt: skip
    await page.goto(told["url"])
    await expect(page.get_by_role("heading", level=1)).to_have_text("Caffè & Co")
    await expect(page.locator(".product")).to_have_count(1)


async def test_product_safety_is_asked_for_once_the_shop_sells_to_the_eu(browser, shop):
    await shop.open(MUG)
    async with refused_page(browser) as page:
        await sit_down(page, shop)
        await _publish_a_product(page, shop)
        await _give_the_shop_its_default(page, shop)
        section = page.get_by_role("region", name="Product safety")
        await expect(section).to_contain_text("Hot after use.")
        await expect(section.get_by_role("link")).to_have_attribute(
            "href", "mailto:ciao@giulia.example"
        )
        assert await page.evaluate(FAINT_TEXT) == []


async def _publish_a_product(page, shop):
    """Refused without product safety, and so is half of it."""
    dialog = await _settings(page)
    await dialog.get_by_label("We sell to people in the EU").check()
    await dialog.get_by_role("button", name="Save").click()
    said = "The shop is saved. 1 active product has no product safety. It stays in the shop."
    await expect(page.get_by_text(said)).to_be_visible()

    await page.get_by_role("button", name="Add products").first.click()
    await page.get_by_role("dialog").get_by_role("button", name="New product").click()
    product = page.get_by_role("dialog", name="New product")
    for name, value in (("title", "Apron"), ("sku", "APR-3"), ("price", "39")):
        await product.locator(f"[data-field={name}] input").first.fill(value)
    await product.get_by_role("button", name="Add to the bag").click()
    await expect(product.get_by_role("alert")).to_contain_text("Fill in Product safety")
    await product.get_by_text("Description, brand, categories and more").click()
    await product.get_by_label("Made by").fill("Lino")
    await product.get_by_role("button", name="Add to the bag").click()
    wrong = product.locator("[data-field=contact] .c-wrong")
    await expect(wrong).to_have_text("Maker, contact and postal address belong together.")
    await product.get_by_label("Contact of the maker").fill("lino.example")
    await product.get_by_label("Postal address of the maker").fill("Via 1, Prato")
    await product.get_by_role("button", name="Add to the bag").click()
    await expect(product).to_have_count(0)
    assert (await shop.call("GET", "/products/APR-3"))["safety"] == {
        "maker": "Lino", "address": "Via 1, Prato", "contact": "https://lino.example",
        "responsible": "", "warnings": "",
    }  # fmt: skip


async def _give_the_shop_its_default(page, shop):
    dialog = await _settings(page)
    await expect(dialog.get_by_text("1 active product has no product safety")).to_be_visible()
    for label, value in (
        ("Made by", "Giulia"),
        ("Postal address of the maker", "Via 4, Faenza"),
        ("Contact of the maker", "ciao@giulia"),
        ("Warnings", "Hot after use."),
    ):
        await dialog.get_by_label(label).fill(value)
    await dialog.get_by_role("button", name="Save").click()
    wrong = dialog.locator("[data-field=contact] .c-wrong")
    await expect(wrong).to_contain_text("expected an e-mail address")
    await dialog.get_by_label("Contact of the maker").fill("ciao@giulia.example")
    assert await page.evaluate(FAINT_TEXT) == []
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)
    told = await shop.call("GET", "/shop")
    assert (told["shop"]["eu"], told["unsafe"]) == (True, 0)
    await page.goto(f"{told['url']}/products/MUG-1")


async def _settings(page):
    await page.locator("control-menu button").first.click()
    await page.get_by_role("menuitem", name="The shop").click()
    return page.get_by_role("dialog", name="The shop")


async def test_who_sells_and_where_to_is_said_in_the_panel(page, shop):
    await shop.open(MUG)
    await shop.call("PUT", "/shop", {"handle": "giulia", "name": "Bottega Giulia"})
    await sit_down(page, shop)
    dialog = await _settings(page)
    await dialog.get_by_text("Selling here").click()
    await dialog.get_by_label("Seller, as in a contract").fill("Giulia Rossi")
    market = dialog.get_by_role("group", name="Market 1")
    await market.get_by_label("Name, such as Italy").fill("Italy")
    await market.get_by_label("Countries").fill("it, sm")
    await market.get_by_label("Delivery costs").fill("4.90")
    await market.get_by_label("Free from").fill("60")
    await market.get_by_label("Tax in prices").fill("22")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_text("Fill this in, too.").first).to_be_visible()
    await dialog.locator("[data-field='seller.address'] input").fill("Via Severoli 4, Faenza")
    await dialog.get_by_label("E-mail or web address").fill("ciao@giulia.example")
    await dialog.get_by_label("Minutes to pay").fill("15")
    await dialog.get_by_label("Privacy notice").fill("giulia.example/privacy")
    await dialog.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("The shop is saved.")).to_be_visible()
    told = (await shop.call("GET", "/shop"))["shop"]
    assert told["seller"]["legal_name"] == "Giulia Rossi"
    assert (told["reserve_minutes"], told["withdrawal_days"]) == (15, 14)
    assert told["privacy"] == "https://giulia.example/privacy"
    assert (await shop.call("GET", "/markets"))["markets"] == [
        {
            "code": "italy", "name": "Italy", "countries": ["IT", "SM"],
            "shipping": {"amount": 490, "currency": "EUR"},
            "free_from": {"amount": 6000, "currency": "EUR"}, "tax_bps": 2200,
        }
    ]  # fmt: skip
