"""Checkouts over HTTP, over the real store: reserve, see, pay, give back."""

import pytest

from tests.web.api.test_shop import open_shop
from tests.web.conftest import fields, problem, site_over
from vetrina.domain.selling.reservation import DealId
from vetrina.live.purchases.own_orders import OWN

MUG = {"sku": "MUG-1", "title": "Moka mug", "price": {"amount": 1890, "currency": "EUR"}}


@pytest.fixture
async def rehearsal(site):
    """A shop with a show in rehearsal, where everything is a test."""
    await open_shop(site)
    await site.show(status="rehearsal")
    return site


def wish(*items, **more):
    items = items or ({"sku": "MUG-1", "quantity": 1},)
    return {"shop": "giulia", "show": "spring", "items": list(items), **more}


async def begin(site, *items, headers=None, **more):
    """As a browser does it, without a key."""
    return await site.http.post("/api/v1/checkouts", json=wish(*items, **more), headers=headers)


async def begin_elsewhere(site, *items, headers=None, **more):
    """In another browser than before."""
    site.http.cookies.clear()
    return await begin(site, *items, headers=headers, **more)


async def paid(site, token):
    """The test page's button."""
    order = await site.context.checkouts.of_token(token)
    order = await site.context.checkouts.paying.test(order)
    await site.context.checkouts.settled()
    return order


async def state_of(site):
    return (await site.context.shows.state("spring"))[1]


async def test_a_visitor_buys_in_a_rehearsal_and_the_purchase_passes_marked_test(rehearsal):
    answer = await begin(rehearsal, {"sku": "MUG-1", "quantity": 2})
    assert answer.status_code == 201, answer.text
    told = answer.json()
    token = told["checkout"]["token"]
    assert told["checkout"]["total"] == {"amount": 3780, "currency": "EUR"}
    assert told["checkout"]["status"] == "open"
    assert told["checkout"]["test"] is True
    assert told["checkout"]["expires_at"] == rehearsal.clock.now_ms() + 600_000
    assert told["pay"] == {"kind": "redirect", "url": f"/checkouts/{token}/pay"}

    await paid(rehearsal, token)

    (purchase,) = (await state_of(rehearsal)).ticker
    assert purchase.test and purchase.items[0].sku == "MUG-1" and purchase.items[0].quantity == 2
    seen = (await rehearsal.http.get(f"/api/v1/checkouts/{token}")).json()
    assert seen["checkout"]["status"] == "paid"
    assert seen["pay"] is None


async def test_paying_twice_is_told_once(rehearsal):
    token = (await begin(rehearsal)).json()["checkout"]["token"]
    await paid(rehearsal, token)
    with pytest.raises(Exception, match="over"):
        await paid(rehearsal, token)
    await rehearsal.context.checkouts.sweep()
    await rehearsal.context.checkouts.settled()
    assert len((await state_of(rehearsal)).ticker) == 1


async def test_a_test_order_takes_no_stock_of_the_shop(rehearsal):
    await rehearsal.post("/products", {**MUG, "stock": 1})
    first = await begin(rehearsal)
    second = await begin_elsewhere(rehearsal)
    assert (first.status_code, second.status_code) == (201, 201)
    assert (await rehearsal.store.stocks(["MUG-1"])) == {"MUG-1": 1}


async def test_the_browser_gets_a_random_cookie_once(rehearsal):
    first = await begin(rehearsal)
    cookie = first.headers["set-cookie"]
    assert cookie.startswith("vetrina_buyer=") and "HttpOnly" in cookie and "SameSite=lax" in cookie
    again = await begin(rehearsal)
    assert "set-cookie" not in again.headers


async def test_a_second_checkout_of_a_browser_takes_the_place_of_the_first(rehearsal):
    first = (await begin(rehearsal)).json()["checkout"]["token"]
    second = (await begin(rehearsal)).json()["checkout"]["token"]
    told = (await rehearsal.http.get(f"/api/v1/checkouts/{first}")).json()["checkout"]
    assert (told["status"], told["why"]) == ("over", "given_back")
    told = (await rehearsal.http.get(f"/api/v1/checkouts/{second}")).json()["checkout"]
    assert told["status"] == "open"


async def test_what_is_given_back_is_over(rehearsal):
    token = (await begin(rehearsal)).json()["checkout"]["token"]
    assert (await rehearsal.http.delete(f"/api/v1/checkouts/{token}")).status_code == 204
    told = (await rehearsal.http.get(f"/api/v1/checkouts/{token}")).json()
    assert told["checkout"]["status"] == "over" and told["pay"] is None
    assert (await rehearsal.http.delete(f"/api/v1/checkouts/{token}")).status_code == 204


async def test_what_is_paid_cannot_be_given_back(rehearsal):
    token = (await begin(rehearsal)).json()["checkout"]["token"]
    await paid(rehearsal, token)
    problem(await rehearsal.http.delete(f"/api/v1/checkouts/{token}"), 409, "checkout_over")


async def test_one_that_is_not_paid_ends_in_its_time(rehearsal):
    token = (await begin(rehearsal)).json()["checkout"]["token"]
    rehearsal.clock.advance(600_000)
    await rehearsal.context.checkouts.sweep()
    told = (await rehearsal.http.get(f"/api/v1/checkouts/{token}")).json()["checkout"]
    assert (told["status"], told["why"]) == ("over", "expired")


async def test_a_repeat_with_the_same_idempotency_key_is_the_same_checkout(rehearsal):
    headers = {"idempotency-key": "one of a browser"}
    first = await begin(rehearsal, headers=headers)
    again = await begin(rehearsal, headers=headers)
    assert first.json() == again.json()


async def test_a_key_that_others_might_choose_too_is_refused(rehearsal):
    """Another browser with the same wish was told the token of the first buyer."""
    for _ in range(2):
        answer = await begin(rehearsal, headers={"idempotency-key": "1"})
        assert fields(problem(answer, 422, "invalid")) == ["Idempotency-Key"]


async def test_a_repeat_after_a_crash_before_the_answer_is_the_same_checkout(rehearsal):
    headers = {"idempotency-key": "one of a browser"}
    first = await begin_elsewhere(rehearsal, headers=headers)

    async def forgotten(*_):
        return None

    rehearsal.context.idempotency._known = forgotten
    again = await begin_elsewhere(rehearsal, headers=headers)
    assert again.json() == first.json()


async def test_a_repeat_is_not_sold_out_by_what_it_took_itself(rehearsal):
    """A server that was killed before its answer told the buyer of the last piece that it was
    gone."""
    await deal(rehearsal, quantity=1)
    headers = {"idempotency-key": "one of a browser"}
    first = await begin(rehearsal, headers=headers)

    async def forgotten(*_):
        return None

    rehearsal.context.idempotency._known = forgotten
    again = await begin_elsewhere(rehearsal, headers=headers)
    assert again.json() == first.json()
    assert (await begin(rehearsal, headers=headers)).json() == first.json()


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"shop": "other"}, 404, "unknown_shop"),
        ({"show": "other"}, 404, "unknown_show"),
        ({"items": [{"sku": "NO-1", "quantity": 1}]}, 404, "unknown_sku"),
        ({"market": "us"}, 409, "not_in_market"),
        ({"voucher": "NOPE"}, 409, "voucher_refused"),
    ],
)
async def test_what_cannot_be_bought_is_said_with_a_code(rehearsal, change, status, code):
    problem(await begin(rehearsal, **change), status, code)


async def test_another_price_than_on_the_screen_is_said_with_both(rehearsal):
    seen = {"amount": 1790, "currency": "EUR"}
    told = problem(
        await begin(rehearsal, {"sku": "MUG-1", "quantity": 1, "price": seen}), 409, "price_changed"
    )
    assert told["prices"] == [
        {"sku": "MUG-1", "seen": seen, "now": {"amount": 1890, "currency": "EUR"}}
    ]


@pytest.mark.parametrize("quantity", [0, -1, 10**9, "1", 1.5, None])
async def test_a_quantity_is_a_number_of_pieces(rehearsal, quantity):
    answer = await begin(rehearsal, {"sku": "MUG-1", "quantity": quantity})
    assert fields(problem(answer, 422, "invalid")) == ["items.0.quantity"]


async def test_a_body_has_at_most_fifty_lines_and_four_kib(rehearsal):
    many = [{"sku": f"S-{n}", "quantity": 1} for n in range(51)]
    problem(await begin(rehearsal, *many), 422, "invalid")
    problem(await begin(rehearsal, via="x" * 5_000), 413, "too_large")


async def test_without_a_rehearsal_a_shop_leads_to_the_pages_of_its_products(site):
    await open_shop(site, {**MUG, "link": "https://giulia.example/mug?n={qty}"})
    answer = await begin(site, {"sku": "MUG-1", "quantity": 2}, show=None)
    told = answer.json()
    assert told["pay"] == {"kind": "redirect", "url": "https://giulia.example/mug?n=2"}
    assert told["checkout"]["token"] is None and told["checkout"]["expires_at"] is None


async def test_a_product_without_a_page_cannot_be_bought_where_nothing_else_sells(site):
    await open_shop(site, MUG)
    problem(await begin(site, show=None), 409, "not_for_sale")


async def test_the_calls_of_one_address_are_limited(rehearsal):
    for _ in range(120):
        await begin(rehearsal, shop="other")
    problem(await begin(rehearsal), 429, "rate_limited")


async def test_nobody_else_opens_a_checkout(rehearsal):
    problem(await rehearsal.http.get("/api/v1/checkouts/ck_unknown"), 404, "unknown_checkout")


async def test_the_show_counts_it_as_an_order_of_ours(rehearsal):
    token = (await begin(rehearsal)).json()["checkout"]["token"]
    order = await paid(rehearsal, token)
    records = await rehearsal.store.order_records(OWN, [order.checkout.id])
    assert records[order.checkout.id].record.show == "spring"


async def deal(site, **more):
    """A deal of the mug that runs."""
    command = {"type": "start_deal", "sku": "MUG-1", "duration_s": 120, **more}
    command.setdefault("price", {"amount": 1490, "currency": "EUR"})
    answer = await site.command(command)
    assert answer.status_code == 200, answer.text


async def test_the_deal_of_the_show_counts(rehearsal):
    await deal(rehearsal, quantity=3)
    told = (await begin(rehearsal, {"sku": "MUG-1", "quantity": 2})).json()["checkout"]
    assert told["total"]["amount"] == 2980
    assert told["items"][0]["deal"] == "d1"
    told = problem(
        await begin_elsewhere(rehearsal, {"sku": "MUG-1", "quantity": 2}), 409, "sold_out"
    )
    assert told["left"] == 1


async def test_the_price_of_a_reservation_stays_when_the_deal_ends(rehearsal):
    await deal(rehearsal)
    token = (await begin(rehearsal)).json()["checkout"]["token"]
    await rehearsal.command({"type": "end_deal", "deal": "d1"})
    order = await paid(rehearsal, token)
    assert order.checkout.total.amount == 1490
    told = (await begin_elsewhere(rehearsal)).json()["checkout"]
    assert told["total"]["amount"] == 1890


async def test_a_deal_is_over_by_the_clock_of_the_server(rehearsal):
    await deal(rehearsal)
    rehearsal.clock.advance(120_000)
    told = (await begin(rehearsal)).json()["checkout"]
    assert told["total"]["amount"] == 1890


async def test_a_buyer_gets_so_many_in_a_deal_and_no_more(rehearsal):
    await deal(rehearsal, per_viewer=1, quantity=5)
    token = (await begin(rehearsal)).json()["checkout"]["token"]
    await paid(rehearsal, token)
    problem(await begin(rehearsal), 409, "limit_reached")
    assert (await begin_elsewhere(rehearsal)).status_code == 201


async def test_a_purchase_of_ours_takes_a_deal_once(rehearsal):
    """It left the deal when it was reserved: the show that counts it takes nothing again."""
    await deal(rehearsal, quantity=3)
    token = (await begin(rehearsal)).json()["checkout"]["token"]
    await paid(rehearsal, token)
    left = await rehearsal.store.deals_left([DealId("spring", "d1")])
    assert left == {DealId("spring", "d1"): (2, 0)}


async def test_below_a_path_the_address_of_the_payment_has_it(store, tmp_path, clock):
    settings = {"public_url": "https://shop.test/vetrina", "demo": True}
    async with site_over(store, tmp_path, clock, **settings) as site:
        await open_shop(site, MUG)
        told = (await begin(site, show=None)).json()
        assert told["pay"]["url"] == f"/vetrina/checkouts/{told['checkout']['token']}/pay"


async def test_a_product_that_was_archived_meanwhile_is_not_sold_by_a_show_either(rehearsal):
    """Regression: the show went on selling what was in its bag."""
    await rehearsal.store.set_status("MUG-1", "archived")
    problem(await begin(rehearsal), 409, "not_for_sale")
