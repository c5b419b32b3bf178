"""Flash deals at the panel: what is said before one is sent, and how it runs."""

import re

import pytest_asyncio
from playwright.async_api import expect

from tests.browser.control_page import refused_page, row, sit_down, state
from tests.browser.shop import APRON, MUG, euros, open_shop, product

DAY_MS = 86_400_000
DAY = """(ms) => new Intl.DateTimeFormat(navigator.language, { day: "numeric", month: "short" })
  .format(ms)"""
MUG_TITLE, APRON_TITLE = MUG["title"], APRON["title"]


@pytest_asyncio.fixture(loop_scope="session")
async def panel(page, shop):
    """The panel on a live show with a mug that was cheaper before and an apron without a past."""
    await shop.open(
        MUG, APRON, product("OLD-1", title="Old bowl", prior_price=MUG["price"] | {"amount": 1500})
    )
    await sit_down(page, shop)
    return page


async def _dialog(page, title):
    await row(page, title).get_by_role("button", name="Deal…").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_label("Deal price")).to_be_focused()
    return dialog


async def test_the_percentage_follows_the_price_while_it_is_typed(panel):
    dialog = await _dialog(panel, MUG_TITLE)
    start = dialog.get_by_role("button", name="Start deal")
    await expect(start).to_be_disabled()
    await dialog.get_by_label("Deal price").fill("18,90")
    await expect(dialog.locator("output")).to_have_text("−24%")
    await expect(dialog).to_contain_text("€24.90 is struck through")
    await expect(dialog).to_contain_text("For 30 days from now, €18.90 is the price to compare")
    await expect(start).to_be_enabled()
    await dialog.get_by_label("Deal price").fill("24.90")
    await expect(dialog).to_contain_text("Must be below the usual price of €24.90")
    await expect(dialog.locator("output")).to_have_text("")
    await expect(start).to_be_disabled()


async def test_no_comparison_is_promised_without_a_prior_price(panel):
    dialog = await _dialog(panel, APRON_TITLE)
    await dialog.get_by_label("Deal price").fill("29")
    await expect(dialog).to_contain_text("nothing is struck through and no percentage shown")
    await expect(dialog.locator("output")).to_have_text("")
    await expect(dialog.get_by_role("button", name="Start deal")).to_be_enabled()
    await dialog.get_by_label("Pieces").fill("9")
    await expect(dialog).to_contain_text("Only 8 in stock")
    await expect(dialog.get_by_role("button", name="Start deal")).to_be_disabled()


async def test_a_lower_price_in_the_last_month_takes_the_comparison_away(panel):
    dialog = await _dialog(panel, "Old bowl")
    await dialog.get_by_label("Deal price").fill("18.90")
    await expect(dialog).to_contain_text("The lowest price of the last 30 days is €15.00")
    await expect(dialog.locator("output")).to_have_text("")


async def test_a_price_that_was_lower_is_drawn_and_warned_about(page, shop):
    """€24.90 is struck through in the seller's mind, and it was €20.65 last week."""
    for amount, days in ((2490, 21), (2065, 7), (2490, 2)):
        await shop.call("POST", "/products", product(price=euros(amount), prior_price=None))
        shop.clock.advance(days * DAY_MS)
    await shop.open(MUG)
    await sit_down(page, shop)
    dialog = await _dialog(page, MUG_TITLE)
    drawing = dialog.get_by_role("img", name="between €20.65 and €24.90")
    await expect(drawing).to_be_visible()
    await dialog.get_by_label("Deal price").fill("18.90")
    day = await page.evaluate(DAY, shop.clock.now_ms() - 2 * DAY_MS - 1)
    warning = dialog.locator('.c-checks [data-level="warn"]')
    await expect(warning).to_have_text(
        f"On {day} it was cheaper: the screen will say −8%, not −24%."
    )
    await expect(dialog.locator("output")).to_have_text("−8%")
    await expect(dialog).to_contain_text("€20.65 is struck through")
    await dialog.get_by_role("button", name="Start deal").click()
    await expect(page.locator("control-deal")).to_contain_text("€18.90")
    [deal] = (await state(shop))["deals"]
    assert (deal["was"], deal["percent"]) == (euros(2065), 8)


async def test_a_deal_runs_sells_and_is_ended_by_hand(panel, shop):
    dialog = await _dialog(panel, MUG_TITLE)
    await dialog.get_by_label("Deal price").fill("18.90")
    await dialog.get_by_label("Pieces").fill("50")
    await dialog.get_by_text("10 min").click()
    await dialog.get_by_role("button", name="Start deal").click()
    card = panel.locator("control-deal")
    await expect(card.get_by_role("timer")).to_have_text(re.compile("10:00|09:5."))
    await expect(card).to_contain_text("€18.90")
    await expect(row(panel, MUG_TITLE).locator(".c-price")).to_have_text("€18.90")
    await expect(row(panel, MUG_TITLE).get_by_role("button", name="Deal…")).to_be_disabled()
    await shop.sell("MUG-1", 31)
    await expect(card).to_contain_text("31 sold · 19 left")
    await card.get_by_role("button", name="End now").click()
    await expect(card).to_have_count(0)
    await expect(row(panel, MUG_TITLE).locator(".c-price")).to_have_text("€24.90")


async def test_an_announced_deal_counts_down_to_its_start_and_can_be_cancelled(panel):
    dialog = await _dialog(panel, MUG_TITLE)
    await dialog.get_by_label("Deal price").fill("18.90")
    await dialog.get_by_label("Announce ahead, s").fill("60")
    await dialog.get_by_role("button", name="Start deal").click()
    card = panel.locator("control-deal")
    await expect(card).to_contain_text("Deal soon")
    await expect(card.get_by_role("timer")).to_have_text(re.compile("01:00|00:5."))
    await expect(row(panel, MUG_TITLE).locator(".c-price")).to_have_text("€24.90")
    await card.get_by_role("button", name="Cancel deal").click()
    await expect(card).to_have_count(0)


async def test_what_only_the_server_knows_is_said_in_the_dialog(browser, shop):
    async with refused_page(browser) as page:
        await shop.open(MUG)
        await shop.deal()
        await shop.do("end_deal", deal="d1")
        await sit_down(page, shop)
        dialog = await _dialog(page, MUG_TITLE)
        await dialog.get_by_label("Deal price").fill("18.90")
        await dialog.get_by_role("button", name="Start deal").click()
        await expect(dialog.get_by_role("alert")).to_contain_text("within the last 24 hours")
        await dialog.get_by_label("Deal price").fill("22.90")
        await dialog.get_by_role("button", name="Start deal").click()
        await expect(page.locator("control-deal")).to_contain_text("€22.90")


async def test_a_deal_that_is_over_by_the_clock_leaves_by_itself(panel, shop):
    await shop.deal()
    await expect(panel.locator("control-deal")).to_have_count(1)
    shop.clock.advance(301_000)
    await expect(panel.locator("control-deal")).to_have_count(0)


async def test_the_dialog_keeps_the_limits_of_this_installation(browser, tmp_path):
    limits = {"deal_discount_min_percent": 30, "deal_lead_max_s": 120, "deal_duration_max_s": 600}
    async with open_shop(tmp_path, **limits) as shop, refused_page(browser) as page:
        await shop.open(MUG)
        await sit_down(page, shop)
        dialog = await _dialog(page, MUG_TITLE)
        await dialog.get_by_label("Deal price").fill("18.90")
        await expect(dialog).to_contain_text("A deal takes 30 to 99 percent off")
        await expect(dialog.get_by_role("button", name="Start deal")).to_be_disabled()
        await expect(dialog).to_contain_text("10 to 120. Empty: at once")
        await expect(dialog.get_by_text("10 min", exact=True)).to_be_visible()
        await expect(dialog.get_by_text("20 min", exact=True)).to_have_count(0)
        await page.close()
