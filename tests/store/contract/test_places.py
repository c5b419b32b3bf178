"""Places: their sum is what the shop sells, and each piece is sent once, in every store."""

import asyncio
import itertools

import pytest

from tests.domain.builders import tee
from tests.store.builders import NOW, product
from tests.store.selling import change, line, new, outcomes, paid, stock_of, stocked
from vetrina.domain.errors import InvalidValue, Refused
from vetrina.domain.selling.places import Place
from vetrina.store.ports.places import Allocation, StockMove

MILAN = Place(code="milan", name="Milan", priority=1, main=True)
ROME = Place(code="rome", name="Rome", priority=2)


_numbers = itertools.count(1)


def moved(pieces=1, source=None, target=None, sku="MUG-1", id=None):
    return StockMove(
        id=id or f"m_{next(_numbers)}",
        at=NOW,
        sku=sku,
        source=source,
        target=target,
        pieces=pieces,
        reason="counted",
        by="k1",
    )


async def opened(store, stock=10, rome=0):
    """A mug at two places."""
    await stocked(store, stock)
    await store.put_place(MILAN)
    await store.put_place(ROME)
    if rome:
        await store.move_stock(moved(rome, "milan", "rome"))


async def places_of(store, sku="MUG-1"):
    return (await store.placed_stock([sku]))[sku].places


async def ordered(store, *lines, **more):
    """A paid order; its id and the pieces that it took."""
    order = await store.reserve(new(*lines, **more))
    payment = f"pi of {order.checkout.id}"
    order = await store.change_order(change(order, paid(payment), stock="sell"))
    return order.checkout.id, {one.sku: one.quantity for one in order.checkout.lines}


async def test_without_places_nothing_is_placed(store):
    await stocked(store)
    assert await store.places() == []
    assert await places_of(store) == {}
    id, wanted = await ordered(store)
    assert await store.allocations(id, wanted, {}) == []


async def test_the_first_place_is_the_main_one_and_holds_everything(store):
    await stocked(store, 3)
    assert await store.put_place(Place(code="milan", name="Milan", priority=1)) == MILAN
    assert await store.put_place(ROME) == ROME
    assert await store.places() == [MILAN, ROME]
    assert await places_of(store) == {"milan": 3, "rome": 0}


async def test_a_place_is_renamed_and_stays_what_it_is(store):
    await opened(store)
    changed = await store.put_place(Place(code="milan", name="Milano", priority=9))
    assert changed.main
    assert await store.places() == [ROME, changed]


async def test_a_place_goes_when_it_is_empty_and_the_main_one_last(store):
    await opened(store, rome=2)
    for code in ("rome", "milan"):
        with pytest.raises(Refused) as refused:
            await store.delete_place(code)
        assert refused.value.code == "place_in_use"
    await store.move_stock(moved(2, "rome", "milan"))
    assert await store.delete_place("rome")
    assert not await store.delete_place("rome")
    assert await store.delete_place("milan")
    assert await store.places() == []
    assert await stock_of(store) == 10


async def test_moving_changes_no_sum(store):
    await opened(store)
    now = await store.move_stock(moved(4, "milan", "rome"))
    assert (now.stock, now.places) == (10, {"milan": 6, "rome": 4})
    assert await places_of(store) == {"milan": 6, "rome": 4}
    assert await stock_of(store) == 10


async def test_a_correction_changes_what_the_shop_sells(store):
    await opened(store, rome=4)
    assert (await store.move_stock(moved(3, target="rome"))).stock == 13
    assert (await store.move_stock(moved(5, source="milan"))).stock == 8
    assert await stock_of(store) == 8
    assert await places_of(store) == {"milan": 1, "rome": 7}
    assert [one.stock for one in await store.products()] == [8]


async def test_a_variant_is_corrected_with_its_product(store):
    await store.put_products([tee(stocks=(3, 5, 0))])
    await store.put_place(MILAN)
    assert (await store.move_stock(moved(2, target="milan", sku="TEE-S"))).stock == 5
    assert await stock_of(store, "TEE-S") == 5
    assert [one.stock for one in await store.products()] == [10]


async def test_what_cannot_be_moved(store):
    await opened(store, rome=4)
    with pytest.raises(Refused) as refused:
        await store.move_stock(moved(5, source="rome"))
    assert (refused.value.code, refused.value.details) == ("not_enough_stock", {"left": 4})
    with pytest.raises(Refused) as refused:
        await store.move_stock(moved(1, "milan", "turin"))
    assert refused.value.code == "unknown_place"
    with pytest.raises(LookupError):
        await store.move_stock(moved(1, target="rome", sku="NONE"))
    for move in (moved(1, "rome", "rome"), moved(1)):
        with pytest.raises(InvalidValue):
            await store.move_stock(move)
    await store.put_products([product("CARD", stock=None)])
    with pytest.raises(InvalidValue, match="counted"):
        await store.move_stock(moved(1, target="rome", sku="CARD"))
    assert [one.pieces for one in (await store.stock_moves()).items] == [4]


async def test_a_move_that_is_sent_again_is_done_once(store):
    await opened(store)
    for _ in range(2):
        now = await store.move_stock(moved(3, target="rome", id="m_again"))
        assert (now.product, now.stock, now.places) == ("MUG-1", 13, {"milan": 10, "rome": 3})
    assert len((await store.stock_moves()).items) == 1


async def test_what_was_moved_is_read_from_the_newest_in_pages(store):
    await opened(store)
    for pieces in range(1, 6):
        await store.move_stock(moved(pieces, target="rome"))
    first = await store.stock_moves(limit=3)
    assert [one.pieces for one in first.items] == [5, 4, 3]
    rest = await store.stock_moves("MUG-1", after=first.next, limit=3)
    assert ([one.pieces for one in rest.items], rest.next) == ([2, 1], None)
    assert (await store.stock_moves("TEE")).items == []


async def test_a_stock_that_was_set_is_the_sum_again(store):
    await opened(store, rome=4)
    await store.put_products([product(stock=3)])
    assert await places_of(store) == {"milan": 0, "rome": 3}
    await store.put_products([product(stock=20)])
    assert await places_of(store) == {"milan": 16, "rome": 4}


async def test_an_order_is_allocated_once(store):
    await opened(store, 10, rome=4)
    id, wanted = await ordered(store, line(quantity=7))
    split = [
        Allocation(place="milan", sku="MUG-1", pieces=6),
        Allocation(place="rome", sku="MUG-1", pieces=1),
    ]
    assert await store.allocations(id, wanted, {}) == split
    assert await store.allocations(id, wanted, {}) == split
    assert await places_of(store) == {"milan": 0, "rome": 3}


async def test_the_place_that_has_everything_sends_everything(store):
    await opened(store, 10, rome=7)
    id, wanted = await ordered(store, line(quantity=5))
    assert await store.allocations(id, wanted, {}) == [
        Allocation(place="rome", sku="MUG-1", pieces=5)
    ]
    assert await places_of(store) == {"milan": 3, "rome": 2}


async def test_what_comes_back_is_where_it_was(store):
    await opened(store, 10, rome=7)
    id, wanted = await ordered(store, line(quantity=5))
    await store.allocations(id, wanted, {})
    order = await store.own_order(id)
    back = change(order, stock="restock", restocked=(("MUG-1", 2),))
    await store.change_order(back)
    assert await places_of(store) == {"milan": 5, "rome": 2}, "until somebody looks"
    for _ in range(2):
        (one,) = await store.allocations(id, wanted, {"MUG-1": 2})
        assert (one.pieces, one.restocked) == (5, 2)
    assert await places_of(store) == {"milan": 3, "rome": 4}


async def test_an_order_that_is_looked_at_after_its_refund_takes_what_it_kept(store):
    await opened(store, 10, rome=7)
    id, wanted = await ordered(store, line(quantity=5))
    order = await store.own_order(id)
    await store.change_order(change(order, stock="restock", restocked=(("MUG-1", 2),)))
    await store.allocations(id, wanted, {"MUG-1": 2})
    assert await places_of(store) == {"milan": 3, "rome": 4}


async def test_picked_is_noted_once(store):
    await opened(store)
    id, wanted = await ordered(store)
    assert not await store.mark_picked(id, "milan", NOW)
    await store.allocations(id, wanted, {})
    assert await store.mark_picked(id, "milan", NOW + 1)
    assert await store.mark_picked(id, "milan", NOW + 2)
    assert [one.picked_at for one in await store.allocations(id, wanted, {})] == [NOW + 1]


async def test_many_at_once_never_lose_a_piece(stores):
    await opened(stores[0], 40, rome=15)
    orders = await asyncio.gather(*(ordered(stores[n % 2]) for n in range(20)))
    calls = [stores[n % 2].allocations(*order, {}) for n, order in enumerate([*orders, *orders])]
    moves = [stores[n % 2].move_stock(moved(1, "milan", "rome")) for n in range(5)]
    done, _ = await outcomes([*calls, *moves])
    assert len(done) == 45
    places = await places_of(stores[0])
    assert sum(places.values()) == await stock_of(stores[0]) == 20
    sent = [one for order in orders for one in await stores[0].allocations(*order, {})]
    assert sum(one.pieces for one in sent) == 20
    by_rome = sum(one.pieces for one in sent if one.place == "rome")
    assert places["rome"] == 15 + 5 - by_rome
