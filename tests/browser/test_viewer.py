"""The viewer page on the real server: what the audience sees, show by show."""

import re

from playwright.async_api import expect

from tests.browser.shop import APRON, BOWL, MUG, SLUG, euros, product, visit

CARD = ".v-pin"


async def test_the_pinned_product_comes_first_with_one_button_to_its_shop(phone, shop):
    await shop.open(APRON, MUG)
    await shop.do("pin_product", sku="MUG-1")
    await visit(phone, shop)
    card = phone.locator(CARD)
    await expect(card.locator(".title")).to_have_text("Moka mug, hand-glazed")
    await expect(card.locator(".number")).to_have_text("Number 2")
    button = card.get_by_role("link")
    await expect(button).to_contain_text("Buy for €24.90")
    await expect(button).to_have_attribute("href", "https://shop.example/MUG-1")
    await expect(button).to_have_attribute("target", "_blank")
    await expect(button).to_have_attribute("rel", "noopener")
    box = await button.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 700


async def test_the_title_of_the_page_is_the_title_of_the_show(phone, shop):
    await shop.open(MUG)
    await visit(phone, shop)
    await expect(phone).to_have_title("Spring drop")
    html = (await shop.http.get(f"/live/{SLUG}")).text
    assert '<meta property="og:title" content="Spring drop">' in html


async def test_a_press_on_the_button_is_counted_and_opens_the_shop(phone, shop):
    await shop.open(MUG)
    await shop.do("pin_product", sku="MUG-1")
    await phone.context.route("https://shop.example/**", lambda route: route.fulfill(body="shop"))
    sent: list[str] = []
    phone.on("websocket", lambda ws: ws.on("framesent", lambda frame: sent.append(str(frame))))
    await visit(phone, shop)
    async with phone.context.expect_page() as opened:
        await phone.locator(CARD).get_by_role("link").click()
    assert (await opened.value).url == "https://shop.example/MUG-1"
    assert [frame for frame in sent if '"tap"' in frame and '"MUG-1"' in frame]


async def test_a_deal_merges_into_the_card_of_its_product(phone, shop):
    await shop.open(MUG)
    await shop.do("pin_product", sku="MUG-1")
    await visit(phone, shop)
    await shop.deal(quantity=50, per_viewer=2)
    card = phone.locator(CARD)
    await expect(card.locator(".band")).to_contain_text("Flash deal")
    await expect(card.locator(".band")).to_contain_text("50 of 50 left")
    await expect(card.get_by_role("timer")).to_have_text("05:00")
    await expect(card.locator(".price-now")).to_contain_text("€18.90")
    await expect(card.locator("s.price-was")).to_contain_text("€24.90")
    await expect(card).to_contain_text("Lowest price of the last 30 days: €24.90")
    await expect(card).to_contain_text("Up to 2 per person")
    await expect(card.get_by_role("link")).to_contain_text("Buy for €18.90")
    await expect(phone.locator(".others")).to_be_hidden()


async def test_without_a_declared_earlier_price_nothing_is_struck_through(phone, shop):
    await shop.open(APRON)
    await shop.do("pin_product", sku="APR-3")
    await shop.deal("APR-3", 2900)
    await visit(phone, shop)
    card = phone.locator(CARD)
    await expect(card.locator(".price-now")).to_contain_text("€29.00")
    await expect(card.locator("s")).to_be_hidden()
    await expect(card.locator(".percent")).to_be_hidden()
    assert "%" not in await card.inner_text()


async def test_pieces_left_fall_with_each_order(phone, shop):
    await shop.open(MUG)
    await shop.do("pin_product", sku="MUG-1")
    await shop.deal(quantity=20)
    await visit(phone, shop)
    await shop.sell("MUG-1", 2)
    await expect(phone.locator(".band-detail")).to_have_text("18 of 20 left")
    meter = phone.locator(".band-meter i")
    assert await meter.evaluate("e => e.style.width") == "90%"


async def test_an_ended_deal_says_why_and_the_price_is_the_old_one_at_once(phone, shop):
    await shop.open(MUG)
    await shop.do("pin_product", sku="MUG-1")
    await shop.deal(quantity=1)
    await visit(phone, shop)
    await shop.sell("MUG-1")
    card = phone.locator(CARD)
    await expect(card.locator(".band")).to_contain_text("Flash deal ended")
    await expect(card.locator(".band")).to_contain_text("All pieces are sold")
    await expect(card.get_by_role("link")).to_contain_text("Buy for €24.90")


async def test_deals_of_other_products_stand_below_the_running_first(phone, shop):
    await shop.open(MUG, APRON, product("CUP-4", title="Espresso cups"))
    await shop.do("pin_product", sku="MUG-1")
    await shop.deal("CUP-4", 1990, lead_s=60)
    await shop.deal("APR-3", 2900)
    await visit(phone, shop)
    titles = phone.locator(".others .title")
    await expect(titles).to_have_text(["Linen apron, olive", "Espresso cups"])
    coming = phone.locator(".others .card").nth(1)
    await expect(coming.locator(".band-name")).to_have_text("Flash deal starts in")
    await expect(coming.get_by_role("timer")).to_have_text("01:00")
    await expect(coming.get_by_role("link")).to_contain_text("Buy for €24.90")


async def test_up_to_three_products_are_pinned(phone, shop):
    await shop.open(MUG, APRON, BOWL)
    for slot, sku in enumerate(["MUG-1", "APR-3", "BOWL-9"], start=1):
        await shop.do("pin_product", sku=sku, slot=slot)
    await visit(phone, shop)
    cards = phone.locator(CARD)
    await expect(cards).to_have_count(3)
    sizes = [await cards.nth(i).get_attribute("data-size") for i in range(3)]
    assert sizes == ["large", "small", "small"]


async def test_sold_out_and_no_link_have_no_button(phone, shop):
    await shop.open(BOWL, product("TAPE-1", link=None))
    await shop.do("pin_product", sku="BOWL-9")
    await shop.do("pin_product", sku="TAPE-1", slot=2)
    await visit(phone, shop)
    cards = phone.locator(CARD)
    await expect(cards.nth(0)).to_contain_text("Sold out")
    await expect(cards.nth(1)).to_contain_text("Ask for number 2 in the chat")
    await expect(cards.get_by_role("link")).to_have_count(0)
    await shop.do("set_stock", sku="BOWL-9", quantity=3)
    await expect(cards.nth(0).get_by_role("link")).to_contain_text("Buy for €58.00")
    await expect(cards.nth(0)).to_contain_text("Only 3 left")


async def test_a_title_with_markup_is_text(phone, shop):
    title = "<script>alert(1)</script><b>Mug</b>"
    await shop.open(product(title=title), title="<i>Drop</i>")
    await shop.do("pin_product", sku="MUG-1")
    await visit(phone, shop)
    await expect(phone.locator(f"{CARD} .title")).to_have_text(title)
    await expect(phone.locator("h1")).to_have_text("<i>Drop</i>")
    assert await phone.locator(f"{CARD} .title b, h1 i").count() == 0


async def test_the_chip_and_the_window_follow_the_show(phone, shop):
    await shop.open(MUG, status="draft")
    await visit(phone, shop)
    chip, window = phone.locator(".chip"), phone.locator(".window")
    await expect(chip).to_have_text("Upcoming")
    await expect(window).to_contain_text("The show has not started yet")
    await expect(phone.locator("h1")).to_have_text("Live show")
    begins = {"starts_at": shop.clock.now_ms() + 3_600_000}
    await shop.call("PATCH", f"/shows/{SLUG}", begins)
    await expect(window).to_contain_text("The show begins")
    calendar = re.compile(rf"/live/{SLUG}/calendar\.ics$")
    await expect(window.locator("a")).to_have_attribute("href", calendar)
    await shop.do("start_show")
    await expect(chip).to_have_text("Live")
    await expect(phone.locator("h1")).to_have_text("Spring drop")
    await expect(phone.locator("#bag .row")).to_have_count(1)
    await expect(window).to_contain_text("Nothing in the window yet")
    await expect(window.locator("a")).to_be_hidden()
    await shop.do("pause_show")
    await expect(chip).to_have_text("Paused")
    await expect(window).to_contain_text("The show is paused")
    await shop.do("resume_show")
    await shop.do("pin_product", sku="MUG-1")
    await expect(window).to_be_hidden()
    await shop.do("end_show")
    await expect(chip).to_have_text("Ended")
    await expect(window).to_contain_text("The show has ended")


async def test_panic_clears_the_window_and_calm_brings_it_back(phone, shop):
    await shop.open(MUG)
    await shop.do("pin_product", sku="MUG-1")
    await shop.deal()
    await shop.do("announce", text="Free shipping tonight")
    await visit(phone, shop)
    await expect(phone.locator(".announcement")).to_have_text("Free shipping tonight")
    await shop.do("panic")
    await expect(phone.locator(CARD)).to_have_count(0)
    await expect(phone.locator(".announcement")).to_be_hidden()
    await expect(phone.locator("#bought")).to_be_hidden()
    await shop.do("calm")
    await expect(phone.locator(CARD)).to_have_count(1)


async def test_the_disclosure_is_text_all_the_time(phone, shop):
    await shop.open(MUG)
    await visit(phone, shop)
    await expect(phone.locator(".fine")).to_contain_text("Bottega Giulia earns from these sales.")
    wish = {"type": "paid_partnership", "brand": "Bialetti", "shown": "periodic"}
    await shop.do("set_disclosure", disclosure=wish)
    await expect(phone.locator(".ad")).to_have_text("Ad · paid partnership with Bialetti")


async def test_few_viewers_are_not_counted_aloud(phone, shop):
    await shop.open(MUG)
    await visit(phone, shop)
    await expect(phone.locator("[data-part=viewers]")).to_be_hidden()


async def test_italian(phone, shop):
    await shop.open(MUG)
    await shop.do("pin_product", sku="MUG-1")
    await phone.set_extra_http_headers({"Accept-Language": "it-IT,it;q=0.9"})
    await visit(phone, shop)
    await expect(phone.locator("html")).to_have_attribute("lang", "it-IT")
    await expect(phone.locator(CARD).get_by_role("link")).to_contain_text("Compra a 24,90")
    await expect(phone.locator("#bag-title")).to_have_text("In questa diretta")


async def test_nothing_is_asked_of_anybody_else(phone, shop):
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    await shop.open(MUG)
    await shop.do("pin_product", sku="MUG-1")
    await visit(phone, shop)
    assert asked
    assert [url for url in asked if not url.startswith((shop.url, "data:"))] == []


async def test_an_unknown_show_has_a_page_that_says_so(phone, shop):
    answer = await phone.request.get(f"{shop.url}/live/no-such-show")
    assert answer.status == 404
    assert "There is no shop window here" in await answer.text()


async def test_earlier_price_is_struck_only_when_it_is_higher(phone, shop):
    cheap = product("TT-02", title="Tea towel", price=euros(1200), prior_price=euros(1500))
    await shop.open(MUG, cheap)
    await shop.do("pin_product", sku="MUG-1")
    await shop.do("pin_product", sku="TT-02", slot=2)
    await visit(phone, shop)
    cards = phone.locator(CARD)
    await expect(cards.nth(0).locator("s")).to_be_hidden()
    await expect(cards.nth(1).locator("s")).to_contain_text("€15.00")


async def test_every_module_is_asked_for_at_once(phone, shop):
    await shop.open(MUG)
    html = (await shop.http.get(f"/live/{SLUG}")).text
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url.removeprefix(shop.url)))
    await visit(phone, shop)
    scripts = [path for path in asked if path.startswith("/static/js/") and "theme" not in path]
    assert len(scripts) > 10
    assert [
        path for path in scripts if f'<link rel="modulepreload" href="{path}">' not in html
    ] == []


async def test_prices_follow_the_browsers_language_in_the_script_too(browser, shop):
    await shop.open(product(price=euros(123456)), APRON)
    await shop.do("pin_product", sku="MUG-1")
    page = await browser.new_page(locale="de-DE")
    await visit(page, shop)
    price = page.locator(".card[data-size=large] .price-now").first
    await expect(price).to_contain_text("1.234,56\xa0€")
    await shop.call("POST", "/products", [product(price=euros(234567))])
    await expect(price).to_contain_text("2.345,67\xa0€")
