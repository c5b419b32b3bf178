"""From the order button to the order's page, with test payments and without a script."""

import re

import pytest

from tests.web.api.test_shop import PROFILE, open_shop
from tests.web.conftest import MUG, site_over
from tests.web.pages.test_shop_pages import DEAL, SHIRT
from tests.web.pages.test_viewer_page import text_of
from tests.web.selling import ITALY, deliver

BAG = "/shop/giulia/bag"
JSON = {"accept": "application/json"}


@pytest.fixture
async def demo(store, tmp_path, clock):
    """The demo's shop, which sells by tests."""
    async with site_over(store, tmp_path, clock, demo=True) as site:
        site.context.checkouts.tokens.open(await store.salt())
        await open_shop(site, {**MUG, "stock": 5}, SHIRT)
        await deliver(site, ITALY)
        yield site


async def send(site, path, status=303, headers=None, **fields):
    answer = await site.http.post(path, data=fields, headers=headers or {})
    assert answer.status_code == status, answer.text
    return answer


async def ordered(site, **fields):
    """The path of the page to pay on."""
    await send(site, BAG, do="add", sku="MUG-1", quantity="2", **fields)
    total = (await site.http.get(BAG, headers=JSON)).json()["total"]
    answer = await send(site, BAG, do="order", total=total)
    return answer.headers["location"].removesuffix("?wait")


async def paid(site):
    """The path of a paid order's page."""
    pay = await ordered(site)
    return (await send(site, pay, do="pay")).headers["location"]


async def shown(site, path, status=200):
    answer = await site.http.get(path)
    assert answer.status_code == status, answer.text
    return text_of(answer.text)


async def test_the_way_from_the_bag_to_a_paid_order(demo):
    pay = await ordered(demo)
    assert re.fullmatch(r"/checkouts/ck_[\w-]{32,}/pay", pay)
    page = await shown(demo, pay)
    assert "Test No money is taken, nothing is delivered." in page
    assert "2 × Moka mug €37.80" in page
    assert "Delivery to Italy €4.90 Total, tax included €42.70" in page
    assert "Kept for you until you have paid, 10:00" in page
    order = (await send(demo, pay, do="pay")).headers["location"]
    page = await shown(demo, order)
    assert "Thank you. Your order is paid." in page
    assert "Order number" in page
    assert (await demo.http.get(BAG, headers=JSON)).json()["count"] == 0
    again = await demo.http.get(pay)
    assert (again.status_code, again.headers["location"]) == (303, order)


async def test_a_product_is_bought_at_once_and_the_bag_stays(demo):
    await send(demo, BAG, do="add", sku="M-B")
    answer = await send(demo, BAG, do="buy", sku="MUG-1", price="1890")
    pay = answer.headers["location"].removesuffix("?wait")
    assert "Total, tax included €23.80" in await shown(demo, pay)
    await send(demo, pay, do="pay")
    assert (await demo.http.get(BAG, headers=JSON)).json()["count"] == 1


async def test_a_script_is_told_where_to_pay(demo):
    answer = await send(demo, BAG, 201, JSON, do="buy", sku="MUG-1", price="1890")
    assert answer.json()["pay"]["url"].startswith("/checkouts/ck_")
    assert "vetrina_buyer=" in answer.headers["set-cookie"]


async def test_nobody_but_the_buyer_finds_it(demo):
    order = await paid(demo)
    for path in (order, "/checkouts/ck_x/pay", "/orders/ck_x", "/orders/ck_x/withdrawal"):
        answer = await demo.http.get(path)
        if path == order:
            assert answer.headers["x-robots-tag"] == "noindex, nofollow"
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert order.rpartition("/")[2] not in re.search("<title>(.*)</title>", answer.text)[1]
        else:
            assert answer.status_code == 404


async def test_a_total_that_is_another_one_by_now_is_not_ordered(demo):
    await demo.show()
    await send(demo, BAG, do="add", sku="MUG-1", quantity="3", price="1890", show="spring")
    total = (await demo.http.get(BAG, headers=JSON)).json()["total"]
    assert (await demo.command({**DEAL, "quantity": 2})).status_code == 200
    answer = await send(demo, BAG, 409, do="order", total=total)
    assert "A price changed meanwhile." in text_of(answer.text)


async def test_a_price_that_was_another_one_is_not_charged(demo):
    answer = await send(demo, BAG, 409, JSON, do="buy", sku="MUG-1", price="1490")
    told = answer.json()
    assert told["code"] == "price_changed"
    assert told["said"] == "A price changed meanwhile. Look at it, and order again."


async def test_age_is_asked_for_before_anything_is_ordered(demo):
    answer = await send(demo, BAG, 409, JSON, do="buy", sku="M-B")
    assert answer.json()["said"] == "Please say that you are old enough."
    await send(demo, BAG, do="buy", sku="M-B", adult="yes")


async def test_who_left_goes_on_paying_from_the_bag_and_nobody_else_does(demo):
    pay = await ordered(demo)
    bag = await demo.http.get(BAG)
    assert f'href="{pay}"' in bag.text and "Go on paying" in bag.text
    kept = {"vetrina_bag": demo.http.cookies["vetrina_bag"]}
    demo.http.cookies.clear()
    demo.http.cookies.update(kept)
    assert "Go on paying" not in (await demo.http.get(BAG)).text


async def test_a_reservation_is_given_back_and_the_bag_is_still_full(demo):
    pay = await ordered(demo)
    assert (await send(demo, pay, do="give_back")).headers["location"] == BAG
    assert "You gave it back" in await shown(demo, pay, 409)
    assert (await demo.http.get(BAG, headers=JSON)).json()["count"] == 2


async def test_a_reservation_that_is_over_says_so(demo, clock):
    pay = await ordered(demo)
    clock.advance(601_000)
    await demo.context.checkouts.sweep()
    page = await shown(demo, pay, 409)
    assert "The reservation is over What was kept for you is on sale again." in page
    assert "Back to the bag" in page
    await send(demo, pay, 409, do="pay")


async def test_another_sites_form_pays_nothing(demo):
    pay = await ordered(demo)
    await send(demo, pay, 200, {"sec-fetch-site": "cross-site"}, do="pay")
    assert "Kept for you" in await shown(demo, pay)


async def test_an_open_page_hears_of_a_change(demo):
    order = (await ordered(demo)).replace("/checkouts/", "/orders/").removesuffix("/pay")
    assert "Waiting for the payment" in await shown(demo, order)
    first = await demo.http.get(order, headers=JSON)
    assert first.json() == {"status": "open"}
    same = {**JSON, "if-none-match": first.headers["etag"]}
    assert (await demo.http.get(order, headers=same)).status_code == 304
    await send(demo, order.replace("/orders/", "/checkouts/") + "/pay", do="pay")
    assert (await demo.http.get(order, headers=same)).json() == {"status": "paid"}


async def test_the_contract_is_withdrawn_from_and_acknowledged_with_its_time(demo, clock):
    order = await paid(demo)
    assert "Withdraw from contract here" in await shown(demo, order)
    page = await shown(demo, f"{order}/withdrawal")
    assert "Confirm withdrawal" in page and "You send it back." in page
    await send(demo, f"{order}/withdrawal", 200, do="")
    assert "withdrawal was received" not in await shown(demo, order)
    answer = await send(demo, f"{order}/withdrawal", do="withdraw")
    assert answer.headers["location"] == f"{order}#withdrawal"
    page = await shown(demo, order)
    assert re.search(r"Your withdrawal was received on \w+, .* UTC\.", page)
    assert "Withdraw from contract here" not in page
    kept = await demo.http.get(f"{order}/withdrawal.txt")
    assert "attachment" in kept.headers["content-disposition"]
    assert "2 × Moka mug" in kept.text and "Giulia Rossi" in kept.text
    before = kept.text
    clock.advance(60_000)
    await send(demo, f"{order}/withdrawal", do="withdraw")
    assert (await demo.http.get(f"{order}/withdrawal.txt")).text == before


async def test_a_shop_without_that_right_shows_no_way_to_it(demo):
    order = await paid(demo)
    await demo.call("PUT", "/shop", {**PROFILE, "withdrawal_days": 0})
    demo.clock.advance(2_000)
    assert "Withdraw" not in await shown(demo, order)
    assert (await demo.http.post(f"{order}/withdrawal", data={"do": "withdraw"})).status_code == 404


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("it", "Recedere dal contratto qui"),
        ("de", "Vertrag hier widerrufen"),
        ("es", "Desistir del contrato aquí"),
        ("fr", "Renoncer au contrat ici"),
    ],
)
async def test_withdrawing_is_named_plainly_in_every_language(demo, lang, words):
    assert words in (await demo.http.get(f"{await paid(demo)}?lang={lang}")).text


async def test_what_sold_out_meanwhile_says_what_is_left(demo):
    await demo.show()
    assert (await demo.command({**DEAL, "quantity": 2})).status_code == 200
    wish = {"do": "buy", "sku": "MUG-1", "quantity": "3", "show": "spring", "price": "1490"}
    answer = await send(demo, BAG, 409, **wish)
    assert "Meanwhile only 2 are left: Moka mug. Nothing was ordered." in text_of(answer.text)
    await send(demo, BAG, **wish | {"quantity": "2"})
    demo.http.cookies.clear()  # somebody else
    answer = await send(demo, BAG, 409, JSON, **wish | {"quantity": "1"})
    assert answer.json()["said"] == "Sold out meanwhile: Moka mug. It was not ordered."


async def test_below_a_sub_path_every_step_stays_there(store, tmp_path, clock):
    given = {"demo": True, "public_url": "https://shop.example/vetrina"}
    async with site_over(store, tmp_path, clock, **given) as site:
        await open_shop(site, {**MUG, "stock": 5})
        answer = await send(site, BAG, do="buy", sku="MUG-1")
        pay = answer.headers["location"]
        assert pay.startswith("/vetrina/checkouts/ck_")
        own = pay.removeprefix("/vetrina").removesuffix("?wait")
        page = (await site.http.get(own)).text
        assert f'action="/vetrina{own}"' in page
        answer = await send(site, own, do="pay")
        order = answer.headers["location"]
        assert order.startswith("/vetrina/orders/ck_")
        page = (await site.http.get(order.removeprefix("/vetrina"))).text
        assert f'href="{order}/withdrawal"' in page
        told = await site.http.post(BAG, data={"do": "add", "sku": "MUG-1"}, headers=JSON)
        assert told.json()["lines"][0]["href"] == "/vetrina/shop/giulia/products/MUG-1"
        assert "Path=/vetrina" in told.headers["set-cookie"]
