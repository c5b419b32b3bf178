"""Setting up a shop in the panel: real deliveries, signed as the shop signs them, turn it green."""

from __future__ import annotations

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.contrast import FAINT_TEXT
from tests.browser.control_page import KEYS, LEAKS, log_in, refused_page, sit_down
from tests.browser.seller import (
    SECRET,
    SEEN,
    UNKNOWN,
    address,
    connect,
    deliver,
    give,
    marks,
    only_id,
)
from tests.browser.shop import APRON, MUG, SLUG

# What of an open dialog sticks out at the side.
WIDE = """() => [...document.querySelectorAll("dialog[open], dialog[open] *")]
  .filter((e) => e.getClientRects().length && !e.closest(".c-hidden, svg"))
  .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
  .map((e) => e.outerHTML.slice(0, 80))"""
HIDDEN = """() => {
  Object.defineProperty(document, "visibilityState", {value: "hidden", configurable: true});
  document.dispatchEvent(new Event("visibilitychange"));
}"""


# An open dialog looks for deliveries every three seconds, and a test need not wait so long.
HURRY = """const slow = setTimeout;
window.setTimeout = (run, ms, ...more) => slow(run, ms === 3000 ? 200 : ms, ...more);"""


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def hurried(page):
    async with await page.add_init_script(HURRY):
        yield


@pytest_asyncio.fixture(loop_scope="session")
async def panel(page, shop):
    """The panel on a live show with a mug and an apron."""
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await shop.open(MUG, APRON)
    await sit_down(page, shop)
    return page


async def test_a_shopify_shop_turns_green_step_by_step(panel, shop):
    dialog = await connect(panel, "Shopify")
    await marks(dialog, "done", "todo", "todo", "todo", "todo")
    await expect(dialog).to_contain_text("Settings, Notifications, Webhooks")
    await dialog.get_by_role("button", name="Copy").click()
    await expect(dialog.get_by_role("button", name="Copied")).to_be_visible()
    url = await address(dialog)
    assert await panel.evaluate("navigator.clipboard.readText()") == url
    await give(dialog, SECRET)
    await marks(dialog, "done", "done", "todo", "todo", "todo")
    assert (await deliver(shop, url, "shopify/pending")).json() == {"outcome": "ignored"}
    await marks(dialog, "done", "done", "done", "done", "note")
    await expect(dialog).to_contain_text("The order is not paid yet.")
    assert (await deliver(shop, url, "shopify/paid")).json() == {"outcome": "applied"}
    await marks(dialog, "done", "done", "done", "done", "done")
    await expect(dialog.locator(".c-shop-why")).to_be_hidden()
    await expect(dialog.locator(".c-shop-times")).to_contain_text("Last verified")
    await dialog.get_by_role("button", name="Close").last.click()
    row = panel.locator("control-connections li")
    await expect(row).to_have_attribute("data-state", "connected")
    await expect(row).to_contain_text("Verified delivery")
    await expect(panel.locator("control-purchases li")).to_contain_text("Shopify")


async def test_a_wrong_secret_is_told_with_what_to_do_and_replaced(panel, shop):
    dialog = await connect(panel, "Shopify")
    url = await address(dialog)
    await give(dialog, "  another one, as long as those of this shop ")
    assert (await deliver(shop, url, "shopify/paid")).status_code == 401
    await marks(dialog, "done", "done", "done", "wrong", "todo")
    await expect(dialog.locator(".c-shop-why")).to_contain_text("The secret is not the right one.")
    await expect(dialog.locator(".c-shop-why")).to_contain_text("replace it here")
    await dialog.get_by_role("button", name="Replace the secret").click()
    await give(dialog, SECRET)
    await expect(dialog).to_contain_text("2 secrets are good")
    await deliver(shop, url, "shopify/paid")
    await marks(dialog, "done", "done", "done", "done", "done")
    assert await panel.evaluate(LEAKS, KEYS) == []


async def test_a_delivery_before_the_secret_says_that_it_is_missing(panel, shop):
    dialog = await connect(panel, "Stripe")
    url = await address(dialog)
    assert (await deliver(shop, url, "stripe/paid", "whsec_x")).status_code == 401
    await expect(dialog.locator(".c-shop-why")).to_contain_text("The secret is still missing.")
    await marks(dialog, "done", "todo", "done", "wrong", "todo")


async def test_a_secret_that_cannot_be_is_refused_at_its_field(browser, shop):
    async with refused_page(browser) as page:
        await shop.open(MUG)
        await sit_down(page, shop)
        dialog = await connect(page, "Stripe")
        await dialog.get_by_role("button", name="Save").click()
        await expect(dialog.locator("[data-field=secret]")).to_contain_text("Paste the secret")
        await dialog.get_by_label("Signing secret").fill("sk_live_1")
        await dialog.get_by_role("button", name="Save").click()
        await expect(dialog.locator("[data-field=secret]")).to_contain_text("begins with whsec_")


async def test_a_test_order_marks_the_connection(panel, shop):
    dialog = await connect(panel, "Shopify")
    await give(dialog, SECRET)
    url = await address(dialog)
    assert (await deliver(shop, url, "shopify/test")).json() == {"outcome": "test"}
    await expect(dialog.locator(".c-shop-why")).to_contain_text("It was a test order.")
    await expect(dialog.get_by_text("TEST", exact=True)).to_be_visible()
    await marks(dialog, "done", "done", "done", "done", "note")
    row = panel.locator("control-connections li")
    await expect(row.get_by_text("TEST", exact=True)).to_be_visible()
    await deliver(shop, url, "shopify/paid")
    await expect(row.get_by_text("TEST", exact=True)).to_be_hidden()


async def test_our_own_secret_is_shown_once_and_rotated_without_a_gap(panel, shop):
    dialog = await connect(panel, "WooCommerce")
    url = await address(dialog)
    field = dialog.get_by_label("Signing secret")
    await expect(field).to_have_attribute("type", "password")
    first = await field.input_value()
    await dialog.get_by_role("button", name="Close").last.click()
    await panel.get_by_role("button", name="Open WooCommerce").click()
    await expect(field).to_have_count(0)
    await dialog.get_by_role("button", name="Make a new secret").click()
    second = await field.input_value()
    assert second != first
    for secret, order in ((first, 71), (second, 72)):
        assert (await deliver(shop, url, "woocommerce/paid", secret, id=order)).status_code == 200
    await dialog.get_by_role("button", name="Remove the old secret").click()
    await expect(dialog.get_by_role("button", name="Remove the old secret")).to_be_hidden()
    assert (await deliver(shop, url, "woocommerce/paid", first, id=73)).status_code == 401
    assert (await deliver(shop, url, "woocommerce/paid", second, id=74)).status_code == 200


async def test_tiktok_needs_its_app_key_first(panel, shop):
    await panel.get_by_role("button", name="Connect a shop").click()
    await panel.get_by_role("dialog").get_by_text("TikTok Shop").click()
    await panel.get_by_role("button", name="Make the webhook address").click()
    await expect(panel.locator("[data-field=app_key]")).to_contain_text("app key is needed")
    await panel.get_by_label("App key").fill("68xu5ks")
    await panel.get_by_label("App secret").fill("a-secret-of-sixteen-and-more")
    await panel.get_by_role("button", name="Make the webhook address").click()
    dialog = panel.get_by_role("dialog", name="Connect TikTok Shop")
    await marks(dialog, "done", "done", "todo", "todo", "todo")
    [made] = (await shop.call("GET", "/connections"))["connections"]
    assert (made["kind"], made["show"], made["secrets"]) == ("tiktok", None, 1)


async def test_an_address_that_no_shop_can_reach_is_said_so(panel):
    dialog = await connect(panel, "Shopify")
    await expect(dialog).to_contain_text("cannot reach this address")


async def test_nobody_asks_while_nobody_looks(panel, shop):
    dialog = await connect(panel, "Shopify")
    await marks(dialog, "done", "todo", "todo", "todo", "todo")
    await panel.evaluate(HIDDEN)
    asked: list[str] = []
    panel.on("request", lambda request: asked.append(request.url))
    await panel.clock.install()
    await panel.clock.run_for(30_000)
    assert [url for url in asked if url.endswith("/connections")] == []
    await shop.call("POST", f"/connections/{await only_id(shop)}/secrets", {"secret": SECRET})
    await panel.evaluate(SEEN)
    await marks(dialog, "done", "done", "todo", "todo", "todo")


async def test_a_server_that_is_away_leaves_what_was_there(browser, shop):
    async with refused_page(browser) as page:
        await shop.open(MUG)
        await sit_down(page, shop)
        dialog = await connect(page, "Shopify")
        await page.route("**/api/v1/connections", lambda route: route.abort())
        await page.evaluate(SEEN)
        await expect(dialog.get_by_role("alert")).to_contain_text("What you see may be old.")
        await marks(dialog, "done", "todo", "todo", "todo", "todo")
        await page.unroute("**/api/v1/connections")
        await page.evaluate(SEEN)
        await expect(dialog.get_by_role("alert")).to_be_hidden()


async def test_a_connection_is_deleted_after_a_question(panel, shop):
    await expect(panel.locator("control-connections")).to_contain_text("purchases cannot arrive")
    dialog = await connect(panel, "Own shop")
    await dialog.get_by_role("button", name="Delete").click()
    question = panel.get_by_role("dialog", name="Delete this connection?")
    await expect(question).to_contain_text("orders sent to it are lost")
    await question.get_by_role("button", name="Delete").click()
    await expect(panel.get_by_role("dialog")).to_have_count(0)
    await expect(panel.locator("control-connections li")).to_have_count(0)


async def test_a_purchase_keeps_its_source_over_a_reload(panel, shop):
    """The second of two shops of one kind, by its name."""
    dialog = await connect(panel, "Shopify")
    await dialog.get_by_role("button", name="Close").last.click()
    dialog = await connect(panel, "Shopify")
    await expect(dialog).to_contain_text("Shopify 2")
    await give(dialog, SECRET)
    await deliver(shop, await address(dialog), "shopify/paid", line_items=UNKNOWN)
    for wave in range(5):
        levels = [{"type": "set_stock", "sku": "APR-3", "quantity": n + wave} for n in range(50)]
        await shop.call("POST", f"/shows/{SLUG}/commands", levels)
    await panel.reload()
    await expect(panel.locator("control-purchases li")).to_contain_text("· Shopify 2")
    names = panel.locator("control-connections li .c-shop-name b")
    await expect(names).to_have_text(["Shopify", "Shopify 2"])


async def test_a_rehearsal_shows_that_it_works(page, shop):
    await shop.open(MUG, status="rehearsal")
    await sit_down(page, shop)
    dialog = await connect(page, "Shopify")
    await give(dialog, SECRET)
    await deliver(shop, await address(dialog), "shopify/paid")
    await expect(dialog.locator(".c-shop-why")).to_contain_text("It works.")
    await marks(dialog, "done", "done", "done", "done", "todo")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390, 300])
async def test_the_dialogs_fit_and_can_be_read(page, shop, width, scheme):
    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    await page.set_viewport_size({"width": width, "height": 700})
    await shop.open(MUG, APRON)
    await sit_down(page, shop)
    await page.get_by_role("button", name="Connect a shop").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert (await page.evaluate(WIDE), await page.evaluate(FAINT_TEXT)) == ([], [])
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    dialog = await connect(page, "Stripe")
    await give(dialog, "whsec_of_the_tests")
    await deliver(shop, await address(dialog), "stripe/paid", "whsec_wrong")
    await expect(dialog.locator(".c-shop-why")).to_be_visible()
    assert (await page.evaluate(WIDE), await page.evaluate(FAINT_TEXT)) == ([], [])


async def test_a_key_for_one_show_sees_no_shops_and_asks_once(browser, shop):
    await shop.open(MUG)
    made = await shop.call("POST", f"/shows/{SLUG}/keys", {"role": "control"})
    async with refused_page(browser) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(f"{shop.url}/control?show={SLUG}")
        await log_in(page, made["key"])
        shops = page.locator("control-connections")
        await expect(shops).to_contain_text("Your key is for this show alone.")
        await expect(shops.get_by_role("button")).to_have_count(0)
        await page.evaluate(SEEN)
        assert len([url for url in asked if url.endswith("/connections")]) == 1


async def test_rows_say_that_the_server_is_away_and_stay(browser, shop):
    async with refused_page(browser) as page:
        await shop.open(MUG)
        await shop.sell()
        await sit_down(page, shop)
        shops = page.locator("control-connections")
        await expect(shops.get_by_role("listitem")).to_have_count(1)
        await page.route("**/api/v1/connections", lambda route: route.abort())
        await page.evaluate(SEEN)
        await expect(shops).to_contain_text("The server does not answer.")
        await expect(shops.get_by_role("listitem")).to_have_count(1)
