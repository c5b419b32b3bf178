"""What every store promises of reservations: all or none, and never more than there is."""

import pytest
from sqlalchemy import select

from tests.store.builders import NOW, product
from tests.store.selling import change, line, new, outcomes, paid, stock_of, stocked
from vetrina.domain.catalogue.variant import Variant
from vetrina.domain.errors import Refused
from vetrina.domain.money import Money
from vetrina.domain.selling.order_facts import Expired, PaymentStarted, SessionMade
from vetrina.store.errors import Conflict
from vetrina.store.sql.shop_tables import listings

PRICE = Money(1000, "EUR")


def shirts(**stocks):
    variants = tuple(
        Variant(sku=sku, price=PRICE, values=(sku,), stock=n) for sku, n in stocks.items()
    )
    total = sum(stocks.values())
    return product("SHIRT", price=PRICE, options=("Size",), variants=variants, stock=total)


async def test_a_reservation_is_read_again_as_it_was(store):
    await stocked(store)
    wanted = new(line(quantity=2), market="it", voucher=None)
    made = await store.reserve(wanted)
    assert made.checkout == wanted.checkout
    assert await store.own_order(wanted.checkout.id) == made
    assert await store.order_of_token(wanted.token) == made
    assert await store.open_checkout_of(wanted.claim.buyer) == made
    assert await stock_of(store) == 1
    assert (await store.products(["MUG-1"]))[0].stock == 1


async def test_who_is_refused_leaves_no_trace(store):
    await stocked(store, 3)
    await stocked(store, 1, "CUP")
    wanted = new(line("MUG-1", 1), line("CUP", 2))
    with pytest.raises(Refused) as refused:
        await store.reserve(wanted)
    assert (refused.value.code, refused.value.details["left"]) == ("sold_out", 1)
    assert await store.own_order(wanted.checkout.id) is None
    assert (await stock_of(store), await stock_of(store, "CUP")) == (3, 1)


async def test_a1_of_many_at_once_as_many_get_one_as_there_are(stores):
    await stocked(stores[0], 100)
    made, refused = await outcomes(
        stores[n % 2].reserve(new(line(quantity=1))) for n in range(1000)
    )
    assert (len(made), len(refused)) == (100, 900)
    assert {one.code for one in refused} == {"sold_out"}
    assert await stock_of(stores[0]) == 0


async def test_a2_the_same_sku_twice_is_one_sum(store):
    await stocked(store, 3)
    with pytest.raises(Refused):
        await store.reserve(new(line(quantity=2), line(quantity=2)))
    assert await stock_of(store) == 3


async def test_a3_opposite_carts_do_not_wait_in_a_circle(stores):
    await stocked(stores[0], 1000, "A")
    await stocked(stores[0], 1000, "B")
    carts = [(line("A"), line("B")), (line("B"), line("A"))]
    made, refused = await outcomes(stores[n % 2].reserve(new(*carts[n % 2])) for n in range(500))
    assert (len(made), len(refused)) == (500, 0)
    assert await stores[0].stocks(["A", "B"]) == {"A": 500, "B": 500}


async def test_a9_a_second_checkout_takes_the_place_of_the_first(store):
    await stocked(store, 1)
    first = await store.reserve(new(buyer="anna"))
    second = await store.reserve(new(buyer="anna", replaces=first.checkout.id))
    assert await store.open_checkout_of("anna") == second
    assert (await store.own_order(first.checkout.id)).version == 1
    assert await stock_of(store) == 0
    with pytest.raises(Refused):
        await store.reserve(new(buyer="ben", replaces=second.checkout.id))


async def test_a_first_checkout_stays_when_the_second_is_refused(store):
    await stocked(store, 1)
    first = await store.reserve(new(buyer="anna"))
    with pytest.raises(Refused):
        await store.reserve(new(line(quantity=2), buyer="anna", replaces=first.checkout.id))
    assert await store.open_checkout_of("anna") == first
    assert await stock_of(store) == 0


async def test_a_checkout_that_may_be_paid_makes_no_room(store):
    await stocked(store, 1)
    first = await store.reserve(new(buyer="anna"))
    await store.change_order(change(first, SessionMade(at=NOW, session="cs_1", expires_at=NOW)))
    with pytest.raises(Refused):
        await store.reserve(new(buyer="anna", replaces=first.checkout.id))


async def test_variants_are_counted_and_their_product_is_their_sum(store):
    await store.put_products([shirts(S=2, M=3)])
    order = await store.reserve(new(line("S", 2, product="SHIRT")))
    [shirt] = await store.products(["SHIRT"])
    assert ([one.stock for one in shirt.variants], shirt.stock) == ([0, 3], 3)
    with pytest.raises(Refused):
        await store.reserve(new(line("SHIRT", 1)))
    await store.change_order(change(order, Expired(at=NOW), stock="release"))
    [shirt] = await store.products(["SHIRT"])
    assert ([one.stock for one in shirt.variants], shirt.stock) == ([2, 3], 5)


async def test_the_list_of_the_shop_knows_what_is_sold_out(store):
    await stocked(store, 1)
    order = await store.reserve(new())
    assert await _sold_out(store) == 1
    await store.change_order(change(order, Expired(at=NOW), stock="release"))
    assert await _sold_out(store) == 0


async def _sold_out(store):
    return (await store._rows(select(listings.c.sold_out)))[0].sold_out


async def test_what_is_not_tracked_is_reserved_without_end_and_does_not_come_back(store):
    await stocked(store, None)
    order = await store.reserve(new(line(quantity=10_000)))
    await stocked(store, 5)
    await store.change_order(change(order, Expired(at=NOW), stock="release"))
    assert await stock_of(store) == 5


async def test_a_rehearsal_takes_no_stock(store):
    await stocked(store, 1)
    order = await store.reserve(new(line(quantity=5), test=True))
    assert await stock_of(store) == 1
    await store.change_order(change(order, Expired(at=NOW), stock="release"))
    assert await stock_of(store) == 1


async def test_sold_pieces_are_gone_and_a_second_word_of_it_conflicts(store):
    await stocked(store, 3)
    order = await store.reserve(new())
    sold = await store.change_order(change(order, paid(), stock="sell"))
    assert (sold.number, sold.version) == (1, 1)
    with pytest.raises(Conflict):
        await store.change_order(change(order, paid("pi_2"), stock="sell"))
    assert await store.own_order(order.checkout.id) == sold
    assert await store.order_of_payment("pi_1") == sold
    assert await stock_of(store) == 2
    assert await store.due_checkouts(NOW * 2) == []


async def test_a5_late_money_takes_again_what_is_there(store):
    await stocked(store, 1)
    order = await store.reserve(new())
    gone = await store.change_order(change(order, Expired(at=NOW), stock="release"))
    assert await stock_of(store) == 1
    late = await store.change_order(change(gone, paid(late=True), stock="take_again"))
    assert (late.version, late.number, await stock_of(store)) == (2, 1, 0)


async def test_a5_late_money_for_what_is_sold_out_changes_nothing(store):
    await stocked(store, 1)
    order = await store.reserve(new())
    gone = await store.change_order(change(order, Expired(at=NOW), stock="release"))
    await store.reserve(new())
    with pytest.raises(Refused):
        await store.change_order(change(gone, paid(late=True), stock="take_again"))
    assert await store.own_order(order.checkout.id) == gone


async def test_what_was_given_back_is_not_sold(store):
    await stocked(store, 1)
    order = await store.reserve(new())
    gone = await store.change_order(change(order, Expired(at=NOW), stock="release"))
    with pytest.raises(Conflict):
        await store.change_order(change(gone, paid(), stock="sell"))


async def test_pieces_that_are_returned_come_back_alone(store):
    await stocked(store, 5)
    await stocked(store, 5, "CUP")
    order = await store.reserve(new(line(quantity=3), line("CUP", 2)))
    sold = await store.change_order(change(order, paid(), stock="sell"))
    await store.change_order(change(sold, stock="restock", restocked=[("MUG-1", 2)]))
    assert await store.stocks(["MUG-1", "CUP"]) == {"MUG-1": 4, "CUP": 3}


async def test_due_ones_are_those_whose_time_is_over(store):
    await stocked(store, 3)
    late, early, begun = [await store.reserve(new(created_at=NOW + n)) for n in (20, 10, 0)]
    await store.change_order(change(begun, PaymentStarted(at=NOW)))
    due = NOW + 600_000
    assert await store.due_checkouts(due + 9) == []
    assert await store.due_checkouts(due + 20) == [early, late]
    moved = await store.change_order(change(early, expires_at=due + 50))
    assert moved.expires_at == due + 50
    assert await store.due_checkouts(due + 20) == [late]
    assert await store.due_checkouts(due + 50, limit=1) == [late]


async def test_an_unknown_order_cannot_change(store):
    await stocked(store)
    order = await store.reserve(new())
    lost = change(order)
    with pytest.raises(LookupError):
        await store.change_order(type(lost)(id="o_none", version=0, facts=()))
    assert await store.own_order("o_none") is None
