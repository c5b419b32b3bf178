"""What every store promises of deals and vouchers that are reserved."""

import pytest

from tests.store.builders import NOW, SLUG, made_show
from tests.store.selling import (
    add_deal,
    add_voucher,
    change,
    line,
    new,
    outcomes,
    paid,
    stock_of,
    stocked,
)
from vetrina.domain.errors import Refused
from vetrina.domain.selling.order_facts import Expired
from vetrina.domain.selling.reservation import DealId


async def in_a_deal(store, stock=10, **deal):
    await stocked(store, stock)
    await made_show(store)
    await add_deal(store, SLUG, **deal)
    return DealId(SLUG, "d1")


async def test_a_deal_and_its_stock_are_taken_together(store):
    deal = await in_a_deal(store, left=3, per_viewer=2)
    order = await store.reserve(new(line(quantity=2, deal="d1"), show=SLUG, buyer="anna"))
    assert await store.deals_left([deal, DealId(SLUG, "d2")]) == {deal: (1, 2)}
    for quantity, buyer, code in ((1, "anna", "limit_reached"), (2, "ben", "sold_out")):
        with pytest.raises(Refused) as refused:
            wanted = line(quantity=quantity, deal="d1")
            await store.reserve(new(wanted, show=SLUG, buyer=buyer))
        assert refused.value.code == code
    await store.change_order(change(order, paid(), stock="sell"))
    assert await store.deals_left([deal]) == {deal: (1, 0)}
    assert await stock_of(store) == 8


async def test_what_is_counted_is_whole_numbers(store):
    """PostgreSQL sums to decimals, which no event can be written with."""
    deal = await in_a_deal(store, left=3)
    await store.reserve(new(line(quantity=2, deal="d1"), show=SLUG))
    count = await store.count_stock(["MUG-1", "NO-SUCH"], [deal])
    told = (count.stocks, count.held, count.left, count.held_in)
    assert told == ({"MUG-1": 8}, {"MUG-1": 2}, {deal: 1}, {deal: 2})
    assert {type(number) for numbers in told for number in numbers.values()} == {int}


async def test_a_deal_gets_back_what_expires_but_not_what_is_returned(store):
    deal = await in_a_deal(store, left=3)
    sold, lost = [
        await store.reserve(new(line(deal="d1"), show=SLUG, buyer="anna")) for _ in range(2)
    ]
    await store.change_order(change(lost, Expired(at=NOW), stock="release"))
    sold = await store.change_order(change(sold, paid(), stock="sell"))
    await store.change_order(change(sold, stock="restock", restocked=[("MUG-1", 1)]))
    assert await store.deals_left([deal]) == {deal: (2, 0)}
    assert await stock_of(store) == 10


async def test_a_limit_counts_exactly_when_one_buyer_presses_many_times(stores):
    await in_a_deal(stores[0], stock=100, left=50, per_viewer=1)
    made, refused = await outcomes(
        stores[n % 2].reserve(new(line(deal="d1"), show=SLUG, buyer="anna")) for n in range(50)
    )
    assert (len(made), {one.code for one in refused}) == (1, {"limit_reached"})


async def paid_by(store, payer, buyer, **more):
    """Reserve in a browser, and pay with an e-mail address."""
    wanted = line(deal="d1") if "voucher" not in more else line()
    order = await store.reserve(new(wanted, show=SLUG, buyer=buyer, **more))
    return await store.change_order(change(order, paid(payer=payer), stock="sell"))


async def test_a_payer_with_a_second_browser_gets_no_more_than_one_buyer_may(store):
    """Regression: a private window was another buyer, also when the same person paid."""
    deal = await in_a_deal(store, left=5, per_viewer=1)
    await paid_by(store, "anna's mail", "anna")
    order = await store.reserve(new(line(deal="d1"), show=SLUG, buyer="private window"))
    with pytest.raises(Refused) as refused:
        await store.change_order(change(order, paid(payer="anna's mail"), stock="sell"))
    assert refused.value.code == "limit_reached"
    assert await store.own_order(order.checkout.id) == order
    assert await store.deals_left([deal]) == {deal: (3, 1)}
    await store.change_order(change(order, paid(payer="ben's mail"), stock="sell"))
    await paid_by(store, None, "who pays without a name")
    assert await store.deals_left([deal]) == {deal: (2, 0)}


async def test_a_payer_who_pays_in_many_browsers_at_once_is_counted_exactly(stores):
    await in_a_deal(stores[0], stock=100, left=50, per_viewer=2)
    orders = [
        await stores[0].reserve(new(line(deal="d1"), show=SLUG, buyer=f"window {n}"))
        for n in range(20)
    ]
    sold, refused = await outcomes(
        stores[n % 2].change_order(change(order, paid(payer="anna's mail"), stock="sell"))
        for n, order in enumerate(orders)
    )
    assert (len(sold), {one.code for one in refused}) == (2, {"limit_reached"})


async def test_what_is_paid_late_is_counted_for_its_payer_too(store):
    deal = await in_a_deal(store, left=5, per_viewer=1)
    late = await store.reserve(new(line(deal="d1"), show=SLUG, buyer="private window"))
    late = await store.change_order(change(late, Expired(at=NOW), stock="release"))
    await paid_by(store, "anna's mail", "anna")
    with pytest.raises(Refused) as refused:
        again = change(late, paid(payer="anna's mail", late=True), stock="take_again")
        await store.change_order(again)
    assert refused.value.code == "limit_reached"
    assert await store.deals_left([deal]) == {deal: (4, 0)}
    assert await stock_of(store) == 9


async def test_a_voucher_is_counted_for_each_payer(store):
    """Regression: a private window was another buyer, also when the same person paid."""
    await stocked(store, 100)
    await made_show(store)
    await add_voucher(store, per_buyer=1)
    await paid_by(store, "anna's mail", "anna", voucher="TEN")
    with pytest.raises(Refused) as refused:
        await paid_by(store, "anna's mail", "private window", voucher="TEN")
    assert refused.value.code == "limit_reached"
    await paid_by(store, "ben's mail", "ben", voucher="TEN")


async def test_a_deal_that_is_over_sells_nothing(store):
    await in_a_deal(store, left=3, ends_at=NOW)
    with pytest.raises(Refused) as refused:
        await store.reserve(new(line(deal="d1"), show=SLUG))
    assert refused.value.code == "deal_over"


async def test_b11_a_voucher_for_one_is_used_once_and_free_again_after_expiry(stores):
    store = stores[0]
    await stocked(store, 100)
    await add_voucher(store, left=1)
    made, refused = await outcomes(stores[n % 2].reserve(new(voucher="TEN")) for n in range(50))
    assert (len(made), {one.code for one in refused}) == (1, {"voucher_refused"})
    await store.change_order(change(made[0], Expired(at=NOW), stock="release"))
    order = await store.reserve(new(voucher="TEN"))
    order = await store.change_order(change(order, paid(), stock="sell"))
    await store.change_order(change(order, stock="restock", restocked=[("MUG-1", 1)]))
    with pytest.raises(Refused):
        await store.reserve(new(voucher="TEN"))


async def test_a_voucher_is_counted_for_each_buyer(store):
    await stocked(store, 100)
    await add_voucher(store, per_buyer=1)
    await store.reserve(new(voucher="TEN", buyer="anna"))
    await store.reserve(new(voucher="TEN", buyer="ben"))
    with pytest.raises(Refused):
        await store.reserve(new(voucher="TEN", buyer="anna"))


async def test_a_voucher_that_was_removed_is_none(store):
    await stocked(store, 100)
    await add_voucher(store, removed_at=NOW)
    with pytest.raises(Refused):
        await store.reserve(new(voucher="TEN"))
