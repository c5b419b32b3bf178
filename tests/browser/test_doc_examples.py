"""The examples of the documents that need a browser: a page's script, a graphic, streamers' CSS."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser.shop import MUG, SLUG, Shop

DOCS = Path(__file__).resolve().parents[2] / "docs"


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a page that are in one language."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


async def test_a_page_of_ones_own_follows_the_show(shop: Shop, page: Page) -> None:
    [script] = blocks("protocol.md", "js")
    await shop.open(MUG)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    await page.goto(shop.url)
    imported = re.sub(r"import (.*) from (.*);", r"const \1 = await import(\2);", script)
    await page.evaluate(f"(async () => {{ {imported} }})()")
    await expect(page).to_have_title("Spring drop: nothing pinned")
    await shop.do("pin_product", sku="MUG-1")
    await expect(page).to_have_title("Spring drop: Moka mug, hand-glazed")
    assert said[-1] == "3 product_pinned"
    assert "live" in said


async def test_a_graphic_of_ones_own_lives_its_life(page: Page, files_url: str) -> None:
    [module] = blocks("overlays.md", "js")
    module = module.replace("../../static/", "/static/").replace(
        'new URL("./style.css", import.meta.url)', 'new URL("/static/css/stage.css", location)'
    )
    module = module.replace("export default class Thanks", "window.Thanks = class Thanks")
    await page.goto(files_url)
    await page.add_script_tag(content=module, type="module")
    await page.wait_for_function("() => Boolean(window.Thanks)")
    await page.evaluate(
        """async () => {
          customElements.define("v-thanks", window.Thanks);
          window.graphic = document.body.appendChild(document.createElement("v-thanks"));
          await window.graphic.load({ data: { name: "Giulia" } });
        }"""
    )
    card = page.locator(".v-thanks")
    await expect(card).to_have_count(0)
    await page.evaluate("window.graphic.playAction()")
    await expect(card).to_have_text("Thank you, Giulia.")
    await page.evaluate("window.graphic.updateAction({ data: { name: null } })")
    await expect(card).to_have_text("Thank you, everybody.")
    await page.evaluate("window.graphic.stopAction()")
    await expect(card).to_have_count(0)


async def test_css_of_a_streamer_wins_over_ours(shop: Shop, page: Page) -> None:
    await shop.open(MUG)
    await shop.do("pin_product", sku="MUG-1")
    made = await shop.call("POST", f"/shows/{SLUG}/keys", {"role": "overlay"})
    await page.set_viewport_size({"width": 1920, "height": 1080})
    await page.goto(f"{shop.url}/overlay/{made['key']}?theme=notte&accent=00ff00")
    pin = page.locator(".v-pin")
    await expect(pin).to_be_visible()
    await expect(pin.locator(".v-awning")).to_be_visible()
    for css in blocks("overlays.md", "css"):
        await page.add_style_tag(content=css)
    await expect(pin.locator(".v-awning")).to_be_hidden()
    await expect(pin).to_have_css("border-radius", "6px")
    await expect(pin).to_have_css("background-color", "rgb(255, 255, 255)")
    accent = "getComputedStyle(document.querySelector('.v-pin')).getPropertyValue('--v-accent')"
    assert (await page.evaluate(accent)).strip() == "#1d5fd1"
