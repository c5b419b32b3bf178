"""What the viewer page shows before its first script runs."""

import json
import re

import pytest

HTML = {"accept": "text/html"}
PIN = {"type": "pin_product", "sku": "MUG-1"}
DEAL = {
    "type": "start_deal", "sku": "MUG-1", "price": {"amount": 1490, "currency": "EUR"},
    "duration_s": 300, "quantity": 10,
}  # fmt: skip


async def page(site, query=""):
    answer = await site.http.get(f"/live/spring{query}", headers=HTML)
    assert answer.status_code == 200, answer.text
    return answer.text


def text_of(html):
    """What a person reads, without what only screen readers meet."""
    body = html[html.index("<body") : html.index('<script type="application/json" id="page-data"')]
    shown = re.sub(r'<(\w[\w-]*)[^>]*(?: hidden|class="vh")[^>]*>.*?</\1>', " ", body, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", shown).split())


def data_of(html):
    return json.loads(re.search(r'id="page-data">(.*?)</script>', html)[1])


def linked_data(html):
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html)[1])


async def test_what_is_pinned_can_be_read_and_bought_without_a_script(site):
    await site.show()
    linked = {"sku": "MUG-1", "title": "Moka mug", "link": "https://shop.test/mug"}
    await site.post("/products", {**linked, "price": {"amount": 1890, "currency": "EUR"}})
    await site.command(PIN)
    html = await page(site)
    assert "Number 1 Moka mug €18.90" in text_of(html)
    assert '<a class="buy" target="_blank" rel="noopener" href="https://shop.test/mug">' in html
    assert "In this show" in text_of(html)
    assert "Apron Number 2" in text_of(html)


async def test_a_running_deal_says_its_price_and_what_is_left_of_time_and_pieces(site):
    await site.show()
    await site.command([PIN, DEAL])
    site.clock.advance(20_000)
    shown = text_of(await page(site))
    assert "Flash deal 10 of 10 left 04:40" in shown
    assert "€14.90" in shown


@pytest.mark.parametrize(
    ("query", "words"),
    [("?lang=de", "18,90\xa0€"), ("?lang=it", "18,90\xa0€"), ("", "€18.90")],
)
async def test_prices_are_in_the_language_of_the_page(site, query, words):
    await site.show()
    await site.command(PIN)
    assert words in await page(site, query)


async def test_the_page_holds_the_snapshot_and_where_to_go_on(site):
    await site.show()
    await site.command(PIN)
    told = data_of(await page(site))
    snapshot = (await site.http.get("/api/v1/shows/spring")).json()
    assert told["start"] == snapshot
    bag = await site.http.get("/api/v1/shows/spring/bag")
    assert told["bag"] == {"etag": bag.headers["etag"], "answer": bag.json()}


async def test_a_long_bag_is_asked_for_later(site):
    await site.show(bag=False)
    products = [
        {"sku": f"P-{n}", "title": f"Thing {n}", "price": {"amount": 100, "currency": "EUR"}}
        for n in range(31)
    ]
    await site.post("/products", products)
    await site.call("PUT", "/shows/spring/bag", {"skus": [each["sku"] for each in products]})
    html = await page(site)
    assert "bag" not in data_of(html)
    assert text_of(html).count("Thing ") == 5
    assert "All 31" in text_of(html)


async def test_machines_read_the_pinned_product(site):
    await site.show()
    await site.command([PIN, DEAL])
    html = await page(site)
    told = linked_data(html)
    assert told["@type"] == "Product"
    assert told["offers"]["price"] == "14.90"
    assert told["offers"]["priceCurrency"] == "EUR"


async def test_a_product_whose_variants_differ_is_told_from_its_lowest_price(site):
    await site.show()
    prices = {"S": 1890, "L": 2490}
    variants = [
        {"sku": f"MUG-{size}", "values": [size], "price": {"amount": amount, "currency": "EUR"}}
        for size, amount in prices.items()
    ]
    mug = {"sku": "MUG-1", "title": "Moka mug", "link": "https://shop.example/mug"}
    await site.post("/products", mug | {"options": ["Size"], "variants": variants})
    await site.command(PIN)
    html = await page(site)
    offers = linked_data(html)["offers"]
    assert (offers["@type"], offers["offerCount"]) == ("AggregateOffer", "2")
    assert (offers["lowPrice"], offers["highPrice"]) == ("18.90", "24.90")
    (buy,) = re.findall(r'<a class="buy".*?</a>', html, re.DOTALL)
    assert "<span>Buy</span>" in buy
    assert '<span class="vh">from 18.90 euros</span>' in buy


async def test_nothing_ends_the_script_element_that_holds_the_state(site):
    await site.show()
    odd = {"sku": "MUG-1", "title": "</script><script>alert(1)</script>&\u2028"}
    await site.post("/products", {**odd, "price": {"amount": 1890, "currency": "EUR"}})
    await site.command(PIN)
    html = await page(site)
    assert "<script>alert" not in html
    assert data_of(html)["start"]["state"]["pins"][0]["product"]["title"] == odd["title"]


@pytest.mark.parametrize(
    ("commands", "sign"),
    [
        ([], "Nothing in the window yet"),
        ([{"type": "pause_show"}], "The show is paused"),
        ([PIN, {"type": "panic"}], "The window is being rearranged"),
        ([PIN, {"type": "end_show"}], "The show has ended"),
    ],
)
async def test_an_empty_window_says_why(site, commands, sign):
    await site.show()
    if commands:
        assert (await site.command(commands)).status_code == 200
    shown = text_of(await page(site))
    assert sign in shown
    assert "Number 1 Moka mug €18.90" not in shown.split("In this show")[0]


async def test_prices_are_in_the_form_of_the_browsers_language_and_region(site):
    await site.show()
    price = {"amount": 123456, "currency": "EUR"}
    await site.post("/products", {"sku": "MUG-1", "title": "Moka mug", "price": price})
    await site.command(PIN)
    headers = {**HTML, "accept-language": "de-DE,de;q=0.9,en;q=0.8"}
    html = (await site.http.get("/live/spring", headers=headers)).text
    assert "1.234,56\xa0€" in html
    assert "€1,234.56" not in html
    assert data_of(html)["lang"] == "de-DE"
