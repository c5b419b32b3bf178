"""Vouchers in the panel: made, offered in the show, deleted."""

import os
from pathlib import Path

from playwright.async_api import expect

from tests.browser.contrast import FAINT_TEXT
from tests.browser.control_page import sit_down
from tests.browser.shop import MUG


async def opened(page, name):
    await page.locator("control-menu button").first.click()
    await page.get_by_role("menuitem", name=name).click()
    dialog = page.get_by_role("dialog", name=name)
    await expect(dialog).to_be_visible()
    return dialog


async def test_a_voucher_is_made_offered_closed_and_deleted(page, shop, tmp_path):
    await shop.open(MUG)
    await sit_down(page, shop)
    dialog = await opened(page, "Vouchers")
    await expect(dialog).to_contain_text("No vouchers yet")
    await dialog.get_by_role("button", name="Make the voucher").click()
    await expect(dialog).to_contain_text("Say how many percent.")
    await dialog.get_by_label("Percent off").fill("12.5")
    await dialog.get_by_label("From which sum on").fill("30")
    await dialog.get_by_label("For how many").fill("50")
    await dialog.get_by_label("Code", exact=True).fill("first50")
    await dialog.get_by_role("button", name="Make the voucher").click()
    row = dialog.get_by_role("listitem")
    await expect(row).to_contain_text("−12.5% FIRST50")
    await expect(row).to_contain_text("50 of 50 left · 0 given · used 0 times · from €30.00 on")
    assert await page.evaluate(FAINT_TEXT) == []
    folder = Path(os.environ.get("VOUCHER_PICTURES", tmp_path))
    await page.screenshot(path=folder / "voucher-panel.png")
    await row.get_by_role("button", name="Offer now").click()
    await expect(row).to_contain_text("On the screens now")
    state = (await shop.http.get("/api/v1/shows/spring-drop")).json()["state"]
    assert state["vouchers"][0]["percent"] == 12.5
    await row.get_by_role("button", name="Take off the screens").click()
    await expect(row.get_by_role("button", name="Offer now")).to_be_visible()
    await row.get_by_role("button", name="Delete").click()
    await row.get_by_role("button", name="Really delete?").click()
    await expect(dialog).to_contain_text("No vouchers yet")


async def test_an_address_is_told_of_orders_and_its_log_is_shown(page, shop, tmp_path):
    await shop.open(MUG)
    await sit_down(page, shop)
    dialog = await opened(page, "Tell other systems of orders")
    await dialog.get_by_label("Address").fill("erp.example/orders")
    await dialog.get_by_role("button", name="Add the address").click()
    await expect(dialog).to_contain_text("Copy it now")
    row = dialog.get_by_role("listitem").first
    await expect(row).to_contain_text("https://erp.example/orders")
    await expect(row).to_contain_text("Nothing told yet")
    await row.get_by_role("button", name="Log").click()
    await expect(row).to_contain_text("Nothing was told yet")
    folder = Path(os.environ.get("VOUCHER_PICTURES", tmp_path))
    await page.screenshot(path=folder / "hooks-panel.png")
    await row.get_by_role("button", name="Delete").click()
    await row.get_by_role("button", name="Really delete?").click()
    await expect(dialog.get_by_role("listitem")).to_have_count(0)
