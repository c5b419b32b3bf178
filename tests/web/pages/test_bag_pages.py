"""The bag as a page and as JSON, changed by forms."""

import pytest

from tests.web.api.test_shop import open_shop
from tests.web.conftest import APRON, MUG, problem
from tests.web.pages.test_shop_pages import DEAL, EURO, SHIRT
from tests.web.pages.test_viewer_page import text_of
from tests.web.selling import GERMANY, ITALY, SellsBy, deliver

BAG = "/shop/giulia/bag"
JSON = {"accept": "application/json"}


@pytest.fixture
async def seller(site):
    """A shop with its own checkout."""
    site.context.selling = SellsBy()
    await open_shop(site, {**MUG, "stock": 5}, APRON, SHIRT)
    await deliver(site, ITALY, GERMANY)
    return site


async def send(site, do, status=303, headers=None, **fields):
    answer = await site.http.post(BAG, data={"do": do, **fields}, headers=headers or {})
    assert answer.status_code == status, answer.text
    return answer


async def told(site):
    answer = await site.http.get(BAG, headers=JSON)
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


def lines(bag):
    return [(line["sku"], line["quantity"], line["goods"]) for line in bag["lines"]]


async def test_what_is_put_in_stands_there_with_its_sums(seller):
    answer = await send(seller, "add", sku="MUG-1", quantity="2", price="1890")
    assert answer.headers["location"] == BAG
    await send(seller, "add", sku="M-B")
    bag = await told(seller)
    assert lines(bag) == [("MUG-1", 2, "€37.80"), ("M-B", 1, "€19.90")]
    assert [(sum["name"], sum["value"]) for sum in bag["sums"]] == [
        ("Goods", "€57.70"), ("Delivery to Italy", "€4.90"),
    ]  # fmt: skip
    assert (bag["total_name"], bag["total_text"]) == ("Total, tax included", "€62.60")
    assert (bag["tax_text"], bag["ready"], bag["count"]) == ("of which tax €11.29", True, 3)


async def test_the_page_says_the_same_without_a_script(seller):
    await send(seller, "add", sku="M-B", quantity="4")
    answer = await seller.http.get(BAG)
    shown = text_of(answer.text)
    assert "T-shirt · M / Black" in shown
    assert "€79.60 €19.90 each" in shown
    assert "Delivery to Italy free Total, tax included €79.60" in shown
    assert "Order and pay €79.60" in shown
    assert "Kept for you for 10 minutes while you pay" in shown
    assert "You buy from Giulia Rossi, Via Severoli 4, 48018 Faenza" in shown
    assert "You can withdraw for 14 days after everything arrived." in shown
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert "I am 18 years old or older" in shown


async def test_the_order_button_says_that_it_costs_in_every_language(seller):
    await send(seller, "add", sku="MUG-1")
    for lang, words in {
        "it": "Ordina e paga 23,80\xa0€",
        "de": "Zahlungspflichtig bestellen · 23,80\xa0€",
        "es": "Pedir y pagar 23,80\xa0€",
        "fr": "Commander et payer 23,80\xa0€",
    }.items():
        assert words in (await seller.http.get(f"{BAG}?lang={lang}")).text


async def test_quantities_are_set_and_lines_taken_out(seller):
    await send(seller, "add", sku="MUG-1")
    await send(seller, "add", sku="APR-3")
    await send(seller, "set", sku="MUG-1", quantity="3")
    assert lines(await told(seller))[0] == ("MUG-1", 3, "€56.70")
    await send(seller, "remove", sku="APR-3")
    await send(seller, "set", sku="MUG-1", quantity="0")
    assert (await told(seller))["count"] == 0
    assert "Your bag is empty" in text_of((await seller.http.get(BAG)).text)


async def test_what_is_sold_out_says_what_is_left(seller):
    await send(seller, "add", sku="MUG-1", quantity="9")
    await send(seller, "add", sku="S-B")
    bag = await told(seller)
    assert [line["trouble"] for line in bag["lines"]] == ["Only 5 left. Take fewer.", "Sold out"]
    assert (bag["ready"], bag["sums"]) == (False, [])
    await send(seller, "set", sku="MUG-1", quantity="5")
    await send(seller, "remove", sku="S-B")
    assert (await told(seller))["ready"]


async def test_a_price_that_changed_is_told_until_the_buyer_acts(seller):
    await send(seller, "add", sku="MUG-1", price="1890")
    await open_shop(seller, {**MUG, "price": {"amount": 2490, **EURO}})
    assert (await told(seller))["lines"][0]["changed"] == "The price changed. It was €18.90."
    await send(seller, "set", sku="MUG-1", quantity="2", price="2490")
    assert (await told(seller))["lines"][0]["changed"] == ""


async def test_a_deal_of_the_show_counts_and_its_pieces_too(seller):
    await seller.show()
    assert (await seller.command({**DEAL, "quantity": 2})).status_code == 200
    await send(seller, "add", sku="MUG-1", quantity="3", price="1490", show="spring")
    (line,) = (await told(seller))["lines"]
    assert (line["deal"], line["trouble"]) == (True, "Only 2 left. Take fewer.")
    await send(seller, "set", sku="MUG-1", quantity="2")
    assert lines(await told(seller)) == [("MUG-1", 2, "€29.80")]


async def test_where_to_is_chosen(seller):
    await send(seller, "add", sku="MUG-1")
    await send(seller, "market", market="de")
    bag = await told(seller)
    assert {"part": "delivery", "name": "Delivery to Germany", "value": "€9.90"} in bag["sums"]
    assert (bag["total_name"], bag["tax_text"]) == ("Total", "")


async def test_a_voucher_that_is_none_is_said_and_costs_nothing(seller):
    await send(seller, "add", sku="MUG-1")
    await send(seller, "voucher", code="faenza10")
    bag = await told(seller)
    assert bag["voucher_trouble"].startswith("This voucher is not good here.")
    assert bag["total_text"] == "€23.80"


@pytest.mark.parametrize(
    ("sku", "trouble"),
    [("NOPE", "Not for sale any more"), ("SHIRT", "Choose a size or colour first")],
)
async def test_what_cannot_be_bought_is_told(seller, sku, trouble):
    await send(seller, "add", sku=sku)
    (line,) = (await told(seller))["lines"]
    assert line["trouble"] == trouble
    assert not (await told(seller))["ready"]


async def test_a_script_gets_the_bag_at_once(seller):
    answer = await send(seller, "add", 200, JSON, sku="MUG-1")
    assert lines(answer.json()) == [("MUG-1", 1, "€18.90")]
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Max-Age=2592000" in cookie


async def test_another_sites_page_changes_nothing(seller):
    await send(seller, "add", headers={"sec-fetch-site": "cross-site"}, sku="MUG-1")
    assert (await told(seller))["count"] == 0


async def test_a_bag_has_room_for_twenty_products(seller):
    for n in range(20):
        await send(seller, "add", sku=f"X-{n}")
    answer = await send(seller, "add", 409, sku="MUG-1")
    assert "The bag is full." in text_of(answer.text)


async def test_a_shop_that_does_not_sell_here_has_no_bag(site):
    await open_shop(site, MUG)
    assert (await site.http.get(BAG)).status_code == 404
    assert (await site.http.post(BAG, data={"do": "add"})).status_code == 404


async def test_a_form_is_a_form(seller):
    problem(await seller.http.post(BAG, json={"do": "add"}), 415, "unsupported_media_type")
    problem(await seller.http.post(BAG, data={"do": "x" * 9000}), 413, "too_large")
