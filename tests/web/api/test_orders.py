"""The seller's orders: found in one list, opened, exported; who bought is never kept."""

from __future__ import annotations

import csv
import logging

import pytest

from tests.fakes import FakeClock
from tests.web.conftest import Site, bearer, fields, problem
from tests.web.orders import (
    AWAY,
    BUYER,
    EMAIL,
    NAME,
    REFUSED,
    STREET,
    euros,
    happened,
    line,
    ordered,
    provider_of,
)
from tests.web.shops import NOW_MS, shop
from vetrina.domain.access import Permission as P
from vetrina.domain.access import Role, may
from vetrina.domain.selling.order_facts import (
    DisputeOpened,
    RefundFailed,
    WithdrawalAsked,
)
from vetrina.shop.orders.their_shop import orders_page


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW_MS)


async def listed(site: Site, **query: object) -> list[str]:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    answer = await site.get(f"/orders?{asked}")
    assert answer.status_code == 200, answer.text
    return [order["id"] for order in answer.json()["orders"]]


async def both(site: Site) -> tuple[str, str]:
    """An order of ours, and a later one of a connected shop."""
    await site.show()
    order = await ordered(site, created_at=NOW_MS - 60_000)
    seller = await shop(site, "shopify")
    assert (await seller.deliver("paid")).status_code == 200
    [theirs] = [id for id in await listed(site) if id != order.checkout.id]
    return order.checkout.id, theirs


async def test_orders_of_ours_and_of_shops_stand_in_one_list(site: Site) -> None:
    site.clock.advance(-60_000)
    own, theirs = await both(site)
    first, second = (await site.get("/orders")).json()["orders"]
    mine, other = (first, second) if first["id"] == own else (second, first)
    assert mine["source"] == {"kind": "own", "name": None, "url": None}
    assert (mine["number"], mine["pieces"], mine["titles"]) == (1, 2, ["Title of MUG-1"])
    assert mine["total"] == {"amount": 4270, "currency": "EUR"}
    assert (mine["order"], mine["money"], mine["fulfilment"]) == ("placed", "paid", "open")
    assert other["id"] == theirs
    assert other["source"] == {"kind": "shopify", "name": "Shopify", "url": None}
    assert (other["number"], other["fulfilment"], other["show"]) == (None, None, "spring")
    assert (await site.get(f"/orders/{theirs}")).json()["left"] is None


async def test_pages_go_through_both_lists_without_a_gap(site: Site) -> None:
    provider_of(site)
    await site.show()
    seller = await shop(site, "shopify")
    assert (await seller.deliver("paid")).status_code == 200
    for _ in range(5):
        await ordered(site)
        site.clock.advance(1_000)
    everything = await listed(site)
    assert len(everything) == 6
    found: list[str] = []
    after = ""
    while True:
        page = (await site.get(f"/orders?limit=2{after}")).json()
        found += [order["id"] for order in page["orders"]]
        if page.get("next") is None:
            break
        after = f"&after={page['next']}"
    assert found == everything


async def test_orders_are_found_by_show_status_market_words_and_time(site: Site) -> None:
    own, theirs = await both(site)
    site.clock.advance(5_000)
    other = (await ordered(site, line("SCARF", 1), market="it")).checkout.id
    assert await listed(site, show="spring") == [theirs]
    assert await listed(site, market="it") == [other]
    assert set(await listed(site, status="paid")) == {own, theirs, other}
    assert await listed(site, status="refunded") == []
    assert await listed(site, q="scarf") == [other]
    assert await listed(site, q="%231") == [own]
    assert await listed(site, since=NOW_MS + 5_000) == [other]
    assert other not in await listed(site, until=NOW_MS + 5_000)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=lovely", "status"),
        ("q=", "q"),
        ("show=%20", "show"),
        ("limit=0", "limit"),
        ("since=tomorrow", "since"),
        ("after=17", "after"),
        ("after=x.o_1", "after"),
    ],
)
async def test_what_cannot_be_asked_is_said(site: Site, query: str, field: str) -> None:
    assert fields(problem(await site.get(f"/orders?{query}"), 422, "invalid")) == [field]


async def test_an_order_tells_its_lines_sums_and_history(site: Site) -> None:
    provider_of(site)
    order = await ordered(site, line("SHIRT-M", 1, choice="M / Olive"), line())
    told = (await site.get(f"/orders/{order.checkout.id}")).json()
    assert (told["goods"], told["shipping"]["amount"]) == ({"amount": 5670, "currency": "EUR"}, 490)
    assert told["left"]["total"] == told["total"] == {"amount": 6160, "currency": "EUR"}
    first = told["lines"][0]
    assert (first["choice"], first["to_ship"], first["to_return"]) == ("M / Olive", 1, 0)
    assert [fact["type"] for fact in told["history"]] == ["session_made", "paid"]
    assert (told["version"], told["has_buyer"], told["can_deliver"]) == (2, True, False)


async def test_what_wants_somebody_is_said(site: Site) -> None:
    provider_of(site)
    order = await ordered(site)
    id, now = order.checkout.id, NOW_MS
    await happened(site, order, DisputeOpened(at=now, dispute="dp_1", amount=euros(4270)))
    await happened(site, order, WithdrawalAsked(at=now))
    await happened(site, order, RefundFailed(at=now, refund="r_1"))
    told = (await site.get(f"/orders/{id}")).json()
    assert told["attention"] == ["dispute", "withdrawal", "refund_failed"]
    assert told["dispute"] == "open"
    assert await listed(site, status="disputed") == [id]
    assert await listed(site, status="open") == [id], "it is to be shipped, too"


async def test_an_order_that_is_not_there_is_said(site: Site) -> None:
    provider_of(site)
    for path in ("/orders/o_nothing", "/orders/con_1.p1", "/orders/o_nothing/buyer"):
        problem(await site.get(path), 404, "unknown_order")
    for path in ("refunds", "shipments", "deliveries", "returns"):
        problem(await site.post(f"/orders/o_nothing/{path}", {}), 404, "unknown_order")


async def test_an_order_of_a_shop_is_refunded_and_shipped_there(site: Site) -> None:
    _, theirs = await both(site)
    for path in ("refunds", "shipments", "deliveries", "returns"):
        problem(await site.post(f"/orders/{theirs}/{path}", {}), 404, "unknown_order")
    problem(await site.get(f"/orders/{theirs}/buyer"), 404, "unknown_order")


async def test_name_and_address_come_from_the_provider_and_stay_nowhere(
    site: Site, tmp_path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    provider = provider_of(site)
    order = await ordered(site)
    answer = await site.get(f"/orders/{order.checkout.id}/buyer")
    assert answer.json() == {
        "name": NAME,
        "email": EMAIL,
        "phone": BUYER.phone,
        "address": list(BUYER.address),
    }
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    await site.get(f"/orders/{order.checkout.id}/buyer")
    assert len(provider.asked) == 2, "it is asked each time, since nothing is kept"

    whole = (await site.get(f"/orders/{order.checkout.id}")).text
    exported = (await site.get("/orders.csv")).text
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert len(kept) > 100_000
    for secret in (NAME, EMAIL, STREET, "Zabaglione", "7777777"):
        assert secret not in whole + exported + caplog.text
        assert secret.encode() not in kept


async def test_a_provider_that_fails_is_told_apart(site: Site) -> None:
    provider = provider_of(site)
    order = await ordered(site)
    provider.fails = AWAY
    problem(await site.get(f"/orders/{order.checkout.id}/buyer"), 503, "provider_away")
    provider.fails = REFUSED
    told = problem(await site.get(f"/orders/{order.checkout.id}/buyer"), 409, "payment_refused")
    assert told["detail"] == REFUSED.message


async def test_the_export_holds_every_line_and_no_formula(site: Site) -> None:
    await both(site)
    await ordered(site, line("=1+1", 1, title="@SUM(A1)", choice=" +cmd"), via="-creator")
    answer = await site.get("/orders.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="orders.csv"'
    assert answer.headers["cache-control"] == "no-store"
    rows = list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines()))
    assert len(rows) == 3
    assert all(None not in row and None not in row.values() for row in rows)
    bad = next(row for row in rows if row["title"] == "'@SUM(A1)")
    assert (bad["sku"], bad["choice"], bad["via"]) == ("'=1+1", "' +cmd", "'-creator")
    assert (bad["unit_price"], bad["total"]) == ("18.90", "23.80")
    assert {row["source"] for row in rows} == {"stripe", "Shopify"}


async def test_the_export_is_of_what_is_asked_for(site: Site) -> None:
    await both(site)
    rows = (await site.get("/orders.csv?show=spring")).text.strip().splitlines()
    assert len(rows) == 2
    problem(await site.get("/orders.csv?status=x"), 422, "invalid")


async def test_a_key_for_one_show_sees_no_orders(site: Site) -> None:
    await site.show()
    _, secret = await site.key("control", "spring")
    for path in ("/orders", "/orders.csv", "/orders/o_1", "/orders/o_1/buyer"):
        answer = await site.http.get(f"/api/v1{path}", headers=bearer(secret))
        problem(answer, 403, "forbidden")


def test_an_analyst_reads_orders_and_not_who_bought() -> None:
    assert may(Role.ANALYST, P.READ_ORDERS)
    assert not any(may(Role.ANALYST, one) for one in (P.SEE_BUYERS, P.REFUND, P.SHIP))
    assert all(may(Role.SHOPKEEPER, one) for one in (P.SEE_BUYERS, P.REFUND, P.SHIP))


@pytest.mark.parametrize(
    ("kind", "address", "page"),
    [
        ("shopify", "giulia.myshopify.com", "https://giulia.myshopify.com/admin/orders"),
        ("shopify", "https://giulia.myshopify.com", "https://giulia.myshopify.com/admin/orders"),
        (
            "woocommerce",
            "https://shop.example/it",
            "https://shop.example/wp-admin/edit.php?post_type=shop_order",
        ),
        ("stripe", None, "https://dashboard.stripe.com/payments"),
        ("shopify", None, None),
        ("shopify", "https://a@b.example", None),
        ("generic", "https://shop.example", None),
    ],
)
def test_the_page_of_their_shop(kind: str, address: str | None, page: str | None) -> None:
    assert orders_page(kind, address) == page
