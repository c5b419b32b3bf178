"""A visitor pays with Stripe: on its page, in its frame, without scripts; and gets it back."""

import time

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.shop import SLUG, open_shop
from tests.browser.test_buying import ITALY, MUG, PAID, SELLER, SHIRT, SHOP
from tests.browser.test_shop_tab import PROFILE
from tests.stripe_double.account import LIVE_KEY
from tests.stripe_double.running import stripe_double
from tests.web.orders import sent


@pytest.fixture
def stripe():
    with stripe_double() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def stripe_shop(tmp_path, shop_address, stripe):
    """A shop that is paid with Stripe, on the clock of the world."""
    given = {"address": shop_address, "private_addresses": True}
    async with open_shop(tmp_path / "stripe", **given) as opened:
        opened.clock.advance(int(time.time() * 1000) - opened.clock.now_ms())
        await opened.call("PUT", "/shop", PROFILE | {"seller": SELLER})
        await opened.call("PUT", "/markets", {"markets": [ITALY]})
        await opened.open(MUG, SHIRT)
        await opened.do("pin_product", sku="MUG-1")
        yield opened


async def paid_with_stripe(shop, stripe, mode):
    body = {"adapter": "stripe", "key": LIVE_KEY, "address": stripe.address, "mode": mode}
    await shop.call("PUT", "/payments", body | {"publishable_key": "pk_live_of_the_tests"})


async def told(page, shop):
    """The show tells of a purchase a moment after its buyer was told."""
    await page.goto(shop.live)
    await expect(page.locator("#bought")).to_contain_text("Moka mug")
    state = await shop.call("GET", f"/shows/{SLUG}")
    return state["state"]["ticker"]


async def test_paid_on_the_page_of_stripe(browser, stripe_shop, stripe):
    await paid_with_stripe(stripe_shop, stripe, "hosted")
    page = await browser.new_page()
    await page.goto(stripe_shop.live)
    await page.locator(".card").get_by_role("link", name="Buy").click()
    await page.get_by_role("dialog").get_by_role("button", name="Buy now").click()
    await page.wait_for_url(f"{stripe.address}/**")
    await expect(page.locator("#total")).to_have_text("Total 2980 EUR")
    await page.get_by_role("button", name="Pay", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(PAID)
    assert [one["test"] for one in await told(page, stripe_shop)] == [False]


async def test_a_refund_through_stripe_takes_the_purchase_off_the_screens(
    browser, stripe_shop, stripe
):
    await paid_with_stripe(stripe_shop, stripe, "hosted")
    made = await stripe_shop.call("POST", f"/shows/{SLUG}/keys", {"role": "overlay"})
    overlay = await browser.new_page()
    await overlay.goto(f"{stripe_shop.url}/overlay/{made['key']}?motion=off")
    page = await browser.new_page()
    await page.goto(f"{stripe_shop.url}{SHOP}/products/MUG-1")
    await page.get_by_role("button", name="Buy now").click()
    await page.get_by_role("button", name="Pay", exact=True).click()
    line = overlay.get_by_text("Someone bought")
    await expect(line).to_be_visible()
    [order] = (await stripe_shop.call("GET", "/orders"))["orders"]
    await stripe_shop.call("POST", f"/orders/{order['id']}/refunds", {"reason": "duplicate"})
    await sent(stripe_shop)
    await expect(line).to_have_count(0)
    state = await stripe_shop.call("GET", f"/shows/{SLUG}")
    assert state["state"]["ticker"] == []
    await page.reload()
    await expect(page.get_by_text("€29.80 went back")).to_be_visible()


async def test_paid_in_the_frame_of_stripe_on_our_page(page, stripe_shop, stripe):
    await paid_with_stripe(stripe_shop, stripe, "embedded")
    await page.goto(f"{stripe_shop.url}{SHOP}/products/MUG-1")
    await page.get_by_role("button", name="Buy now").click()
    await page.wait_for_url("**/checkouts/ck_*/pay")
    frame = page.frame_locator("#frame iframe")
    await frame.get_by_role("button", name="Pay", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(PAID)


async def test_the_way_to_stripe_needs_no_script(browser, stripe_shop, stripe):
    """Chromium holds the answer of a form to the page's own site, redirects included."""
    await paid_with_stripe(stripe_shop, stripe, "hosted")
    context = await browser.new_context(java_script_enabled=False)
    plain = await context.new_page()
    await plain.goto(f"{stripe_shop.url}{SHOP}/products/MUG-1")
    await plain.get_by_role("button", name="Buy now").click()
    await plain.wait_for_url(f"{stripe.address}/**")
