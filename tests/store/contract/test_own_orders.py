"""What every store promises of orders of ours: numbers, finding them, what the show was told."""

import asyncio

import pytest

from tests.store.builders import NOW, SLUG, made_show
from tests.store.selling import change, line, new, paid, stocked
from vetrina.domain.selling.order_facts import (
    DisputeOpened,
    PaidInVain,
    Refunded,
    SessionMade,
    Shipped,
    Told,
)
from vetrina.store.ports.checkouts import OrderPlace, WantedOrders


async def placed(store, *lines, at=NOW, payment="pi_1", **more):
    order = await store.reserve(new(*lines, **more))
    return await store.change_order(change(order, paid(payment, at), stock="sell"))


async def test_facts_are_read_as_they_were_written(store):
    await stocked(store)
    order = await store.reserve(new())
    facts = (
        SessionMade(at=NOW, session="cs_1", expires_at=NOW + 5),
        paid(payer="digest"),
        Shipped(at=NOW + 9, shipment="s1", lines={"MUG-1": 1}, tracking="https://example.org/1"),
        DisputeOpened(at=NOW + 9, dispute="dp_1", amount=paid().amount),
    )
    made = await store.change_order(change(order, *facts, stock="sell"))
    assert made.facts == facts
    assert await store.own_order(order.checkout.id) == made
    assert await store.order_of_session("cs_1") == made


async def test_numbers_follow_each_other_whoever_places(stores):
    await stocked(stores[0], 100)
    await placed(stores[0])
    made = await asyncio.gather(*(placed(stores[n % 2], payment=f"pi_{n}") for n in range(40)))
    assert sorted(order.number for order in made) == list(range(2, 42))


async def test_what_was_never_placed_has_no_number_and_is_in_no_list(store):
    await stocked(store)
    order = await store.reserve(new())
    assert order.number is None
    assert (await store.own_orders(WantedOrders())).orders == []


async def test_pages_go_from_the_last_placed_to_the_first(store):
    await stocked(store, 10)
    made = [await placed(store, at=NOW + n // 2) for n in range(7)]
    seen, after = [], None
    while True:
        page = await store.own_orders(WantedOrders(), after, limit=3)
        seen += page.orders
        after = page.next
        if after is None:
            break
        assert after == OrderPlace(
            NOW + (made.index(page.orders[-1]) // 2), page.orders[-1].checkout.id
        )
    assert sorted(order.number for order in seen) == list(range(1, 8))
    assert [order.facts[0].at for order in seen] == [NOW + n for n in (3, 2, 2, 1, 1, 0, 0)]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({}, [3, 2, 1]),
        ({"show": SLUG}, [2]),
        ({"market": "it"}, [3]),
        ({"status": "paid"}, [3, 2, 1]),
        ({"status": "placed"}, [3, 2, 1]),
        ({"status": "refunded"}, []),
        ({"text": "TÜR"}, [2]),
        ({"text": "cup-1"}, [2]),
        ({"text": "#3"}, [3]),
        ({"text": "%"}, []),
        ({"since": NOW + 1}, [3, 2]),
        ({"until": NOW + 1}, [1]),
    ],
)
async def test_orders_are_found(store, wanted, numbers):
    await made_show(store)
    await stocked(store, 10)
    await stocked(store, 10, "CUP-1")
    first = await placed(store)
    await store.change_order(change(first, Shipped(at=NOW, shipment="s", lines={"MUG-1": 1})))
    await placed(store, line("CUP-1", title="Türkise Tasse"), show=SLUG, at=NOW + 1)
    await placed(store, market="it", at=NOW + 2)
    page = await store.own_orders(WantedOrders(**wanted))
    assert [order.number for order in page.orders] == numbers


async def test_shows_are_told_until_they_know_it_all(store):
    await made_show(store)
    await stocked(store, 10)
    await placed(store)
    order = await placed(store, show=SLUG)
    assert await store.untold_orders() == [order]
    order = await store.change_order(change(order, Told(at=NOW)))
    assert await store.untold_orders() == []
    back = Refunded(at=NOW, refund="r1", amount=paid().amount)
    order = await store.change_order(change(order, back))
    assert await store.untold_orders(limit=1) == [order]


async def test_money_that_came_in_vain_is_seen_by_the_seller(store):
    """Regression: what was sold out by then, or of another amount, was in no list."""
    await stocked(store)
    order = await store.reserve(new())
    vain = PaidInVain(at=NOW, payment="pi_1", amount=paid().amount, why="wrong_amount")
    order = await store.change_order(change(order, vain, stock="release"))
    assert (order.number, order.standing.order) == (1, "cancelled")
    assert [one.number for one in (await store.own_orders(WantedOrders())).orders] == [1]


async def test_an_order_whose_refund_was_told_before_its_payment_gets_its_number(store):
    """Regression: it is cancelled as soon as it is paid, and was in no list."""
    await stocked(store)
    order = await store.reserve(new())
    back = Refunded(at=NOW, refund="re_1", amount=paid().amount)
    order = await store.change_order(change(order, back))
    order = await store.change_order(change(order, paid(), stock="sell"))
    assert (order.standing.order, order.standing.money) == ("cancelled", "refunded")
    assert order.number == 1
    assert [one.number for one in (await store.own_orders(WantedOrders())).orders] == [1]
