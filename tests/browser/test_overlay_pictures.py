"""Pictures on the overlay: loaded before they are needed, never a hole on the stream."""

import pytest_asyncio
from playwright.async_api import expect

from tests.browser.obs_host import Air, overlay_address, pin
from tests.browser.shop import APRON, MUG, SLUG
from tests.photo import photo
from tests.waiting import until
from vetrina.web.assets.picture_sizes import sized_name

WATCH = """() => void (window.firstFrame = new Promise((resolve) => {
  new MutationObserver((_, observer) => {
    const card = document.querySelector(".v-pin");
    if (!card) return;
    observer.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const image = card.querySelector(".v-pin__picture img");
      resolve(Boolean(image?.complete && image.naturalWidth > 0));
    }));
  }).observe(document.body, { childList: true, subtree: true });
}))"""


@pytest_asyncio.fixture(loop_scope="session")
async def pictures(shop):
    """Two products with a picture each; the addresses of these."""
    headers = {"content-type": "image/jpeg"}
    kept = [
        (await shop.http.post("/api/v1/images", content=photo(seed, 512), headers=headers)).json()
        for seed in (1, 2)
    ]
    urls = [one["url"] for one in kept]
    await shop.open(MUG | {"image": urls[0]}, APRON | {"image": urls[1]})
    return urls


async def test_the_bags_pictures_are_there_before_a_pin_and_in_its_first_frame(
    page, shop, pictures
):
    """One was loaded when it was pinned: a drawn bag was on air for 1.3 s at 1.6 Mbit/s."""
    came = []
    page.on("response", lambda answer: came.append(answer.url.removeprefix(shop.url)))
    made = await shop.call("POST", f"/shows/{SLUG}/keys", {"role": "overlay"})
    await page.set_viewport_size({"width": 1920, "height": 1080})
    await page.goto(f"{shop.url}/overlay/{made['key']}?lang=en-GB")
    ahead = {sized_name(url, 320) for url in pictures}
    await until(lambda: ahead <= set(came))
    await page.evaluate(WATCH)
    await shop.do("pin_product", sku="APR-3")
    assert await page.evaluate("window.firstFrame")
    assert len([url for url in came if url.startswith("/media/")]) == len(ahead)


async def test_a_card_waits_for_a_slow_picture_only_so_long(page, shop):
    """The rest of the card is worth more than its picture."""
    air = Air(page, await overlay_address(shop))
    await page.route("**/slow.webp", lambda route: None)
    await air.open()
    await air.events({"type": "product_pinned", "pin": pin(image=f"{shop.url}/slow.webp")})
    await air.passes(300)
    await expect(page.locator(".v-pin")).to_have_count(0)
    await air.passes(200)
    await expect(page.locator(".v-pin__title")).to_have_text("Moka mug, hand-glazed")
    await expect(page.locator(".v-pin__picture .v-blank")).to_be_visible()


async def test_a_product_without_a_picture_has_no_place_for_one(page, shop):
    air = Air(page, await overlay_address(shop))
    await air.open(pins=[pin()])
    await expect(page.locator(".v-pin__title")).to_be_visible()
    await expect(page.locator(".v-pin__picture")).to_be_hidden()
