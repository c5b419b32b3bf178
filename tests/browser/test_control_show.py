"""Running the show from the panel: its states, its figures, clearing the screen, what it says."""

import pytest_asyncio
from playwright.async_api import expect

from tests.browser.control_page import log_in, on_air, row, sit_down, state, toast
from tests.browser.shop import APRON, KEY, MUG, SLUG


@pytest_asyncio.fixture(loop_scope="session")
async def panel(page, shop):
    """The panel on a live show."""
    await shop.open(MUG, APRON)
    await sit_down(page, shop)
    return page


def _strip(page, kind):
    return page.locator(f".c-strip[data-kind={kind}]")


async def test_a_new_show_starts_as_a_rehearsal(page, shop):
    await page.goto(f"{shop.url}/control")
    await log_in(page, KEY)
    await page.get_by_label("Title").fill("Serata d’autunno")
    await expect(page.get_by_label("Address")).to_have_value("serata-d-autunno")
    await page.get_by_label("Currency").select_option("EUR")
    await page.get_by_text("Rehearsal", exact=True).click()
    await page.get_by_role("button", name="Create show").click()
    await expect(page.locator(".c-status")).to_contain_text("Rehearsal")
    await expect(page.get_by_role("button", name="Copy link")).to_be_visible()
    shows = (await shop.call("GET", "/shows"))["shows"]
    assert [(show["slug"], show["status"]) for show in shows] == [("serata-d-autunno", "rehearsal")]


async def test_a_show_is_rehearsed_goes_live_pauses_and_ends(page, shop):
    await shop.open(MUG, status="draft")
    await sit_down(page, shop)
    chip = page.locator(".c-status").first
    await expect(chip).to_have_text("Not started")
    await expect(row(page, MUG["title"]).get_by_role("button", name="Deal…")).to_be_disabled()
    await page.get_by_role("button", name="Start rehearsal").click()
    await expect(chip).to_contain_text("Rehearsal")
    await page.get_by_role("button", name="Test purchase").click()
    line = page.locator("control-purchases li")
    await expect(line).to_contain_text("Moka mug, hand-glazed")
    await expect(line.locator(".c-tag-test")).to_have_text("Test")
    await expect(page.locator(".c-figures")).to_contain_text("0orders")

    await page.get_by_role("button", name="Go live").click()
    question = page.get_by_role("dialog", name="Go live?")
    await expect(question).to_contain_text("Advertising badge: Ad · own products")
    await question.get_by_role("button", name="Go live").click()
    await expect(chip).to_contain_text("Live")
    await expect(line).to_have_count(0)
    await page.get_by_role("button", name="Pause").click()
    await expect(chip).to_contain_text("Paused")
    await page.get_by_role("button", name="Resume").click()
    await page.get_by_role("button", name="End show").click()
    await page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    await expect(chip).to_contain_text("Live")
    await page.get_by_role("button", name="End show").click()
    await page.get_by_role("dialog").get_by_role("button", name="End show").click()
    await expect(chip).to_have_text("Ended")
    await page.get_by_role("button", name="All shows").click()
    await expect(page.get_by_role("heading", name="Shows")).to_be_visible()


async def test_orders_and_gross_follow_purchases_and_refunds(panel, shop):
    figures = panel.locator(".c-figures")
    order = await shop.sell("MUG-1", 2)
    await shop.sell("MUG-1")
    await expect(figures).to_contain_text("2orders€74.70")
    await shop.refund(order)
    await expect(figures).to_contain_text("1order€24.90")
    await panel.reload()
    await expect(figures).to_contain_text("1order€24.90")


async def test_a_purchase_names_the_connection_that_reported_it(panel, shop):
    await shop.sell("APR-3", 2)
    line = panel.locator("control-purchases li")
    await expect(line).to_contain_text("2 × Linen apron, olive · Own shop")
    await panel.reload()
    await expect(line).to_contain_text("2 × Linen apron, olive · Own shop")


async def test_escape_twice_clears_the_screen_and_one_button_shows_it_again(panel, shop):
    await panel.keyboard.press("1")
    await on_air(panel, MUG["title"])
    await expect(toast(panel)).to_contain_text("is on screen")
    await panel.keyboard.press("Escape")
    await expect(toast(panel)).to_contain_text("Esc again clears the screen.")
    await panel.keyboard.press("Escape")
    await expect(_strip(panel, "panic")).to_be_visible()
    await on_air(panel)
    assert (await state(shop))["panic"] is True
    await _strip(panel, "panic").get_by_role("button", name="Show again").click()
    await expect(_strip(panel, "panic")).to_be_hidden()
    await on_air(panel, MUG["title"])


async def test_closing_a_dialog_is_not_half_of_clearing_the_screen(panel, shop):
    await panel.keyboard.press("a")
    await expect(panel.get_by_role("dialog")).to_be_visible()
    await panel.keyboard.press("Escape")
    await expect(panel.get_by_role("dialog")).to_have_count(0)
    await panel.keyboard.press("Escape")
    await panel.keyboard.press("1")
    await on_air(panel, MUG["title"])
    assert (await state(shop))["panic"] is False


async def test_an_announcement_is_counted_shown_and_cleared(panel, shop):
    await panel.keyboard.press("a")
    text = panel.get_by_label("Text on screen")
    await text.fill("Free shipping tonight")
    await expect(panel.get_by_role("dialog")).to_contain_text("21 / 140")
    await text.fill("x" * 200)
    await expect(text).to_have_value("x" * 140)
    await text.fill("Free shipping tonight")
    await text.press("Enter")
    stage = panel.locator("control-stage")
    await expect(stage).to_contain_text("Free shipping tonight")
    assert (await state(shop))["announcement"]["text"] == "Free shipping tonight"
    await stage.get_by_role("button", name="Clear").click()
    await expect(stage.locator(".c-stage-line", has_text="Free shipping")).to_be_hidden()


async def test_an_announcement_may_end_by_itself(panel, shop):
    await panel.keyboard.press("a")
    await panel.get_by_label("Text on screen").fill("Back at nine")
    await panel.get_by_role("dialog").get_by_text("5 min", exact=True).click()
    await panel.get_by_role("button", name="Show", exact=True).click()
    await expect(panel.locator("control-stage")).to_contain_text("Back at nine")
    shop.clock.advance(360_000)
    await expect(panel.locator(".c-stage-line", has_text="Back at nine")).to_be_hidden()


async def test_no_badge_needs_a_reason(panel, shop):
    await panel.locator("control-stage").get_by_role("button", name="Edit").click()
    dialog = panel.get_by_role("dialog")
    await dialog.get_by_text("No badge", exact=True).click()
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.locator("[data-field=reason]")).to_contain_text("Say why")
    await dialog.get_by_label("Why there is no badge").fill("A rehearsal among friends")
    await dialog.get_by_role("button", name="Save").click()
    await expect(panel.locator("control-stage")).to_contain_text("No badge on screen")
    kept = (await state(shop))["show"]["disclosure"]
    assert (kept["type"], kept["reason"]) == ("none", "A rehearsal among friends")


async def test_the_badge_reads_as_it_does_on_the_overlay(panel):
    await panel.keyboard.press("Escape")
    await panel.locator("control-stage").get_by_role("button", name="Edit").click()
    dialog = panel.get_by_role("dialog")
    await dialog.get_by_text("Ad · paid partnership").click()
    await dialog.get_by_label("Brand").fill("Bialetti")
    await dialog.get_by_role("button", name="Save").click()
    await expect(panel.locator("control-stage")).to_contain_text("paid partnership with Bialetti")


async def test_titles_are_text_whatever_they_hold(page, shop):
    nasty = "<img src=x onerror=document.title='owned'>"
    await shop.open(MUG | {"title": nasty})
    await shop.do("pin_product", sku="MUG-1")
    await shop.sell()
    await sit_down(page, shop)
    await expect(row(page, nasty)).to_be_visible()
    await expect(page.locator("control-purchases li")).to_contain_text(nasty)
    await expect(page).to_have_title("Vetrina · control")


async def test_another_show_is_opened_and_stays_open_after_a_reload(panel, shop):
    other = {"slug": "other", "title": "Another show", "currency": "USD"}
    await shop.call("POST", "/shows", other)
    await panel.get_by_role("button", name="Spring drop").click()
    await panel.get_by_role("menuitem", name="All shows").click()
    await panel.locator(".c-show", has_text="Another show").click()
    heading = panel.get_by_role("heading", level=1)
    await expect(heading).to_have_text("Another show · Control panel")
    await panel.reload()
    await expect(heading).to_have_text("Another show · Control panel")


async def test_the_shortcuts_are_listed(panel):
    await panel.keyboard.press("?")
    dialog = panel.get_by_role("dialog", name="Keyboard shortcuts")
    for keys in ("N", "U", "Z", "A", "Esc Esc", "?"):
        await expect(dialog.locator("kbd", has_text=keys).first).to_be_visible()


async def test_the_panel_speaks_italian_and_is_dark_where_that_is_wished(page, shop):
    await page.emulate_media(color_scheme="dark")
    await shop.open(MUG)
    await page.goto(f"{shop.url}/control?show={SLUG}&lang=it")
    await page.get_by_label("Chiave di controllo o link di accesso").fill(KEY)
    await page.get_by_role("button", name="Entra").click()
    await expect(page.get_by_role("button", name="Mostra il prossimo")).to_be_visible()
    await expect(row(page, MUG["title"]).locator(".c-price")).to_have_text("24,90\xa0€")
    assert await page.evaluate("document.documentElement.lang") == "it"
    assert await page.evaluate("document.documentElement.dataset.theme") == "notte"
    await expect(toast(page)).to_have_count(0)
