"""Choosing who takes the money, in the panel."""

import re
from collections.abc import Iterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.contrast import FAINT_TEXT
from tests.browser.control_page import LEAKS, refused_page, sit_down
from tests.browser.shop import MUG, open_shop
from tests.stripe_double.running import StripeDouble, stripe_double

ACCOUNT = "51NbMCeJ8kYh2VtPz"
SECRET = f"sk_test_{ACCOUNT}A0b1C2d3E4f5G6h7I8j9K0"
RESTRICTED = f"rk_test_{ACCOUNT}z9Y8x7W6v5U4t3S2r1Q0p9"
"""Keys as Stripe makes them: they show that they are of one account."""
RIGHTS = frozenset({"rak_checkout_session_write", "rak_coupon_write", "rak_charge_write"})


@pytest.fixture
def double() -> Iterator[StripeDouble]:
    with stripe_double() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def shop(tmp_path):
    """One that may ask addresses on this machine."""
    async with open_shop(tmp_path, private_addresses=True) as opened:
        yield opened


async def opened(page):
    await page.locator("control-menu button").first.click()
    await page.get_by_role("menuitem", name="The shop").click()
    await page.get_by_role("dialog").get_by_role("button", name="How buyers pay").click()
    return page.get_by_role("dialog", name="Payments")


async def test_stripe_is_set_up_in_the_panel(browser, shop, double):
    """The address of the stand-in is known already: sellers give none."""
    await shop.open(MUG)
    double.account.keys[SECRET] = None
    told = {"adapter": "stripe", "key": SECRET, "address": double.address}
    await shop.call("PUT", "/payments", told)
    await shop.call("PUT", "/payments", {"adapter": "link"})
    double.account.keys[RESTRICTED] = RIGHTS
    async with refused_page(browser) as page:
        await sit_down(page, shop)
        dialog = await opened(page)
        await expect(dialog.get_by_role("status")).to_have_text("Now: Links of products.")
        await dialog.get_by_label("Stripe", exact=True).check()
        await dialog.get_by_label("On a page of yours").check()
        assert await page.evaluate(FAINT_TEXT) == []
        await dialog.get_by_label("Restricted or secret key").fill("sk_test_stolen")
        await dialog.get_by_label("Publishable key").fill("pk_test_of_the_tests")
        await dialog.get_by_role("button", name="Save").click()
        await expect(dialog.get_by_role("alert")).to_contain_text("does not know this key")
        await dialog.get_by_label("Restricted or secret key").fill(RESTRICTED)
        await dialog.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Buyers pay this way from now on.")).to_be_visible()
        told = await shop.call("GET", "/payments")
        assert (told["adapter"], told["mode"]) == ("stripe", "embedded")
        assert told["key"]["last4"] == RESTRICTED[-4:]
        assert await page.evaluate(LEAKS, ["sk_", "rk_"]) == []


async def test_the_last_step_is_said_where_stripe_could_not_be_told(browser, shop, double):
    await shop.open(MUG)
    double.account.keys[RESTRICTED] = RIGHTS
    told = {"adapter": "stripe", "key": RESTRICTED, "address": double.address}
    await shop.call("PUT", "/payments", told)
    async with refused_page(browser) as page:
        await sit_down(page, shop)
        dialog = await opened(page)
        await expect(dialog.get_by_text("One step is left")).to_be_visible()
        address = dialog.get_by_label("Address of the webhook")
        await expect(address).to_have_value(re.compile(f"^{re.escape(shop.url)}/webhooks/con_"))
        await dialog.get_by_label("Signing secret").fill("whsec_of_the_tests_pasted")
        await dialog.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Buyers pay this way from now on.")).to_be_visible()
    assert (await shop.call("GET", "/payments"))["webhook"]["signed"]
