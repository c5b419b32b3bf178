"""Adding and editing products: prices as people type them, pictures, mistakes at their field."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import ROOT
from tests.browser.control_page import bag_skus, empty_show, refused_page, row, sit_down
from tests.browser.shop import APRON, MUG, euros, product
from tests.store.selling import line, new

PICTURE = ROOT / "static" / "demo" / "apron.webp"


async def _new_product(page):
    await page.get_by_role("button", name="Add products").first.click()
    await page.get_by_role("dialog").get_by_role("button", name="New product").click()
    await expect(page.get_by_role("dialog", name="New product")).to_be_visible()


async def _fill(page, **fields: str) -> None:
    for name, value in fields.items():
        await page.locator(f"dialog [data-field={name}] input").fill(value)


async def test_an_empty_bag_says_what_to_do(page, shop):
    await empty_show(shop)
    await sit_down(page, shop)
    await expect(page.locator(".c-empty-bag")).to_contain_text("Add what you will show")
    await expect(page.get_by_role("button", name="Pin next")).to_be_disabled()
    await page.locator(".c-empty-bag").get_by_role("button", name="Add products").click()
    await expect(page.get_by_role("dialog")).to_contain_text("The catalogue is empty")


async def test_products_of_the_catalogue_are_picked(page, shop):
    await shop.open(MUG)
    dollars = {"amount": 900, "currency": "USD"}
    await shop.call("POST", "/products", [APRON, product("US-1", price=dollars, prior_price=None)])
    await sit_down(page, shop)
    await page.get_by_role("button", name="Add products").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_label("SKU MUG-1 · in the bag")).to_be_disabled()
    await expect(dialog.get_by_label("SKU US-1 · not in EUR")).to_be_disabled()
    await expect(dialog.get_by_role("button", name="Choose products")).to_be_disabled()
    await dialog.get_by_role("searchbox").fill("APRON")
    await expect(dialog.get_by_role("listitem")).to_have_count(1)
    await dialog.get_by_label("Linen apron").check()
    await dialog.get_by_role("button", name="Add 1 product").click()
    await expect(dialog).to_have_count(0)
    await expect(row(page, APRON["title"])).to_be_visible()
    assert await bag_skus(shop) == ["MUG-1", "APR-3"]


async def test_a_long_catalogue_comes_in_pages_and_is_searched_on_the_server(page, shop):
    await shop.open(MUG)
    many = [product(f"SKU-{n}", title=f"Thing {n}", prior_price=None) for n in range(230)]
    await shop.call("POST", "/products", many)
    await sit_down(page, shop)
    await page.get_by_role("button", name="Add products").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("listitem")).to_have_count(100)
    await dialog.get_by_role("button", name="Show more").click()
    await expect(dialog.get_by_role("listitem")).to_have_count(200)
    await dialog.get_by_role("searchbox").fill("THING 229")
    await expect(dialog.get_by_role("listitem")).to_have_count(1)
    await expect(dialog.get_by_role("button", name="Show more")).to_be_hidden()
    await dialog.get_by_label("Thing 229").check()
    await dialog.get_by_role("searchbox").fill("nothing at all")
    await expect(dialog).to_contain_text("Nothing fits the search.")
    await dialog.get_by_role("button", name="Add 1 product").click()
    await expect(dialog).to_have_count(0)
    assert await bag_skus(shop) == ["MUG-1", "SKU-229"]


async def test_a_new_product_with_a_picture_goes_into_the_bag(page, shop):
    await shop.open(MUG)
    await sit_down(page, shop)
    await _new_product(page)
    await _fill(page, title="Tea towel", sku="TT-02", price="12,50", prior_price="14", stock="41")
    await _fill(page, link="https://shop.example/towel")
    await page.locator("dialog input[type=file]").set_input_files(PICTURE)
    await expect(page.locator("dialog control-image-field .c-drop img")).to_be_visible()
    await page.get_by_role("button", name="Add to the bag").click()
    added = row(page, "Tea towel")
    await expect(added.locator(".c-price")).to_have_text("€12.50")
    [_, kept] = (await shop.call("GET", "/products"))["products"]
    assert kept["price"] == euros(1250)
    assert kept["prior_price"] == euros(1400)
    assert kept["image"].startswith("/media/")
    assert kept["stock"] == 41


async def test_what_is_missing_is_said_at_the_field(page, shop):
    await shop.open(MUG)
    await sit_down(page, shop)
    await _new_product(page)
    await _fill(page, price="1.890")
    await page.get_by_role("button", name="Add to the bag").click()
    dialog = page.get_by_role("dialog")
    for name, words in {
        "title": "A title is needed",
        "sku": "A SKU is needed",
        "price": "Thousands or decimals?",
    }.items():
        await expect(dialog.locator(f"[data-field={name}]")).to_contain_text(words)
    await expect(dialog.get_by_label("Title")).to_be_focused()
    assert await bag_skus(shop) == ["MUG-1"]


async def test_what_the_server_finds_is_said_at_the_field_too(browser, shop):
    async with refused_page(browser) as page:
        await shop.open(MUG)
        await sit_down(page, shop)
        await _new_product(page)
        await _fill(page, title="Tea towel", sku="a\u200bb", price="12", link="ftp://shop.example")
        await page.get_by_role("button", name="Add to the bag").click()
        field = page.locator("dialog [data-field=sku]")
        await expect(field).to_contain_text("printable characters")
        await _fill(page, sku="TT-02")
        await page.get_by_role("button", name="Add to the bag").click()
        await expect(page.locator("dialog [data-field=link]")).to_contain_text("starts with http")


async def test_a_file_that_is_no_picture_is_refused_in_words(browser, shop, tmp_path):
    async with refused_page(browser) as page:
        await shop.open(MUG)
        await sit_down(page, shop)
        await _new_product(page)
        wrong = tmp_path / "notes.webp"
        wrong.write_bytes(b"no picture at all")
        await page.locator("dialog input[type=file]").set_input_files(wrong)
        await expect(page.get_by_role("dialog")).to_contain_text("Try JPEG, PNG or WebP")


async def test_an_edited_product_changes_in_the_bag_and_on_screen(page, shop):
    await shop.open(MUG)
    await shop.do("pin_product", sku="MUG-1")
    await sit_down(page, shop)
    await page.get_by_role("button", name=f"Edit {MUG['title']}").click()
    await expect(page.locator("dialog [data-field=price] input")).to_have_value("24.90")
    await expect(page.locator("dialog [data-field=sku] input")).not_to_be_editable()
    await _fill(page, title="Moka mug, blue", price="22")
    await page.get_by_role("button", name="Save").click()
    await expect(row(page, "Moka mug, blue").locator(".c-price")).to_have_text("€22.00")
    await expect(page.locator("control-stage")).to_contain_text("Moka mug, blue")


async def test_what_is_sold_while_a_product_is_edited_stays_sold(page, shop):
    """Regression: the dialog wrote the stock that it had read when it was opened."""
    await shop.open({**MUG, "stock": 5})
    await sit_down(page, shop)
    await page.get_by_role("button", name=f"Edit {MUG['title']}").click()
    await expect(page.locator("dialog [data-field=stock] input")).to_have_value("5")
    await shop.store.reserve(new(line(quantity=4)))
    await _fill(page, title="Moka mug, blue")
    await page.get_by_role("button", name="Save").click()
    await expect(row(page, "Moka mug, blue")).to_be_visible()
    assert await shop.store.stocks(["MUG-1"]) == {"MUG-1": 1}


@pytest.mark.parametrize("currency", ["JPY", "KWD"])
async def test_prices_have_the_decimals_of_the_currency(page, shop, currency):
    await empty_show(shop, currency)
    await sit_down(page, shop)
    await _new_product(page)
    await _fill(page, title="Bowl", sku="B-1", price="1500.5")
    await page.get_by_role("button", name="Add to the bag").click()
    if currency == "JPY":
        await expect(page.get_by_role("dialog")).to_contain_text("Too many decimals for JPY")
        await _fill(page, price="1,500")
        await page.get_by_role("button", name="Add to the bag").click()
    await expect(row(page, "Bowl")).to_be_visible()
    [kept] = (await shop.call("GET", "/products"))["products"]
    assert kept["price"] == {
        "amount": {"JPY": 1500, "KWD": 1500500}[currency],
        "currency": currency,
    }


async def test_product_after_product_is_added_without_closing_the_dialog(page, shop):
    await empty_show(shop)
    await sit_down(page, shop)
    await _new_product(page)
    again = page.get_by_role("button", name="Add, then another")
    await again.click()
    wrong = page.locator("dialog [data-field=title] > .c-wrong")
    await expect(wrong).to_have_text("A title is needed.")
    await _fill(page, title="Mug")
    await expect(wrong).to_be_hidden()
    await _fill(page, sku="M-1", price="18.90", link="shop.example/mug")
    await again.click()
    await expect(page.locator("dialog [data-field=title] input")).to_be_focused()
    await expect(page.locator("dialog [data-field=sku] input")).to_have_value("")
    await _fill(page, title="Bowl", sku="B-1", price="9")
    await page.get_by_role("button", name="Add to the bag").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert await bag_skus(shop) == ["M-1", "B-1"]
    products = (await shop.call("GET", "/products"))["products"]
    assert {each["sku"]: each["link"] for each in products} == {
        "M-1": "https://shop.example/mug",
        "B-1": None,
    }
