"""Products with variants at the panel: what is known of them, their deals, their editing."""

import pytest_asyncio
from playwright.async_api import expect

from tests.browser.conftest import ROOT
from tests.browser.control_page import refused_page, row, sit_down, state
from tests.browser.shop import MUG, euros
from vetrina.domain.catalogue.discount import discounted
from vetrina.domain.money import Money

SIZES = {"S": 1890, "L": 2490}
TEE = {
    "sku": "TEE",
    "title": "T-shirt, organic cotton",
    "link": "https://shop.example/tee",
    "options": ["Size"],
    "variants": [
        {"sku": f"TEE-{size}", "values": [size], "price": euros(amount), "stock": 4}
        for size, amount in SIZES.items()
    ],
}
PRICE_MODULE = "/static/js/control/deals/deal-price.js"


@pytest_asyncio.fixture(loop_scope="session")
async def panel(page, shop):
    """The panel on a live show with a mug, and a T-shirt whose sizes differ in price."""
    await shop.open(MUG, TEE)
    await sit_down(page, shop)
    return page


async def test_variants_that_differ_in_price_get_a_percentage(panel, shop):
    shirt = row(panel, TEE["title"])
    await expect(shirt.locator(".c-price")).to_have_text("from €18.90")
    await shirt.get_by_role("button", name="Deal…").click()
    dialog = panel.get_by_role("dialog")
    await expect(dialog.get_by_label("Percent off")).to_be_focused()
    await expect(dialog.get_by_label("Deal price")).to_be_hidden()
    await dialog.get_by_label("Percent off").fill("2")
    await expect(dialog).to_contain_text("A deal takes 5 to 99 percent off")
    await dialog.get_by_label("Percent off").fill("0")
    await expect(dialog).to_contain_text("A whole number, 1 to 99.")
    await dialog.get_by_label("Percent off").fill("20")
    await expect(dialog).to_contain_text("from €15.12 in place of from €18.90")
    await expect(dialog).to_contain_text("the least that is true for every variant")
    await dialog.get_by_role("button", name="Start deal").click()
    await expect(shirt.locator(".c-price")).to_have_text("from €15.12")
    [deal] = (await state(shop))["deals"]
    assert (deal["price"], deal["price_to"]) == (euros(1512), euros(1992))


async def test_a_percentage_can_be_chosen_in_place_of_a_price(panel, shop):
    await row(panel, MUG["title"]).get_by_role("button", name="Deal…").click()
    dialog = panel.get_by_role("dialog")
    await expect(dialog.get_by_label("Deal price")).to_be_focused()
    await dialog.get_by_text("Percent", exact=True).click()
    await expect(dialog.get_by_label("Percent off")).to_be_focused()
    await dialog.get_by_label("Percent off").fill("25")
    await expect(dialog.locator("output")).to_have_text("−24%")
    await dialog.get_by_role("button", name="Start deal").click()
    await expect(dialog).to_have_count(0)
    [deal] = (await state(shop))["deals"]
    assert deal["price"] == euros(1868)


async def test_the_panel_takes_a_percentage_off_as_the_server_does(module_page):
    prices = [0, 1, 5, 999, 1890, 2490, 129_900, 10**15]
    pairs = [(price, percent) for price in prices for percent in range(1, 100)]
    told = await module_page.evaluate(
        "async ([path, pairs]) => { const { discounted } = await import(path); return pairs.map("
        "([amount, off]) => discounted({ amount, currency: 'EUR' }, off).amount); }",
        [PRICE_MODULE, pairs],
    )
    assert told == [discounted(Money(price, "EUR"), percent).amount for price, percent in pairs]


async def _edit(panel, title):
    await panel.get_by_role("button", name=f"Edit {title}").click()
    dialog = panel.get_by_role("dialog", name="Edit product")
    await expect(dialog.get_by_label("Title")).to_have_value(title)
    return dialog


async def test_values_of_options_make_variants_that_are_kept(panel, shop):
    dialog = await _edit(panel, TEE["title"])
    await expect(dialog.get_by_label("Price EUR, S", exact=True)).to_have_value("18.90")
    await dialog.get_by_label("Values of option 1").fill("S, M, L")
    await expect(dialog).to_contain_text("3 variants")
    await expect(dialog.get_by_label("SKU, M", exact=True)).to_have_value("TEE-M")
    await dialog.get_by_label("Price EUR, M", exact=True).fill("1.890")
    await dialog.get_by_label("SKU, M", exact=True).fill("TEE-S")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_contain_text("Another variant has this SKU.")
    await expect(dialog).to_contain_text("Thousands or decimals?")
    await dialog.get_by_label("Price EUR, M", exact=True).fill("21,50")
    await dialog.get_by_label("SKU, M", exact=True).fill("TEE-MID")
    await dialog.get_by_label("Stock, M", exact=True).fill("7")
    await dialog.get_by_role("button", name="Remove L").click()
    await dialog.get_by_text("Description, brand").click()
    await dialog.get_by_label("Description").fill("Warm & soft.")
    await dialog.get_by_label("Brand").fill("Giulia")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)
    kept = await shop.call("GET", "/products/TEE")
    assert [(one["sku"], one["price"], one["stock"]) for one in kept["variants"]] == [
        ("TEE-S", euros(1890), 4),
        ("TEE-MID", euros(2150), 7),
    ]
    assert (kept["description"], kept["brand"]) == ("<p>Warm &amp; soft.</p>", "Giulia")


async def test_a_product_with_one_price_gets_options(panel, shop):
    dialog = await _edit(panel, MUG["title"])
    await dialog.get_by_text("Options and variants").click()
    await dialog.get_by_role("button", name="Add an option").click()
    await expect(dialog.get_by_role("textbox", name="Price", exact=True)).to_be_hidden()
    await dialog.get_by_label("Values of option 1").fill("small, large")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_contain_text("Each option needs a name.")
    await dialog.get_by_label("Name of option 1").fill("Size")
    await dialog.get_by_label("Price EUR, small", exact=True).fill("20")
    await dialog.get_by_label("Price EUR, large", exact=True).fill("30")
    await dialog.get_by_role("button", name="Save").click()
    await expect(row(panel, MUG["title"]).locator(".c-price")).to_have_text("from €20.00")
    kept = await shop.call("GET", "/products/MUG-1")
    assert [one["sku"] for one in kept["variants"]] == ["MUG-1-SMALL", "MUG-1-LARGE"]


async def test_a_sku_that_another_product_has_is_refused_in_words(browser, shop):
    async with refused_page(browser) as page:
        await shop.open(MUG, TEE)
        await sit_down(page, shop)
        dialog = await _edit(page, TEE["title"])
        await dialog.get_by_label("SKU, S", exact=True).fill("MUG-1")
        await dialog.get_by_role("button", name="Save").click()
        await expect(dialog.get_by_role("alert")).to_contain_text("has one of these SKUs")
        await dialog.get_by_label("SKU, S", exact=True).fill("a\u200bb")
        await dialog.get_by_role("button", name="Save").click()
        wrong = dialog.locator("[data-field='variants.0.sku'] .c-wrong")
        await expect(wrong).to_contain_text("printable characters")


async def test_every_picture_and_its_text_stays(panel, shop):
    pictures = [(ROOT / f"static/demo/{name}.webp").read_bytes() for name in ("apron", "mug")]
    headers = {"Content-Type": "image/webp"}
    sent = [
        await shop.http.post("/api/v1/images", content=each, headers=headers) for each in pictures
    ]
    front, back = [{"url": answer.json()["url"], "alt": "A picture"} for answer in sent]
    await shop.call("PUT", "/products/TEE", TEE | {"images": [front, back], "min_age": 16})
    dialog = await _edit(panel, TEE["title"])
    await dialog.get_by_role("button", name="Picture 2").click()
    await dialog.get_by_text("Description, brand").click()
    await dialog.get_by_label("Minimum age").fill("")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)
    kept = await shop.call("GET", "/products/TEE")
    assert kept["images"] == [back, front]
    assert kept["min_age"] is None
