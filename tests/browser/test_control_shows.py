"""Shows in the panel: edited, duplicated, archived, previewed, looked at before they go live."""

from playwright.async_api import expect

from tests.browser.control_page import log_in, sit_down, state
from tests.browser.shop import APRON, KEY, MUG, SLUG


async def menu(page, item):
    await page.locator("control-menu > button").click()
    await page.get_by_role("menuitem", name=item).click()


async def test_a_show_is_edited_from_the_menu(page, shop):
    draft = {"slug": SLUG, "title": "Spring drop", "currency": "EUR"}
    await shop.call("POST", "/shows", draft)
    await sit_down(page, shop)
    await menu(page, "Edit show")
    dialog = page.get_by_role("dialog", name="Edit show")
    await dialog.get_by_label("Title").fill("Summer drop")
    await dialog.get_by_label("Seller’s shop").fill("lia.example/shop")
    await dialog.get_by_label("Begins").fill("2025-11-22T20:30")
    await dialog.get_by_label("Currency").select_option("USD")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_contain_text("A shop needs the seller’s name.")
    await dialog.get_by_label("Seller’s name").fill("Lia")
    await expect(dialog).not_to_contain_text("A shop needs the seller’s name.")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)
    await expect(page.locator("control-menu > button")).to_contain_text("Summer drop")
    show = (await state(shop))["show"]
    assert show["host"] == {"name": "Lia", "url": "https://lia.example/shop"}
    assert show["currency"] == "USD"
    begins = "new Date('2025-11-22T20:30').getTime()"
    assert show["starts_at"] == await page.evaluate(begins)


async def test_a_show_is_made_again_from_an_old_one_which_is_put_away(page, shop):
    await shop.open(MUG, APRON)
    await shop.do("end_show")
    await page.goto(f"{shop.url}/control")
    await log_in(page, KEY)
    await page.get_by_role("button", name="Duplicate Spring drop").click()
    await expect(page.get_by_label("Seller’s name")).to_have_value("Bottega Giulia")
    await expect(page.get_by_label("Currency")).to_be_disabled()
    await page.get_by_label("Address").fill("spring-again")
    await page.get_by_role("button", name="Create show").click()
    names = page.locator("control-bag-row .c-name")
    await expect(names).to_have_text([MUG["title"], APRON["title"]])
    await menu(page, "All shows")
    await page.get_by_role("button", name="Archive Spring drop").last.click()
    await expect(page.get_by_text("1 archived show")).to_be_visible()
    shows = (await shop.call("GET", "/shows"))["shows"]
    assert {show["slug"]: show["archived"] for show in shows} == {"spring-again": False, SLUG: True}


async def test_going_live_says_what_viewers_would_miss_and_leads_there(page, shop):
    await shop.open(MUG, APRON | {"link": None}, status="draft")
    await shop.call("POST", "/connections", {"kind": "shopify"})
    await sit_down(page, shop)
    await page.get_by_role("button", name="Go live").click()
    question = page.get_by_role("dialog", name="Go live?")
    await expect(question.locator("li")).to_have_count(4)
    await question.get_by_role("button", name="Shopify").click()
    await expect(question).to_have_count(0)
    await expect(page.get_by_role("dialog", name="Shopify")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Go live").click()
    await question.get_by_role("button", name=APRON["title"]).click()
    await page.get_by_label("Link to buy").fill("shop.example/apron")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("button", name="Go live").click()
    await expect(question.locator("li")).to_have_count(3)
    await question.get_by_role("button", name="What to do").click()
    await expect(page.locator("control-viewer-link")).to_be_visible()
    await page.get_by_role("button", name="Go live").click()
    await question.get_by_role("button", name="Go live anyway").click()
    await expect(page.locator(".c-status").first).to_contain_text("Live")


async def test_a_preview_link_shows_a_draft_to_whoever_has_it(page, shop):
    await shop.open(MUG, status="draft")
    await sit_down(page, shop)
    await page.locator("details", has_text="Viewer page").locator("summary").click()
    await page.get_by_role("button", name="Preview link").click()
    link = await page.locator("control-viewer-link input").input_value()
    async with await page.context.browser.new_context() as stranger:
        viewer = await stranger.new_page()
        await viewer.goto(shop.live)
        await expect(viewer.locator("h1")).to_have_text("Live show")
        await viewer.goto(link)
        await expect(viewer.locator("h1")).to_have_text("Spring drop")
        await expect(viewer.locator("#main")).to_have_attribute("data-connection", "live")
        await shop.fill()
        await expect(viewer.locator("#bag .row")).to_have_count(0)


async def test_buttons_of_a_stream_deck_get_their_addresses_in_the_panel(page, shop):
    await shop.open(MUG, APRON)
    await sit_down(page, shop)
    await page.locator("details", has_text="Keys").locator("summary").click()
    await page.get_by_role("button", name="Buttons for a Stream Deck").click()
    dialog = page.get_by_role("dialog", name="Buttons for a Stream Deck")
    await dialog.get_by_label("Unpin").uncheck()
    await dialog.get_by_role("button", name="Make the addresses").click()
    address = await dialog.get_by_label(f"Pin number 2: {APRON['title']}").input_value()
    assert (await shop.http.get(address)).status_code == 200
    assert (await state(shop))["pins"][0]["product"]["sku"] == "APR-3"
    refused = await shop.http.get(address.replace("pin.set/APR-3", "pin.clear"))
    assert refused.status_code == 403
