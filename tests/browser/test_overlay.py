"""The overlay on the real server: what a host does, and what the stream shows of it."""

import re
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.chromium import watch
from tests.browser.obs_host import MOVED
from tests.browser.shop import APRON, MUG, SLUG, product

GROUND = "getComputedStyle(document.documentElement).backgroundColor"
TELL = """(visible) =>
  dispatchEvent(new CustomEvent("obsSourceVisibleChanged", { detail: { visible } }))"""
PAGE_KIB = 60


@pytest_asyncio.fixture(loop_scope="session")
async def overlay(shop, page):
    """The address of the show's overlay; the show has two products and is live."""
    await shop.open(MUG, APRON)
    made = await shop.call("POST", f"/shows/{SLUG}/keys", {"role": "overlay"})
    await page.set_viewport_size({"width": 1920, "height": 1080})
    return f"/overlay/{made['key']}", made


@pytest_asyncio.fixture(loop_scope="session")
async def screen(shop, page, overlay):
    """The overlay in the stream, as OBS opens it."""
    await page.goto(f"{shop.url}{overlay[0]}?lang=en-GB")
    await expect(page.locator(".v-disclosure")).to_have_count(1)
    return page


async def instance(shop):
    """What the control panel knows of the one overlay."""
    answer = await shop.call("GET", f"/shows/{SLUG}/overlays")
    return answer["overlays"][0]


async def test_a_pin_shows_number_price_and_code(screen, shop):
    await shop.do("pin_product", sku="APR-3")
    card = screen.locator(".v-pin")
    await expect(card.locator(".v-pin__title")).to_have_text("Linen apron, olive")
    await expect(card.locator(".v-pin__number")).to_have_text("2")
    await expect(card.locator(".v-price__now")).to_have_text("€39.00")
    await expect(card.locator(".v-pin__left")).to_have_text("8 left")
    code = card.locator(".v-pin__code img")
    await expect(code).to_have_attribute("src", f"/qr/{SLUG}/2.svg")
    assert await code.evaluate("async (image) => (await image.decode(), image.naturalWidth > 0)")
    await shop.do("unpin_product")
    await expect(card).to_have_count(0)


async def test_a_pin_asks_for_no_code_where_there_is_none(screen, shop):
    """Each pin of the demo on 127.0.0.1 logged a 404, and the card shrank when it came."""
    asked = []
    screen.on("request", lambda request: asked.append(urlsplit(request.url).path))
    await shop.call("POST", "/products", product("APR-3", title="Linen apron", link=None))
    await shop.do("pin_product", sku="APR-3")
    await expect(screen.locator(".v-pin__title")).to_have_text("Linen apron")
    await expect(screen.locator(".v-pin__code")).to_be_hidden()
    assert [path for path in asked if path.startswith("/qr/")] == []


async def test_a_deal_shows_what_it_sells_and_its_own_code_beside_another_pin(screen, shop):
    """While another product was pinned, the only code on screen led to the wrong one."""
    await shop.do("pin_product", sku="APR-3")
    await shop.deal("MUG-1")
    deal = screen.locator(".v-deal")
    await expect(deal.locator(".v-deal__number")).to_have_text("1")
    code = deal.locator(".v-deal__code img")
    await expect(code).to_have_attribute("src", f"/qr/{SLUG}/1.svg")
    await expect(code).to_be_visible()
    await shop.do("pin_product", sku="MUG-1")
    await expect(deal.locator(".v-deal__code")).to_be_hidden()
    await expect(screen.locator(".v-pin__code img")).to_have_attribute("src", f"/qr/{SLUG}/1.svg")


async def test_the_last_pin_wins_without_a_gap(screen, shop):
    await shop.do("pin_product", sku="APR-3")
    await shop.do("pin_product", sku="MUG-1")
    title = screen.locator(".v-pin__title")
    await expect(title).to_have_text("Moka mug, hand-glazed")
    await expect(screen.locator(".v-pin")).to_have_count(1)


async def test_further_slots_stand_small_beside_the_first(screen, shop):
    await shop.do("pin_product", sku="MUG-1")
    await shop.do("pin_product", sku="APR-3", slot=2)
    cards = screen.locator(".v-pin")
    await expect(cards).to_have_count(2)
    await expect(cards.nth(0)).not_to_have_attribute("data-compact", "")
    await expect(cards.nth(1)).to_have_attribute("data-compact", "")
    await shop.do("unpin_product", slot=1)
    await expect(cards).to_have_count(1)
    await expect(cards.nth(0)).not_to_have_attribute("data-compact", "")


async def test_a_deal_counts_down_and_gives_the_pin_its_price(screen, shop):
    await shop.do("pin_product", sku="MUG-1")
    await shop.deal(quantity=50)
    deal = screen.locator(".v-deal")
    await expect(deal).to_have_attribute("data-phase", "on")
    await expect(deal.locator(".v-deal__left")).to_have_text("50 of 50 left")
    await expect(deal.locator(".v-deal__percent")).to_have_text("−24%")
    await expect(deal.locator(".v-deal__countdown")).to_contain_text("0")
    price = screen.locator(".v-pin .v-price__now")
    await expect(price).to_have_text("€18.90")
    await expect(screen.locator(".v-pin .v-price__was")).to_have_text("€24.90")
    await shop.do("end_deal", deal="d1")
    await expect(deal).to_have_count(0)
    await expect(price).to_have_text("€24.90")
    await expect(screen.locator(".v-pin .v-price__was")).to_be_hidden()


async def test_without_a_declared_price_nothing_is_struck_through(screen, shop):
    await shop.deal(sku="APR-3", price=2990)
    deal = screen.locator(".v-deal")
    await expect(deal.locator(".v-price__now")).to_have_text("€29.90")
    await expect(deal.locator(".v-price__was")).to_be_hidden()
    await expect(deal.locator(".v-deal__percent")).to_be_hidden()


async def test_sold_out_is_said_on_the_card_and_takes_the_code_away(screen, shop):
    await shop.do("pin_product", sku="APR-3")
    await expect(screen.locator(".v-pin__code img")).to_be_visible()
    await shop.do("set_stock", sku="APR-3", quantity=0)
    await expect(screen.locator(".v-pin__sold-out")).to_have_text("Sold out")
    await expect(screen.locator(".v-pin__code img")).to_be_hidden()


async def test_a_paid_order_comes_by(screen, shop):
    await shop.sell(quantity=2)
    line = screen.locator(".v-ticker__line")
    await expect(line).to_have_text(re.compile(r"^Someone bought 2\s×\s.?Moka mug, hand-glazed.?$"))
    await expect(screen.locator(".v-ticker__test")).to_be_hidden()


async def test_a_rehearsed_order_is_marked(shop, page):
    await shop.open(MUG, status="rehearsal")
    made = await shop.call("POST", f"/shows/{SLUG}/keys", {"role": "overlay"})
    await page.goto(f"{shop.url}/overlay/{made['key']}?lang=it")
    await expect(page.locator(".v-disclosure")).to_have_text("Pubblicità · prodotti propri")
    await shop.do("rehearse_purchase", sku="MUG-1")
    await expect(page.locator(".v-ticker__test")).to_have_text("Prova")
    await expect(page.locator(".v-ticker__line")).to_have_text(
        "Qualcuno ha comprato Moka mug, hand-glazed"
    )


async def test_an_announcement_stays_until_it_is_taken_back(screen, shop):
    await shop.do("announce", text="Free shipping until midnight")
    await expect(screen.locator(".v-announcement")).to_have_text("Free shipping until midnight")
    await shop.do("clear_announcement")
    await expect(screen.locator(".v-announcement")).to_have_count(0)


async def test_panic_empties_the_screen_until_it_is_calmed(screen, shop):
    await shop.do("pin_product", sku="MUG-1")
    await shop.deal()
    await expect(screen.locator(".v-deal")).to_have_count(1)
    await shop.do("panic")
    await expect(screen.locator(".v-card")).to_have_count(0)
    await shop.do("announce", text="Hello")
    await shop.do("calm")
    await expect(screen.locator(".v-pin")).to_have_count(1)
    await expect(screen.locator(".v-announcement")).to_have_text("Hello")
    await expect(screen.locator(".v-deal")).to_have_count(1)


async def test_what_reached_the_screen_is_reported(screen, shop):
    await shop.do("pin_product", sku="MUG-1")
    seq = (await shop.call("GET", f"/shows/{SLUG}"))["seq"]

    async def painted():
        return (await instance(shop))["painted_seq"]

    await reaches(painted, seq)


async def reaches(value, expected):
    for _ in range(200):
        if await value() == expected:
            return
    assert await value() == expected


async def test_obs_tells_who_can_see_the_source(screen, shop):
    assert (await instance(shop))["visible"] is True
    await screen.evaluate(TELL, False)
    await reaches(lambda: _visible(shop), False)
    await screen.evaluate(TELL, True)
    await reaches(lambda: _visible(shop), True)


async def _visible(shop):
    return (await instance(shop))["visible"]


async def test_a_revoked_key_leaves_nothing(screen, shop, overlay):
    await shop.do("pin_product", sku="MUG-1")
    await expect(screen.locator(".v-pin")).to_have_count(1)
    said = []
    screen.on("console", lambda message: said.append(message.text))
    _, made = overlay
    await shop.http.delete(f"/api/v1/keys/{made['id']}")
    await expect(screen.locator(".v-card")).to_have_count(0)
    whole = await screen.evaluate("document.documentElement.outerHTML + document.title")
    assert made["key"] not in whole + "".join(said)
    assert await screen.evaluate(GROUND) == "rgba(0, 0, 0, 0)"
    assert await screen.evaluate("document.body.innerText.trim()") == ""


async def test_late_css_of_the_streamer_wins(screen, shop):
    await shop.do("pin_product", sku="MUG-1")
    card = screen.locator(".v-pin")
    await expect(card).to_have_css("background-color", "rgb(255, 250, 241)")
    css = ":root { --v-paper: #102030 } .v-pin { border-radius: 3px }"
    await screen.add_style_tag(content=css)
    await expect(card).to_have_css("background-color", "rgb(16, 32, 48)")
    await expect(card).to_have_css("border-radius", "3px")


async def test_the_policy_allows_custom_css_and_no_foreign_script(shop, overlay):
    policy = (await shop.http.get(overlay[0])).headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert "'unsafe-inline'" in rules["style-src"]
    assert "'unsafe-inline'" not in rules["script-src"]
    assert rules["object-src"] == "'none'"


async def test_a_script_in_a_title_is_only_text(screen, shop):
    title = "<img src=x onerror=document.title=1><script>document.title=2</script>"
    await shop.call("POST", "/products", [product(title=title)])
    await shop.do("pin_product", sku="MUG-1")
    await shop.do("announce", text=title)
    await shop.sell()
    await expect(screen.locator(".v-pin__title")).to_have_text(title)
    await expect(screen.locator(".v-announcement")).to_have_text(title)
    await expect(screen.locator(".v-ticker__line")).to_contain_text(title)
    assert await screen.title() == "Vetrina overlay"
    assert await screen.locator("main img:not([class]), main script").count() == 0


async def test_the_layout_follows_the_size_of_the_source(screen, shop):
    await shop.do("pin_product", sku="MUG-1")
    stage = screen.locator(".v-stage")
    await expect(stage).to_have_attribute("data-layout", "16x9")
    await screen.evaluate("window.before = true")
    await screen.set_viewport_size({"width": 1080, "height": 1920})
    await expect(stage).to_have_attribute("data-layout", "9x16")
    await screen.evaluate(MOVED)
    box = await screen.locator(".v-pin").bounding_box()
    assert box is not None
    assert box["x"] == 48
    assert box["x"] + box["width"] <= 1080 - 202
    assert box["y"] + box["height"] == pytest.approx(1920 - 440, abs=1)
    await screen.set_viewport_size({"width": 1080, "height": 1080})
    await expect(stage).to_have_attribute("data-layout", "1x1")
    assert await screen.evaluate("window.before") is True


async def test_the_page_is_small_and_nobody_else_is_asked(shop, page, overlay):
    asked = []
    page.on("requestfinished", lambda request: asked.append(request))
    await page.goto(f"{shop.url}{overlay[0]}")
    await expect(page.locator(".v-disclosure")).to_have_count(1)
    assert {urlsplit(request.url).netloc for request in asked} <= {urlsplit(shop.url).netloc, ""}
    sizes = {}
    for request in asked:
        if request.resource_type not in ("font", "image"):
            answer = await shop.http.get(request.url, headers={"Accept-Encoding": "gzip"})
            sizes[request.url] = int(answer.headers["content-length"])
    assert len(sizes) > 20
    assert sum(sizes.values()) < PAGE_KIB * 1024, sizes


async def test_one_part_alone_and_parts_left_out(shop, overlay, browser):
    await shop.do("pin_product", sku="MUG-1")
    await shop.deal()
    for query, kinds in (
        ("/deal", ["deal"]),
        ("?only=pin,disclosure", ["pin", "disclosure"]),
        ("?hide=deal,disclosure", ["pin"]),
        ("?only=qr", ["pin"]),
        ("?only=nonsense&hide=deal", ["pin", "disclosure"]),
    ):
        page = await browser.new_page(viewport={"width": 1920, "height": 1080})
        errors = watch(page)
        await page.goto(f"{shop.url}{overlay[0]}{query}")
        await expect(page.locator(".v-card")).to_have_count(len(kinds))
        for kind in kinds:
            await expect(page.locator(f".v-{kind}")).to_have_count(1)
        assert errors == []
        await page.close()
