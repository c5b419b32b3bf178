"""The words of a poll: what is asked, what an answer means, where the next page begins."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.outbound.woo_shop import gmt
from vetrina.connectors import CONNECTORS
from vetrina.connectors.polling import (
    MOST_PAGES,
    OVERLAP_MS,
    Access,
    Cursor,
    PollFailed,
    checked_address,
)
from vetrina.connectors.samples import samples
from vetrina.connectors.stripe import polling as stripe
from vetrina.connectors.woocommerce import polling as woo
from vetrina.domain.errors import InvalidValue
from vetrina.domain.selling.order import Order

NOW_MS = 1_795_199_460_000
START = NOW_MS - 3_600_000
PAID = next(json.loads(one.body) for one in samples("woocommerce") if one.name == "paid")
INTENT = next(json.loads(one.body) for one in samples("stripe") if one.name == "intent")


def orders(*times: int, first: int = 1) -> list[dict[str, Any]]:
    return [PAID | {"id": n, "date_modified_gmt": gmt(at)} for n, at in enumerate(times, first)]


def told(listed: Any, cursor: Cursor, pages: int | None = None) -> Any:
    return woo.answer(json.dumps(listed).encode(), pages, cursor, str, NOW_MS)


def asked_ms(cursor: Cursor) -> int:
    text = woo.question(cursor)["modified_after"]
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    "address",
    [
        "http://shop.example",
        "shop.example",
        "ftp://shop.example",
        "https://name:word@shop.example",
        "https://shop.example/?x=1",
        "https://shop.example/#x",
        "https://",
        "http://127.0.0.1.shop.example",
        "",
    ],
)
def test_a_key_goes_to_no_such_address(address: str) -> None:
    with pytest.raises(InvalidValue) as wrong:
        checked_address(address)
    assert wrong.value.field == "address"


def test_a_key_goes_by_https_or_stays_on_this_machine() -> None:
    assert checked_address(" https://shop.example/wordpress/ ") == "https://shop.example/wordpress"
    for address in ("http://127.0.0.1:8080", "http://localhost", "http://[::1]:9"):
        assert checked_address(address) == address


@pytest.mark.parametrize(
    ("key", "secret", "field"),
    [
        ("sk_x", "cs_x", "key"),
        ("ck_x", None, "secret"),
        ("ck_x", "ck_x", "secret"),
        ("ck_\nx", "cs_x", "key"),
    ],
)
def test_keys_of_woocommerce_look_like_it(key: str, secret: str | None, field: str) -> None:
    with pytest.raises(InvalidValue) as wrong:
        woo.checked_access(Access("https://shop.example", key, secret))
    assert wrong.value.field == field


def test_stripe_gives_a_key_that_may_only_read() -> None:
    assert stripe.checked_access(Access("", " rk_live_1 ")) == Access(stripe.ADDRESS, "rk_live_1")
    for access in (
        Access("", "sk_live_1"),
        Access("", "rk_live_1", "more"),
        Access("https://collector.example", "rk_live_1"),
    ):
        with pytest.raises(InvalidValue) as wrong:
            stripe.checked_access(access)
        assert "_live_1" not in str(wrong.value)


def test_a_round_looks_back_and_reads_only_what_it_needs() -> None:
    asked = woo.question(Cursor(START))
    assert asked_ms(Cursor(START)) == START - OVERLAP_MS - 1000
    assert asked["page"] == "1"
    assert set(asked["status"].split(",")) == {"processing", "completed", "cancelled", "refunded"}
    assert "billing.first_name" in asked["_fields"]
    for personal in ("billing.email", "shipping", "customer_ip_address", "billing,"):
        assert personal not in asked["_fields"]


def test_the_last_page_moves_the_cursor_to_the_newest_change() -> None:
    page = told(orders(START + 1000, START + 5000), Cursor(START))
    assert page.cursor == Cursor(START + 5000)
    assert [order.reports[0].purchase for order in page.deliveries] == ["1", "2"]
    assert told([], Cursor(START)).cursor == Cursor(START)
    assert told(orders(START - 2000), Cursor(START)).cursor == Cursor(START), "it never goes back"


def test_a_full_page_goes_on_from_its_last_change() -> None:
    page = told(orders(*range(START, START + 100_000, 1000)), Cursor(START))
    assert page.cursor == Cursor(START, START + 99_000, "1")
    assert asked_ms(page.cursor) == START + 98_000, "the same second once more"


def test_more_changes_in_one_second_than_a_page_holds_are_counted_through() -> None:
    first = told(orders(*[START] * 100), Cursor(START)).cursor
    second = told(orders(*[START] * 100), first).cursor
    third = told(orders(*[START] * 100), second).cursor
    assert [first.page, second.page, third.page] == ["1", "2", "3"]
    assert told(orders(START, START + 1000), third).cursor == Cursor(START + 1000)


def test_the_shop_may_give_smaller_pages_than_it_was_asked_for() -> None:
    assert told(orders(START + 1000), Cursor(START), pages=3).cursor.page == "1"
    assert told([], Cursor(START), pages=3).cursor.page is None, (
        "nothing is the end, whatever it says"
    )


def test_a_clock_that_is_ahead_does_not_carry_the_cursor_away() -> None:
    page = told(orders(NOW_MS + 86_400_000), Cursor(START))
    assert page.cursor == Cursor(NOW_MS)


@pytest.mark.parametrize(
    "body", [b"<html>maintenance", b"{}", b"\xff", b"[" * 100_000, b'{"code":"x"}', b""]
)
def test_what_is_no_list_of_orders_fails(body: bytes) -> None:
    with pytest.raises(PollFailed, match="no list of orders"):
        woo.answer(body, None, Cursor(START), str, NOW_MS)


def test_the_hour_that_comes_twice_in_autumn_is_counted_through() -> None:
    """The shop sorts by its local time: going on from the last order would skip earlier ones."""
    mixed = orders(*[START + 3_600_000] * 60, *[START + 1000] * 40)
    first = told(mixed, Cursor(START))
    assert first.cursor == Cursor(START, START - OVERLAP_MS, "2")
    assert asked_ms(first.cursor) == asked_ms(Cursor(START))
    assert told(orders(START + 3_700_000), first.cursor).cursor == Cursor(NOW_MS)
    assert told(orders(START + 2000, START + 1000), Cursor(START)).cursor == Cursor(START + 2000)


def test_a_shop_that_never_comes_to_an_end_fails() -> None:
    stuck = Cursor(START, START, str(MOST_PAGES))
    with pytest.raises(PollFailed, match="the same orders") as failed:
        told(orders(*[START] * 100), stuck)
    assert failed.value.restart


def test_an_order_that_cannot_be_read_leaves_the_others() -> None:
    broken = orders(START)[0] | {"id": [1], "status": {}}
    page = told([broken, *orders(START + 1000, first=2), "nonsense"], Cursor(START))
    assert [one.reports[0].purchase for one in page.deliveries] == ["2"]
    assert len(page.unread) == 2
    assert "status" in page.unread[0]


def test_one_state_of_an_order_is_one_delivery_and_the_next_is_another() -> None:
    same = [told(orders(START), Cursor(START)).deliveries[0].id for _ in range(2)]
    later = told(orders(START + 1000), Cursor(START)).deliveries[0].id
    refunded = orders(START)[0] | {"refunds": [{"id": 5, "total": "-1.00"}]}
    with_refund = told([refunded], Cursor(START)).deliveries[0].id
    assert len({*same, later, with_refund}) == 3


def events(*ids: int) -> list[dict[str, Any]]:
    return [
        INTENT
        | {
            "id": f"evt_{n}",
            "created": START // 1000 + n,
            "data": {"object": INTENT["data"]["object"] | {"id": f"pi_{n}"}},
        }
        for n in ids
    ]


def test_stripe_is_asked_for_what_a_show_needs() -> None:
    asked = stripe.question(Cursor(START))
    assert asked["created"] == {"gte": (START - OVERLAP_MS) // 1000}
    assert "starting_after" not in asked
    assert {"payment_intent.succeeded", "charge.refunded"} < set(asked["types"])
    assert len(asked["types"]) <= 20, "as many as Stripe takes"
    assert stripe.question(Cursor(START, 0, "evt_7"))["starting_after"] == "evt_7"


def test_the_cursor_of_stripe_moves_when_the_round_is_through() -> None:
    first = stripe.answer(events(9, 8), True, Cursor(START), str, NOW_MS)
    assert first.cursor == Cursor(START, START + 9000, "evt_8")
    last = stripe.answer(events(7), False, first.cursor, str, NOW_MS)
    assert last.cursor == Cursor(START + 9000)
    assert [one.id for one in (*first.deliveries, *last.deliveries)] == ["evt_9", "evt_8", "evt_7"]


def test_a_list_of_stripe_that_lies_comes_to_an_end() -> None:
    assert stripe.answer([], True, Cursor(START, 5, "evt_8"), str, NOW_MS).cursor == Cursor(START)
    with pytest.raises(PollFailed):
        stripe.answer(events(8), True, Cursor(START, 5, "evt_8"), str, NOW_MS)
    with pytest.raises(PollFailed):
        stripe.answer([{"id": 7}], True, Cursor(START), str, NOW_MS)


def test_an_event_that_cannot_be_read_leaves_the_others() -> None:
    broken = events(8)[0] | {"data": {"object": {"amount": 5}}}
    page = stripe.answer([*events(9), broken, {}], False, Cursor(START), str, NOW_MS)
    assert [one.id for one in page.deliveries] == ["evt_9"]
    assert len(page.unread) == 2


def test_polls_and_deliveries_have_the_same_normal_form() -> None:
    changed = PAID | {"refunds": [{"id": 5, "total": "-1.00"}]}
    [order] = told([changed], Cursor(0)).deliveries[0].reports
    headers = {"x-wc-webhook-topic": "order.updated"}
    body = json.dumps(changed).encode()
    assert CONNECTORS["woocommerce"].read(headers, body, str).reports == (order,)
    assert isinstance(order, Order) and list(order.refunds or ()) == ["5"]
