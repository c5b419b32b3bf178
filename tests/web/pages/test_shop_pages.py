"""The shop tab and its product pages before their first script runs."""

import json
import re

import pytest

from tests.web.api.test_product_safety import SAFETY
from tests.web.api.test_shop import open_shop
from tests.web.conftest import APRON, MUG
from tests.web.pages.test_viewer_page import data_of, text_of

HTML = {"accept": "text/html"}
EURO = {"currency": "EUR"}
SHIRT = {
    "sku": "SHIRT",
    "title": "T-shirt",
    "options": ["Size", "Colour"],
    "variants": [
        {"sku": "S-B", "values": ["S", "Black"], "price": {"amount": 1990, **EURO}, "stock": 0},
        {"sku": "M-B", "values": ["M", "Black"], "price": {"amount": 1990, **EURO}, "stock": 4},
        {"sku": "M-W", "values": ["M", "White"], "price": {"amount": 2490, **EURO}, "stock": 40},
    ],
    "link": "https://shop.test/shirt",
    "description": "<p>Heavy <b>cotton</b></p><script>alert(1)</script>",
    "categories": ["Clothes"],
    "brand": "Giulia",
    "min_age": 18,
    "unit_price": {"price": {"amount": 500, **EURO}, "unit": "kg"},
}
DEAL = {
    "type": "start_deal", "sku": "MUG-1", "price": {"amount": 1490, **EURO}, "duration_s": 300,
}  # fmt: skip


async def page(site, path="", status=200, **headers):
    answer = await site.http.get(f"/shop/giulia{path}", headers={**HTML, **headers})
    assert answer.status_code == status, answer.text
    return answer.text


async def test_the_grid_says_what_each_product_costs_and_leads_to_it(site):
    await open_shop(site, MUG, SHIRT)
    html = await page(site)
    shown = text_of(html)
    assert "Bottega Giulia Kitchen things from Faenza" in shown
    assert "T-shirt from €19.90 €5.00 per kg S, M · Black, White Moka mug €18.90" in shown
    assert 'href="/shop/giulia/products/SHIRT"' in html
    assert "Everything Clothes" in shown


async def test_sold_out_comes_last_and_says_so(site):
    await open_shop(site, MUG, {**APRON, "stock": 0})
    assert re.search("Moka mug .* Apron €39.00 Sold out", text_of(await page(site)))


async def test_a_search_a_category_and_an_order_are_links_that_last(site):
    await open_shop(site, MUG, SHIRT)
    assert "Moka mug" not in text_of(await page(site, "?category=Clothes"))
    assert "Results for “moka”" in text_of(await page(site, "?q=moka"))
    assert "T-shirt" not in text_of(await page(site, "?q=moka"))
    nothing = text_of(await page(site, "?q=lamp"))
    assert "Nothing found Try another word, or look at everything. Show everything" in nothing
    html = await page(site, "?sort=price&lang=de&category=Clothes")
    assert 'href="/shop/giulia?category=Clothes&amp;sort=price&amp;lang=de"' in html
    assert '<link rel="canonical" href="http://shop.test/shop/giulia?category=Clothes">' in html


async def test_pages_go_on_where_the_last_one_ended(site):
    await open_shop(site, *({**MUG, "sku": f"M-{n}", "title": f"Mug {n}."} for n in range(30)))
    html = await page(site)
    more = re.search(r'rel="next" href="/shop/giulia(\?after=[^"]+)"', html)[1]
    assert "Mug 6." in text_of(html)
    rest = text_of(await page(site, more))
    assert "Mug 5." in rest
    assert "Mug 6." not in rest
    assert "Back to the first ones" in rest
    assert "Mug 29." in text_of(await page(site, "?after=nonsense"))


async def test_an_empty_shop_says_so(site):
    await open_shop(site)
    assert "Nothing here yet" in text_of(await page(site))


async def test_the_show_that_is_on_leads_into_it_and_its_deal_counts_everywhere(site):
    await open_shop(site)
    await site.show()
    await site.command([{"type": "pin_product", "sku": "MUG-1"}, DEAL])
    site.clock.advance(1_000)
    html = await page(site)
    shown = text_of(html)
    assert "Live Spring drop Flash deal on Moka mug · 04:59" in shown
    assert "In the show Moka mug €14.90 Deal ends in 04:59" in shown
    assert 'href="/live/spring"' in html
    assert data_of(html)["show"] == "spring"


@pytest.mark.parametrize("status", ["draft", "rehearsal", "ended"])
async def test_a_show_that_does_not_sell_is_not_on(site, status):
    await open_shop(site)
    await site.show(status="live" if status == "ended" else status)
    if status == "ended":
        await site.command({"type": "end_show"})
    html = await page(site)
    assert "show" not in data_of(html)
    assert ("Past shows Spring drop" in text_of(html)) == (status == "ended")


async def test_a_show_to_come_says_when_and_not_what(site):
    await open_shop(site)
    await site.show(status="draft")
    starts_at = site.clock.now_ms() + 86_400_000
    edits = {"starts_at": starts_at, "host": {"name": "Anna", "url": None}}
    assert (await site.call("PATCH", "/shows/spring", edits)).status_code == 200
    html = await page(site)
    assert "Next shows Live show: Anna" in text_of(html)
    assert "Spring drop" not in html
    assert 'href="/live/spring/calendar.ics"' in html


async def test_a_product_says_all_that_a_buyer_must_know(site):
    await open_shop(site, SHIRT)
    html = await page(site, "/products/SHIRT")
    shown = text_of(html)
    assert "T-shirt €19.90 €5.00 per kg Only 4 left" in shown
    assert "Size · M" in shown
    assert "Colour · Black" in shown
    assert "Delivery €4.90 Returns 14 days Brand Giulia Sold by Giulia Rossi" in shown
    assert "From 18 years of age Heavy cotton" in shown
    assert "alert" not in html
    assert 'href="https://shop.test/shirt" data-part="buy"' in html


async def test_product_safety_is_the_products_own_else_the_shops(site):
    own = {**SAFETY, "contact": "https://lino.example/help", "responsible": "<b>Ute</b>, Bonn",
           "warnings": "Keep away from fire."}  # fmt: skip
    await open_shop(site, MUG, {**APRON, "safety": own}, safety=SAFETY)
    html = await page(site, "/products/MUG-1")
    told = (
        "Product safety Made by Bottega Giulia Address Via Severoli 4, 48018 Faenza Contact ciao@"
    )
    assert told in text_of(html)
    assert 'href="mailto:ciao@bottega-giulia.example"' in html
    assert "Warnings" not in text_of(html)
    html = await page(site, "/products/APR-3", **{"accept-language": "de"})
    assert "Verantwortlich in der EU &lt;b&gt;Ute&lt;/b&gt;, Bonn" in text_of(html)
    assert "Warnhinweise Keep away from fire." in text_of(html)
    assert 'href="https://lino.example/help"' in html


async def test_without_product_safety_the_page_does_not_speak_of_it(site):
    await open_shop(site, MUG)
    assert "Product safety" not in text_of(await page(site, "/products/MUG-1"))


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?variant=M-W", "€24.90"),
        ("?o1=M&o2=White", "€24.90"),
        ("?variant=S-B", "T-shirt €19.90 €5.00 per kg Sold out"),
        ("?o1=S&o2=White", "€24.90"),
        ("?variant=nothing", "€19.90"),
    ],
)
async def test_a_choice_works_without_a_script(site, query, shown):
    await open_shop(site, SHIRT)
    assert shown in text_of(await page(site, f"/products/SHIRT{query}"))


async def test_values_that_are_sold_out_with_the_rest_of_the_choice_are_marked(site):
    await open_shop(site, SHIRT)
    html = await page(site, "/products/SHIRT?variant=M-B")
    gone = re.findall(r'<label class="value" data-gone><input[^>]+value="(\w+)"', html)
    assert gone == ["S"]


async def test_a_product_in_the_show_says_so_and_has_its_price(site):
    await open_shop(site)
    await site.show()
    await site.command([{"type": "pin_product", "sku": "MUG-1"}, {**DEAL, "quantity": 5}])
    shown = text_of(await page(site, "/products/MUG-1"))
    assert "In the show now · Number 1 Moka mug Flash deal 5 of 5 left Deal ends in 05:00" in shown
    assert "€14.90" in shown
    assert "Ask for number 1 in the show" in shown


async def test_machines_read_what_it_costs(site):
    await open_shop(site, MUG, SHIRT)

    async def told(sku):
        html = await page(site, f"/products/{sku}")
        return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html)[1])

    mug, shirt = await told("MUG-1"), await told("SHIRT")
    assert (mug["offers"]["@type"], mug["offers"]["price"]) == ("Offer", "18.90")
    offers = shirt["offers"]
    assert (offers["@type"], offers["lowPrice"], offers["highPrice"], offers["offerCount"]) == (
        "AggregateOffer", "19.90", "24.90", 3,
    )  # fmt: skip
    assert shirt["description"] == "Heavy cotton"
    assert shirt["url"] == "http://shop.test/shop/giulia/products/SHIRT"


async def test_what_is_not_there_has_a_way_back(site):
    await open_shop(site, {**MUG, "status": "draft"})
    html = await page(site, "/products/MUG-1", 404)
    assert "This product is not here any more" in text_of(html)
    assert 'href="/shop/giulia">Back to Bottega Giulia</a>' in html
    assert (await site.http.get("/shop/nobody", headers=HTML)).status_code == 404


async def test_a_sku_may_hold_whatever_it_likes(site):
    odd = {**MUG, "sku": "A/B & “c”?"}
    await open_shop(site, odd)
    html = await page(site)
    [address] = re.findall(r'href="/shop/giulia(/products/[^"]+)"', html)
    assert "Moka mug" in text_of(await page(site, address))


@pytest.mark.parametrize(
    ("language", "words"),
    [("it", "Tutto"), ("de-AT", "Alles"), ("es", "Todo"), ("fr", "Tout"), ("nl", "Everything")],
)
async def test_the_pages_speak_the_readers_language(site, language, words):
    await open_shop(site, SHIRT)
    html = await page(site, **{"accept-language": language})
    assert words in text_of(html)


async def test_the_shops_colour_stays_readable(site):
    await open_shop(site, accent="#ffee00")
    html = await page(site)
    address = re.search(r'href="(/shop/giulia/colours.css\?ffee00)"', html)[1]
    sheet = (await site.http.get(address)).text
    assert "--v-accent: #ffee00; --v-accent-ink: #17130e;" in sheet
    await open_shop(site, accent=None)
    site.clock.advance(2_000)
    assert (await site.http.get("/shop/giulia/colours.css")).status_code == 404


async def test_search_engines_find_every_product(site):
    assert (await site.http.get("/sitemap.xml")).status_code == 404
    await open_shop(site, MUG, {**APRON, "status": "draft"}, {**MUG, "sku": "A&B"})
    told = (await site.http.get("/sitemap.xml")).text
    assert re.findall("<loc>(.*?)</loc>", told) == [
        "http://shop.test/shop/giulia",
        "http://shop.test/shop/giulia/products/MUG-1",
        "http://shop.test/shop/giulia/products/A%26B",
    ]


async def test_an_earlier_price_is_struck_through_only_as_far_as_it_was_one(site):
    """Cheaper five days ago: that is the price to compare with, whatever is declared."""
    await open_shop(site, {**MUG, "price": {"amount": 1500, **EURO}})
    site.clock.advance(5 * 86_400_000)
    await site.post("/products", {**MUG, "price": {"amount": 2000, **EURO}})
    site.clock.advance(86_400_000)
    sale = {"price": {"amount": 1200, **EURO}, "prior_price": {"amount": 2000, **EURO}}
    await site.post("/products", {**MUG, **sale})
    for path in ("", "/products/MUG-1"):
        assert "€12.00 €15.00" in text_of(await page(site, path))
    told = (await site.http.get("/api/v1/shops/giulia/products/MUG-1")).json()
    assert told["prior_price"]["amount"] == 1500
