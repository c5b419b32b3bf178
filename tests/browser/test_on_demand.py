"""What a page fetches when it is needed: its language, the panel's dialogs; and when that fails."""

import pytest
from playwright.async_api import expect

from tests.browser.control_page import refused_page, sit_down
from tests.browser.shop import MUG, SLUG, visit

GREETINGS = {
    "de-AT": ("In dieser Show", "Kaufen für"),
    "es": ("En este directo", "Comprar por"),
    "fr-CA": ("Dans ce live", "Acheter à"),
}


@pytest.mark.parametrize("lang", GREETINGS)
async def test_a_viewer_page_comes_with_the_one_language_that_it_speaks(phone, shop, lang):
    await shop.open(MUG)
    await shop.do("pin_product", sku="MUG-1")
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    await phone.set_extra_http_headers({"Accept-Language": f"nl, {lang};q=0.9, en;q=0.1"})
    await visit(phone, shop)
    heading, button = GREETINGS[lang]
    await expect(phone.locator("html")).to_have_attribute("lang", lang)
    await expect(phone.locator("#bag-title")).to_have_text(heading)
    await expect(phone.locator(".v-pin").get_by_role("link")).to_contain_text(button)
    assert [url for url in asked if "/i18n/" in url] == []


async def test_a_dialog_that_does_not_come_is_offered_again(browser, shop):
    await shop.open(MUG)
    async with refused_page(browser) as page:
        await sit_down(page, shop)
        await page.route("**/add-dialog*.js", lambda route: route.abort())
        await page.get_by_role("button", name="Add products").first.click()
        toast = page.locator(".c-toast", has_text="could not be fetched")
        await expect(toast).to_be_visible()
        await page.unroute("**/add-dialog*.js")
        await toast.get_by_role("button", name="Try again").click()
        await expect(page.get_by_role("dialog")).to_contain_text("MUG-1")


async def test_a_viewer_page_needs_no_file_of_words(browser, shop):
    await shop.open(MUG)
    page = await browser.new_page()
    await page.route("**/i18n/**", lambda route: route.abort())
    await page.goto(f"{shop.url}/live/{SLUG}?lang=fr")
    await expect(page.locator("#bag-title")).to_have_text("Dans ce live")
    await expect(page.locator("#banner")).to_be_hidden()


async def test_a_panel_without_its_words_tries_again(browser, shop):
    await shop.open(MUG)
    async with refused_page(browser) as page:
        await page.route("**/i18n/**", lambda route: route.abort())
        await page.goto(f"{shop.url}/control?lang=de")
        again = page.get_by_role("button", name="Erneut versuchen")
        await expect(again).to_be_visible(timeout=20_000)
        await page.unroute("**/i18n/**")
        await again.click()
        await expect(page.get_by_role("button", name="Anmelden")).to_be_visible()
