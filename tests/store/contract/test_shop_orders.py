"""What every store promises of the orders of connected shops, as the seller's list shows them."""

import pytest

from tests.store.builders import NOW, receipt, record
from vetrina.domain.money import Money
from vetrina.domain.selling.order import OrderLine, Refund
from vetrina.store.ports.checkouts import OrderPlace, WantedOrders

MUG = OrderLine("MUG-1", 2, Money(4980, "EUR"), "Moka mug")
SCARF = OrderLine("SCARF", 1, Money(9900, "EUR"), "Écharpe de soie")


async def put(store, *records):
    await store.put_receipts([receipt()], records)


async def ids(store, after=None, limit=50, **wanted):
    return [one.id for one in await store.shop_orders(WantedOrders(**wanted), after, limit)]


async def test_the_last_paid_comes_first_and_pages_miss_nothing(store):
    at = [5, 9, 7, 7, 7, 1]
    await put(store, *(record(f"p{n}", paid_at=NOW + one) for n, one in enumerate(at)))
    everything = ["c1.p1", "c1.p4", "c1.p3", "c1.p2", "c1.p0", "c1.p5"]
    assert await ids(store) == everything
    found, after = [], None
    while page := await store.shop_orders(WantedOrders(), after, 2):
        found += [one.id for one in page]
        after = page[-1].place
    assert found == everything


async def test_an_order_is_told_as_it_was_written(store):
    await put(store, record("p1", paid_at=NOW, lines=(MUG,)))
    [told] = await store.shop_orders(WantedOrders())
    assert told == await store.shop_order("c1.p1")
    assert (told.connection, told.record.lines) == ("c1", (MUG,))
    assert told.place == OrderPlace(NOW, "c1.p1")
    assert await store.shop_order("c1.p2") is None
    assert await store.shop_order("o_1") is None


async def test_what_is_no_order_is_not_listed_until_it_is_one(store):
    await put(store, record("p1", lines=None, void=True), record("p2", also="p1"))
    assert await ids(store) == []
    await put(store, record("p1", version=1, lines=(MUG,), paid_at=NOW))
    assert await ids(store) == ["c1.p1"]
    await put(store, record("p1", version=2, also="p9"))
    assert await ids(store) == []


async def test_orders_of_ours_are_not_listed_twice(store):
    """They reach their show as a shop's orders do, by a connection that nobody made."""
    await put(store, record("o_1", connection="own"), record("p1"))
    assert await ids(store) == ["c1.p1"]


async def test_they_are_found_by_show_time_and_words(store):
    await put(
        store,
        record("p1", paid_at=NOW, show="spring", lines=(MUG,)),
        record("p2", paid_at=NOW + 10, show=None, lines=(MUG, SCARF)),
    )
    assert await ids(store, show="spring") == ["c1.p1"]
    assert await ids(store, since=NOW + 1) == ["c1.p2"]
    assert await ids(store, until=NOW + 10) == ["c1.p1"]
    assert await ids(store, text="ÉCHARPE de") == ["c1.p2"]
    assert await ids(store, text="mug-1") == ["c1.p2", "c1.p1"]
    assert await ids(store, text="%") == []
    assert await ids(store, text="moka", show="spring", since=NOW, limit=1) == ["c1.p1"]


@pytest.mark.parametrize(
    ("money", "more"),
    [
        ("paid", {}),
        ("partly_refunded", {"refunds": {"r1": Refund({}, Money(100, "EUR"), True)}}),
        ("partly_refunded", {"taken_back": {"MUG-1": 1}}),
        ("refunded", {"taken_back": {"MUG-1": 2}}),
        ("refunded", {"void": True}),
    ],
)
async def test_what_became_of_the_money_is_followed(store, money, more):
    await put(store, record("p1", lines=(MUG,)))
    await put(store, record("p1", version=1, lines=(MUG,), **more))
    for one in ("paid", "partly_refunded", "refunded"):
        assert await ids(store, status=one) == (["c1.p1"] if one == money else [])
    assert await ids(store, status="placed") == ["c1.p1"]


@pytest.mark.parametrize("wanted", [{"market": "it"}, {"status": "shipped"}, {"status": "open"}])
async def test_nothing_is_known_of_their_markets_and_parcels(store, wanted):
    await put(store, record("p1"))
    assert await ids(store, **wanted) == []
