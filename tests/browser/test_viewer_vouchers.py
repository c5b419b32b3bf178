"""A voucher on the viewer's phone: taken by tap, honest about what is left."""

import os
from pathlib import Path

from playwright.async_api import expect

from tests.browser.shop import MUG, visit


async def offered(shop, quantity=2, **terms):
    await shop.open(MUG)
    await shop.do("pin_product", sku="MUG-1")
    body = {"code": "SECRET77", "percent": 10, "quantity": quantity, "by_tap": True, **terms}
    await shop.call("POST", "/vouchers", body)
    await shop.do("offer_voucher", voucher="SECRET77", duration_s=300)


async def test_a_tap_takes_it_and_says_so(phone, shop, tmp_path):
    await offered(shop, min_spend={"amount": 3000, "currency": "EUR"})
    await visit(phone, shop)
    card = phone.locator(".voucher")
    await expect(card).to_contain_text("−10%")
    await expect(card).to_contain_text("Voucher for the first 2")
    await expect(card).to_contain_text("From €30.00 on")
    await expect(card).to_contain_text("2 of 2 left")
    assert "SECRET77" not in await phone.content()
    folder = Path(os.environ.get("VOUCHER_PICTURES", tmp_path))
    await phone.screenshot(path=folder / "voucher-phone.png")
    await card.get_by_role("button", name="Take the voucher").click()
    await expect(card).to_contain_text("It is yours")
    await expect(card).to_contain_text("1 of 2 left")
    await expect(card.get_by_role("button")).to_have_count(0)
    cookies = {one["name"]: one for one in await phone.context.cookies()}
    assert cookies["vetrina_bag"]["httpOnly"]


async def test_one_who_is_too_late_is_told(browser, shop):
    """The tap came before the news that all are taken. The browser logs the 409 as an error."""
    await offered(shop, quantity=1)
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    phone = await context.new_page()
    await visit(phone, shop)
    button = phone.get_by_role("button", name="Take the voucher")
    await expect(button).to_be_visible()
    too_late = {"code": "sold_out", "status": 409, "left": 0}
    await phone.route("**/claims", lambda route: route.fulfill(status=409, json=too_late))
    await button.click()
    await expect(phone.locator(".voucher")).to_contain_text("All of them are taken.")
    await expect(button).to_have_count(0)
    await context.close()


async def test_panic_and_the_end_take_it_away(phone, shop):
    await offered(shop)
    await visit(phone, shop)
    await expect(phone.locator(".voucher")).to_have_count(1)
    await shop.do("panic")
    await expect(phone.locator("#vouchers")).to_be_hidden()
    await shop.do("calm")
    await expect(phone.locator("#vouchers")).to_be_visible()
    await shop.do("close_voucher", voucher="v1")
    await expect(phone.locator(".voucher")).to_have_count(0)
