"""The front door and the page of a wrong address."""

import pytest
from playwright.async_api import expect

from tests.browser.contrast import FAINT_TEXT

# A style from a script's sheet is not one that the page's own policy forbids.
SHEET = """rule => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rule);
  document.adoptedStyleSheets = [sheet];
}"""


async def test_the_front_door_says_what_this_is_and_leads_in(page, shop):
    await page.goto(shop.url)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Live shopping on any stream")
    await expect(page.get_by_role("img", name="A stream with a pinned mug")).to_be_visible()
    await expect(page.locator(".steps li")).to_have_count(3)
    for link in await page.get_by_role("link").all():
        address = await link.get_attribute("href")
        assert address is not None
        if address.startswith("#"):
            await expect(page.locator(address)).to_have_count(1)
        else:
            assert (await shop.http.get(address)).is_success, address


async def test_it_fits_every_width_with_the_systems_fonts_too(page, shop):
    await page.goto(shop.url)
    for rule in ("", "* { font-family: system-ui !important }"):
        await page.evaluate(SHEET, rule)
        for width in (320, 390, 800, 1280):
            await page.set_viewport_size({"width": width, "height": 800})
            assert await page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_of_it_stands_out(page, shop, scheme):
    await page.emulate_media(color_scheme=scheme)
    await page.goto(shop.url)
    assert await page.evaluate(FAINT_TEXT) == []


async def test_a_wrong_address_gets_a_sign_in_the_visitors_language(browser, shop):
    for lang, words in (("en", "There is no shop window here"), ("it", "nessuna vetrina")):
        page = await browser.new_page(locale=lang)
        answer = await page.goto(f"{shop.url}/live/no-such-show")
        assert answer is not None
        assert answer.status == 404
        await expect(page.get_by_role("heading", level=1)).to_contain_text(words)
        await expect(page.get_by_role("main")).to_have_attribute("lang", lang)


async def test_faint_text_is_found(page, files_url):
    await page.goto(files_url)
    await page.evaluate(
        """() => {
          const p = document.createElement("p");
          p.textContent = "grey";
          p.style.color = "rgb(160, 160, 160)";
          document.body.append(p);
        }"""
    )
    assert await page.evaluate(FAINT_TEXT) == ["2.61 grey"]
