"""A bag that another shop's checkout takes over: the page says so, and leads there by itself."""

import pytest

from tests.web.api.test_shop import open_shop
from tests.web.conftest import MUG
from tests.web.pages.test_checkout_pages import BAG, JSON, send
from tests.web.pages.test_viewer_page import text_of
from vetrina.store.ports.matches import Match


@pytest.fixture
async def seller(site):
    """A shop that is paid in WooCommerce."""
    await open_shop(site, MUG)
    made = await site.post("/connections", {"kind": "woocommerce"})
    connection = made.json()["id"]
    await site.store.note_references(connection, [Match(ref="product:123", sku="MUG-1")])
    body = {"adapter": "woocommerce", "address": "https://woo.example", "connection": connection}
    answer = await site.call("PUT", "/payments", body)
    assert answer.status_code == 200, answer.text
    await send(site, BAG, do="add", sku="MUG-1", quantity="2")
    return site


async def test_the_bag_says_that_nothing_is_kept(seller):
    page = text_of((await seller.http.get(BAG)).text)
    assert "Nothing is kept for you until then." in page
    assert "Kept for you for" not in page


async def test_a_form_is_answered_with_a_page_that_leads_on(seller):
    total = (await seller.http.get(BAG, headers=JSON)).json()["total"]
    answer = await send(seller, BAG, 200, do="order", total=total)
    there = answer.headers["refresh"].removeprefix("0; url=")
    assert there.startswith("https://woo.example/checkout-link/")
    assert "Go on paying" in text_of(answer.text)
    assert (await seller.http.get(BAG, headers=JSON)).json()["count"] == 2


async def test_a_script_is_led_there_at_once(seller):
    answer = await send(seller, BAG, 201, JSON, do="buy", sku="MUG-1", price="1890")
    assert answer.json()["pay"]["url"].startswith("https://woo.example/checkout-link/")
