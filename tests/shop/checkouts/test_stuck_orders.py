"""Orders that fail each time: they hide no others, and the log tells of them once."""

import pytest

from tests.shop.checkouts.selling import selling
from vetrina.domain.selling.refunding import RefundWish, ask_refund
from vetrina.shop.checkouts import background, expiring
from vetrina.store.ports.checkouts import OrderChange

OVER_MS = 600_000
LONGEST_PAUSE_MS = 60_000


@pytest.fixture
async def shop(tmp_path, monkeypatch):
    monkeypatch.setattr(background, "SWEPT", 1)
    monkeypatch.setattr(expiring, "AT_ONCE", 1)
    async with selling(tmp_path, stock=5) as made:
        yield made


async def paid(shop, **more):
    order, session = await shop.with_session(**more)
    await shop.checkouts.paying.take(shop.provider.pay(session))
    await shop.run(shop.checkouts.settled())
    return order.checkout.id


def failing_for(stuck, work, tried):
    """That fails for these orders each time."""

    async def failed(first, *more):
        id = first if isinstance(first, str) else first.checkout.id
        tried.append(id)
        if id in stuck:
            raise RuntimeError("cannot be done")
        return await work(first, *more)

    return failed


def told_with_traceback(caplog):
    return [one for one in caplog.records if one.exc_info and "cannot be done" in str(one.exc_info)]


async def sweeps(shop, times):
    for _ in range(times):
        await shop.sweep(1_000)


@pytest.mark.parametrize("kind", ["telling", "refunding"])
async def test_one_that_fails_each_time_hides_none_behind_it_nor_fills_the_log(shop, caplog, kind):
    stuck = {await paid(shop)}
    work = getattr(shop.checkouts, kind).background
    tried, found = [], [*stuck]
    work._work = failing_for(stuck, _nothing, tried)
    shop.clock.advance(LONGEST_PAUSE_MS)

    async def find(most):
        orders = [await shop.order(id) for id in found]
        return orders[:most]

    behind = await paid(shop)
    tried.clear()
    found.append(behind)
    for _ in range(30):
        await work.sweep(find)
        await shop.run(work.done())
        shop.clock.advance(1_000)
    assert behind in tried
    assert 2 <= tried.count(*stuck) <= 8
    assert len(told_with_traceback(caplog)) == 1


async def test_a_refund_that_fails_each_time_leaves_the_next_one_its_turn(shop):
    ids = [await paid(shop), await paid(shop)]
    refunding, tried = shop.checkouts.refunding, []
    refunding.background._work = failing_for({ids[0]}, refunding.send, tried)
    for id in ids:
        order = await shop.order(id)
        wish = RefundWish(refund=f"re_{id}")
        asked = ask_refund(order.checkout, order.facts, wish, shop.clock.now_ms())
        change = OrderChange(id=id, version=order.version, facts=[asked])
        await shop.store.change_order(change)
        shop.clock.advance(1)
    await sweeps(shop, 5)
    assert "Refunded" in await shop.facts(ids[1])
    assert "Refunded" not in await shop.facts(ids[0])
    refunding.background._work = refunding.send
    await shop.sweep(LONGEST_PAUSE_MS)
    assert "Refunded" in await shop.facts(ids[0])


async def test_a_checkout_that_cannot_be_ended_ends_no_sweep_and_is_told_once(shop, caplog):
    stuck = (await shop.reserved()).checkout.id
    behind = (await shop.reserved()).checkout.id
    ending, tried = shop.checkouts._expiring, []
    ending._end = failing_for({stuck}, ending._end, tried)
    shop.clock.advance(OVER_MS)
    await sweeps(shop, 30)
    assert (await shop.facts(behind))[-1] == "Expired"
    assert (await shop.facts(stuck))[-1] != "Expired"
    assert 2 <= tried.count(stuck) <= 8
    assert len(told_with_traceback(caplog)) == 1
    del ending._end
    await shop.sweep(LONGEST_PAUSE_MS)
    assert (await shop.facts(stuck))[-1] == "Expired"


async def test_money_on_its_way_of_one_order_keeps_no_other_one_waiting(shop, caplog):
    ids = []
    for _ in range(2):
        order, session = await shop.with_session()
        await shop.checkouts.paying.take(shop.provider.begin_paying(session))
        ids.append(order.checkout.id)
    awaiting, tried = shop.checkouts.awaiting, []
    awaiting._ask = failing_for({*ids}, awaiting._ask, tried)
    await shop.run(awaiting.sweep())
    assert sorted(tried) == sorted(ids)
    assert len(told_with_traceback(caplog)) == 2


async def _nothing(*_):
    return None
