"""Bringing a catalogue in: looked at first, imported with one button, then chosen for the bag."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import expect

from tests.browser.control_page import bag_skus, empty_show, sit_down

FILE = """Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price
shirt,Linen shirt,Size,S,SHIRT-S,49.90
shirt,,,M,SHIRT-M,49.90
cup,Cup,,,CUP,9.00
mug,Fish &amp; Chips mug,,,mug,8.50
"""
BAD = "bad,Bad,,,BAD,free\n"


async def _open(page, shop):
    await empty_show(shop)
    await sit_down(page, shop)
    await page.locator(".c-empty-bag").get_by_role("button", name="Add products").click()
    await page.get_by_role("dialog").get_by_role("button", name="Import…").click()
    dialog = page.get_by_role("dialog", name="Import products")
    await expect(dialog).to_be_visible()
    return dialog


async def test_a_file_is_looked_at_then_imported_then_chosen(page, shop, tmp_path: Path):
    dialog = await _open(page, shop)
    file = tmp_path / "products_export.csv"
    file.write_text(FILE + BAD)
    await dialog.locator("input[type=file]").set_input_files(file)
    await expect(dialog.get_by_role("radio", name="New 4")).to_be_checked()
    rows = dialog.get_by_role("list").get_by_role("listitem")
    await expect(rows).to_have_count(4)
    await expect(rows.first).to_contain_text("SHIRT-S")
    await dialog.get_by_text("Wrong 1").click()
    await expect(rows).to_have_count(1)
    await expect(rows.first).to_contain_text("Row 6")
    await expect(rows.first).to_contain_text("Variant Price")
    assert (await shop.call("GET", "/products"))["products"] == []
    await dialog.get_by_label("Take the stock too").check()
    await dialog.get_by_role("button", name="Import 4 products").click()
    await expect(dialog.get_by_role("status")).to_have_text("Done: 4 new, 0 changed.")
    await dialog.get_by_role("button", name="Choose for the bag").click()
    chosen = page.get_by_role("dialog", name="Add products")
    await chosen.get_by_label("Fish & Chips mug").check()
    await chosen.get_by_role("button", name="Add 1 product").click()
    await expect(chosen).to_have_count(0)
    assert await bag_skus(shop) == ["mug"]


async def test_what_cannot_be_read_is_said_and_another_file_is_chosen(page, shop, tmp_path: Path):
    dialog = await _open(page, shop)
    await dialog.get_by_role("button", name="Preview").click()
    await expect(dialog.get_by_role("alert")).to_have_text(
        "Choose a file or paste an address first."
    )
    file = tmp_path / "products.csv"
    file.write_text("name;price\n")
    await dialog.locator("input[type=file]").set_input_files(file)
    await expect(dialog.get_by_role("alert")).to_contain_text("the first line is: name;price")
    file.write_text(FILE)
    await dialog.locator("input[type=file]").set_input_files(file)
    await expect(dialog.get_by_role("button", name="Import 4 products")).to_be_enabled()
    await dialog.get_by_role("button", name="Another file").click()
    await dialog.get_by_label("Or paste an address").fill("127.0.0.1/feed.xml")
    await page.keyboard.press("Enter")
    await expect(dialog.get_by_role("alert")).to_contain_text("VETRINA_PRIVATE_ADDRESSES")
