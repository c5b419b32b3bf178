"""Vouchers over HTTP: made, listed, deleted, offered in a show, taken by tap."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.store.selling import change, new, paid
from tests.web.conftest import BASE, fields, problem
from vetrina.domain.errors import Refused
from vetrina.web.buyer_cookie import COOKIE as BUYER
from vetrina.web.pages.bag_cookie import read_bag

EUR5 = {"amount": 500, "currency": "EUR"}


async def made(site, **body) -> dict:
    answer = await site.post("/vouchers", {"percent": 10, **body})
    assert answer.status_code == 201, answer.text
    return answer.json()


def browser(site, host: int = 7) -> httpx.AsyncClient:
    """Somebody's browser, with cookies of its own."""
    transport = httpx.ASGITransport(app=site.http._transport.app, client=(f"203.0.113.{host}", 1))
    return httpx.AsyncClient(transport=transport, base_url=BASE)


async def test_a_voucher_is_made_listed_and_deleted(site):
    told = await made(site, code=" welcome 12 ", percent=12.5, quantity=50, per_buyer=1)
    assert (told["code"], told["percent"], told["left"]) == ("WELCOME12", 12.5, 50)
    await made(site, percent=None, amount=EUR5, min_spend={"amount": 5000, "currency": "EUR"})
    listed = (await site.get("/vouchers")).json()["vouchers"]
    assert [one["amount"] for one in listed] == [EUR5, None]
    assert (await site.call("DELETE", "/vouchers/welcome12")).status_code == 204
    problem(await site.call("DELETE", "/vouchers/WELCOME12"), 404, "unknown_voucher")
    assert len((await site.get("/vouchers")).json()["vouchers"]) == 1
    problem(await site.post("/vouchers", {"code": "WELCOME12", "percent": 5}), 409, "taken")


async def test_a_code_of_ours_cannot_be_guessed(site):
    codes = {(await made(site))["code"] for _ in range(20)}
    assert len(codes) == 20
    assert all(len(code) == 10 and not set(code) & set("ILOU") for code in codes)


async def test_pages(site):
    for number in range(3):
        await made(site, code=f"CODE{number}")
    first = (await site.get("/vouchers?limit=2")).json()
    rest = (await site.get(f"/vouchers?limit=2&after={first['next']}")).json()
    assert [one["code"] for one in first["vouchers"] + rest["vouchers"]] == [
        "CODE2", "CODE1", "CODE0",
    ]  # fmt: skip
    assert "next" not in rest


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "percent"),
        ({"percent": 10, "amount": EUR5}, "percent"),
        ({"percent": 0}, "percent"),
        ({"percent": 100.5}, "percent"),
        ({"percent": 10.001}, "percent"),
        ({"percent": 1e300}, "percent"),
        ({"amount": {"amount": 0, "currency": "EUR"}}, "amount"),
        ({"percent": 10, "code": "X"}, "code"),
        ({"percent": 10, "code": "a/b"}, "code"),
        ({"percent": 10, "quantity": 0}, "quantity"),
        ({"percent": 10, "starts_at": 5, "ends_at": 5}, "ends_at"),
        ({"amount": EUR5, "min_spend": {"amount": 1, "currency": "USD"}}, "min_spend.currency"),
        ({"percent": 10, "min_spend": {"amount": 0, "currency": "EUR"}}, "min_spend"),
    ],
)
async def test_what_is_no_voucher(site, body, field):
    assert fields(problem(await site.post("/vouchers", body), 422, "invalid")) == [field]


async def test_what_it_names_must_be_there(site):
    await site.show()
    problem(await site.post("/vouchers", {"percent": 5, "show": "nope"}), 404, "unknown_show")
    problem(await site.post("/vouchers", {"percent": 5, "skus": ["NOPE"]}), 404, "unknown_sku")
    dollars = {"amount": {"amount": 500, "currency": "USD"}, "show": "spring"}
    problem(await site.post("/vouchers", dollars), 409, "wrong_currency")
    assert (await made(site, skus=["MUG-1", "MUG-1"]))["skus"] == ["MUG-1"]


async def test_an_offer_is_taken_by_tap_and_its_code_told_then_only(site):
    await site.show()
    told = await made(site, code="SECRET77", quantity=50)
    offer = await site.command({"type": "offer_voucher", "voucher": "secret77", "quantity": 2})
    assert offer.status_code == 200, offer.text
    assert told["code"] not in offer.text
    seen = (await site.http.get("/api/v1/shows/spring")).json()["state"]["vouchers"]
    assert (seen[0]["id"], seen[0]["percent"], seen[0]["left"]) == ("v1", 10, 2)
    async with browser(site) as anna:
        claimed = await anna.post("/api/v1/shows/spring/vouchers/v1/claims")
        assert claimed.status_code == 200, claimed.text
        assert (claimed.json()["code"], claimed.json()["left"]) == ("SECRET77", 1)
        again = await anna.post("/api/v1/shows/spring/vouchers/v1/claims")
        assert again.json() == claimed.json()
        assert read_bag(anna.cookies["vetrina_bag"]).voucher == "SECRET77"
        assert len(anna.cookies[BUYER]) == 22
    assert all(
        "httponly" in cookie.lower() and "samesite=lax" in cookie.lower()
        for cookie in claimed.headers.get_list("set-cookie")
    )
    await site.context.voucher_telling.tell("spring")
    seen = (await site.http.get("/api/v1/shows/spring")).json()["state"]["vouchers"]
    assert seen[0]["left"] == 1


async def test_of_many_taps_at_once_exactly_so_many_get_it_and_the_card_goes(site):
    await site.show()
    await made(site, code="FIRST50", quantity=50)
    await site.command({"type": "offer_voucher", "voucher": "FIRST50"})
    browsers = [browser(site, host) for host in range(1, 81)]
    answers = await asyncio.gather(
        *(one.post("/api/v1/shows/spring/vouchers/v1/claims") for one in browsers)
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 50 + [409] * 30
    lost = next(answer for answer in answers if answer.status_code == 409)
    assert problem(lost, 409, "sold_out")["left"] == 0
    await site.context.voucher_telling.tell("spring")
    _, state = await site.context.shows.state("spring")
    assert not state.vouchers
    async with browser(site) as late:
        answer = await late.post("/api/v1/shows/spring/vouchers/v1/claims")
        problem(answer, 409, "voucher_refused")


async def test_a_code_that_is_given_by_tap_opens_nothing_by_itself(site):
    await site.show()
    await made(site, code="SECRET77", by_tap=True)
    vouchers = site.context.vouchers
    with pytest.raises(Refused) as by_code:
        await vouchers.good_for("SECRET77", "anna")
    with pytest.raises(Refused) as unknown:
        await vouchers.good_for("NO-SUCH", "anna")
    assert by_code.value.args == unknown.value.args
    await site.command({"type": "offer_voucher", "voucher": "SECRET77"})
    _, state = await site.context.shows.state("spring")
    await vouchers.claim(state, "v1", "anna")
    assert (await vouchers.good_for("secret77", "anna")).code == "SECRET77"


async def test_a_voucher_of_another_show_or_time_is_refused_alike(site, clock):
    await site.show()
    await made(site, code="SPRING", show="spring")
    await made(site, code="LATER", starts_at=clock.now_ms() + 1000)
    await made(site, code="OVER", ends_at=clock.now_ms() + 1)
    clock.advance(1)
    vouchers = site.context.vouchers
    assert (await vouchers.good_for("SPRING", "anna", show="spring")).show == "spring"
    told = set()
    for code in ("SPRING", "LATER", "OVER", "x" * 500, ""):
        with pytest.raises(Refused) as refused:
            await vouchers.good_for(code, "anna")
        told.add(refused.value.args)
    assert len(told) == 1


async def test_a_tap_lowers_the_checkout_of_that_browser_alone(site):
    """B10 to B12 from the tap to the sums: the code alone opens nothing, and it is used once."""
    body = {"name": "Giulia", "handle": "giulia"}
    assert (await site.call("PUT", "/shop", body)).status_code == 200
    await site.show(status="rehearsal")
    least = {"amount": 3000, "currency": "EUR"}
    await made(site, code="SECRET77", percent=10, min_spend=least, quantity=5, by_tap=True)
    await site.command({"type": "offer_voucher", "voucher": "SECRET77"})
    wanted = {"shop": "giulia", "show": "spring", "voucher": "SECRET77"}
    mugs = [[{"sku": "MUG-1", "quantity": pieces}] for pieces in (1, 2, 3)]
    async with browser(site, 1) as anna, browser(site, 2) as bea:
        claimed = await anna.post("/api/v1/shows/spring/vouchers/v1/claims")
        assert claimed.json()["code"] == "SECRET77"
        stranger = await bea.post("/api/v1/checkouts", json={**wanted, "items": mugs[1]})
        assert problem(stranger, 409, "voucher_refused")["reason"] == "not_good"
        little = await anna.post("/api/v1/checkouts", json={**wanted, "items": mugs[0]})
        assert problem(little, 409, "voucher_refused")["reason"] == "min_spend"
        bought = await anna.post("/api/v1/checkouts", json={**wanted, "items": mugs[1]})
        assert bought.status_code == 201, bought.text
        told = bought.json()["checkout"]
        assert (told["discount"]["amount"], told["voucher"]) == (378, "SECRET77")


async def test_one_that_was_used_is_told_in_the_bag_and_not_at_the_till(site, clock):
    """It stays in the bag of somebody who bought at once; the next order goes on without it."""
    await site.show()
    await made(site, code="ONCE", per_buyer=1)
    vouchers, now = site.context.vouchers, clock.now_ms()
    order = await site.store.reserve(new(voucher="ONCE", buyer="anna", created_at=now))
    assert (await vouchers.good_for("ONCE", "anna")).code == "ONCE"
    await site.store.change_order(change(order, paid(at=now), stock="sell"))
    with pytest.raises(Refused):
        await vouchers.good_for("ONCE", "anna")
    assert (await vouchers.good_for("ONCE", "bea")).code == "ONCE"


async def test_codes_are_not_found_by_trying(site):
    """The eleventh wrong code from one address has to wait; a good one costs nothing."""
    body = {"name": "Giulia", "handle": "giulia"}
    assert (await site.call("PUT", "/shop", body)).status_code == 200
    await site.show(status="rehearsal")
    await made(site, code="GOOD", percent=10)
    codes = []
    for number in range(12):
        wanted = {"shop": "giulia", "show": "spring", "items": [{"sku": "MUG-1", "quantity": 1}]}
        for code in ("GOOD", f"WRONG{number}"):
            answer = await site.http.post("/api/v1/checkouts", json={**wanted, "voucher": code})
            codes.append(answer.json().get("code", answer.status_code))
    assert codes[:20] == [201, "voucher_refused"] * 10
    assert codes[20:] == ["rate_limited"] * 4


async def test_an_unknown_voucher_is_not_offered(site):
    await site.show()
    answer = await site.command({"type": "offer_voucher", "voucher": "NOPE"})
    problem(answer, 409, "voucher_refused")


async def test_another_site_takes_none_in_a_visitors_name(site):
    """Its form would bring no cookies, and the answer would have emptied the bag."""
    await site.show()
    await made(site, code="FIRST50", quantity=50)
    await site.command({"type": "offer_voucher", "voucher": "FIRST50"})
    headers = {"sec-fetch-site": "cross-site"}
    answer = await site.http.post("/api/v1/shows/spring/vouchers/v1/claims", headers=headers)
    problem(answer, 403, "forbidden")
    assert "set-cookie" not in answer.headers


async def test_taps_of_one_address_are_bounded(site):
    await site.show()
    await made(site, code="FIRST50", quantity=50)
    await site.command({"type": "offer_voucher", "voucher": "FIRST50"})
    seen = set()
    for _ in range(40):
        async with browser(site, 9) as one:
            seen.add((await one.post("/api/v1/shows/spring/vouchers/v1/claims")).status_code)
    assert seen == {200, 429}
    kept = await site.store.voucher("FIRST50")
    assert kept.claims == 30
