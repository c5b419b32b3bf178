"""Pictures as phones make them: large, several at once, in formats that not every browser reads."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PIL import Image
from playwright.async_api import expect

from tests.browser.conftest import ROOT
from tests.browser.control_page import sit_down
from tests.browser.shop import MUG
from tests.photo import write_large_photo

PICTURE = ROOT / "static" / "demo" / "apron.webp"
# What is sent, as the browser itself would show it.
WATCH = """() => {
  const real = fetch;
  window.fetch = async (url, init) => {
    if (init?.body instanceof Blob) {
      const { width, height } = await createImageBitmap(init.body);
      window.sent = [init.body.type, width, height];
    }
    return real(url, init);
  };
}"""
PLAIN_LIMIT = 5 * 1024 * 1024


async def _new_product(page, shop):
    await shop.open(MUG)
    await sit_down(page, shop)
    await page.get_by_role("button", name="Add products").first.click()
    await page.get_by_role("dialog").get_by_role("button", name="New product").click()
    return page.get_by_role("dialog", name="New product")


async def test_a_photo_of_48_megapixels_is_made_small_before_it_is_sent(page, shop, tmp_path: Path):
    photo = tmp_path / "phone.jpg"
    await asyncio.to_thread(write_large_photo, photo)
    assert photo.stat().st_size > PLAIN_LIMIT
    dialog = await _new_product(page, shop)
    await page.evaluate(WATCH)
    await dialog.locator("input[type=file]").set_input_files(photo)
    await expect(dialog.locator("control-image-field .c-drop img")).to_be_visible()
    # Upright, though the file lies on its side.
    assert await page.evaluate("window.sent") == ["image/webp", 1500, 2000]


async def test_several_are_sent_one_after_another_and_one_is_chosen(page, shop, tmp_path: Path):
    avif = tmp_path / "second.avif"
    Image.open(PICTURE).save(avif, "AVIF")
    heic = tmp_path / "third.heic"
    heic.write_bytes(b"\0\0\0\x18ftypheic" + bytes(64))
    dialog = await _new_product(page, shop)
    await dialog.locator("input[type=file]").set_input_files([PICTURE, avif, heic])
    await expect(dialog.get_by_role("alert").first).to_contain_text("Save it as JPEG")
    second = dialog.get_by_role("button", name="Picture 2")
    await expect(dialog.get_by_role("button", name="Picture 1")).to_have_attribute(
        "aria-pressed", "true"
    )
    await second.focus()
    await page.keyboard.press("Enter")
    await expect(second).to_have_attribute("aria-pressed", "true")
    await expect(second).to_be_focused()
    shown = dialog.locator("control-image-field .c-drop img")
    await expect(shown).to_have_attribute(
        "src", await second.locator("img").get_attribute("src") or ""
    )
