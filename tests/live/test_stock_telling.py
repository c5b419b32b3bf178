"""Screens follow what the store counts: reservations, what comes back, what others sold."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import delete

from tests.fakes import settled
from tests.live.conftest import SLUG
from tests.store.selling import change, line, new, paid
from tests.waiting import until
from vetrina.domain.money import Money
from vetrina.domain.selling.order import Order, OrderLine
from vetrina.domain.selling.order_facts import Expired
from vetrina.domain.show import commands as cmd
from vetrina.domain.show import events as ev
from vetrina.live.purchases.settlement import Report
from vetrina.live.stock_telling import SWEEP_EVERY_MS, TELL_EVERY_MS
from vetrina.store.ports.connections import Connection
from vetrina.store.ports.shows import Append
from vetrina.store.sql.selling_tables import deal_stocks

SHOP = Connection(id="c1", kind="generic", show=SLUG, secrets=("s",), created_at=1)


def a_deal(quantity=2, **more):
    return cmd.StartDeal(
        sku="MUG-1", price=Money(1890, "EUR"), duration_s=60, quantity=quantity, **more
    )


def mugs(stage, quantity=1, deal=None):
    now = stage.clock.now_ms() if hasattr(stage, "clock") else stage.sync._clock.now_ms()
    return new(line(quantity=quantity, deal=deal), show=SLUG if deal else None, created_at=now)


@asynccontextmanager
async def telling(process):
    task = asyncio.create_task(process.shows.stock.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def reserve(process, quantity=1, deal=None):
    wanted = mugs(process, quantity, deal)
    order = await process.store.reserve(wanted)
    process.shows.stock.mark(wanted.claim)
    return order


async def finish(process, order, *facts, stock):
    order = await process.store.change_order(change(order, *facts, stock=stock))
    await process.shows.stock.heard(order, facts)
    return order


async def stock_shown(process, slug=SLUG):
    return (await process.shows.state(slug))[1].bag["MUG-1"].product.stock


async def deals_shown(process, slug=SLUG):
    return (await process.shows.state(slug))[1].deals


async def log(process, slug=SLUG):
    return [one.event for one in await process.store.events(slug)]


async def test_what_is_reserved_is_gone_on_every_screen_and_comes_back(stage):
    await stage.make_show(stock=9)
    async with telling(stage):
        order = await reserve(stage, 4)
        await in_time(stage.clock, lambda: is_shown(stage, 5))
        await finish(stage, order, Expired(at=1), stock="release")
        await in_time(stage.clock, lambda: is_shown(stage, 9))
    assert (await stage.store.products(["MUG-1"]))[0].stock == 9


async def in_time(clock, condition):
    """Until it holds, while time passes."""
    await until(lambda: clock.advance(TELL_EVERY_MS) or condition())


def is_shown(process, pieces, slug=SLUG):
    return process.replicas.get(slug).state.bag["MUG-1"].product.stock == pieces


async def test_a_rush_is_told_in_few_words(stage):
    await stage.make_show(stock=1000)
    before = len(await log(stage))
    async with telling(stage):
        await asyncio.gather(*(reserve(stage) for _ in range(300)))
        for _ in range(3):
            await settled(50)
            stage.clock.advance(TELL_EVERY_MS)
        await until(lambda: is_shown(stage, 700))
    assert len(await log(stage)) - before <= 5


async def test_a_deal_of_which_all_is_reserved_goes_on_until_all_is_sold(stage):
    await stage.make_show(stock=9)
    await stage.shows.handle(SLUG, [a_deal(2)])
    [first, second] = [await reserve(stage, deal="d1") for _ in range(2)]
    await stage.shows.stock.tell_all()
    assert (await deals_shown(stage))["d1"].left == 0
    await finish(stage, first, paid(), stock="sell")
    await stage.shows.stock.tell_all()
    assert (await deals_shown(stage))["d1"].left == 0
    await finish(stage, second, Expired(at=1), stock="release")
    await stage.shows.stock.tell_all()
    assert (await deals_shown(stage))["d1"].left == 1
    third = await reserve(stage, deal="d1")
    await finish(stage, third, paid("pi_3"), stock="sell")
    await stage.shows.stock.tell_all()
    assert await deals_shown(stage) == {}
    ended = [one.reason for one in await log(stage) if isinstance(one, ev.DealEnded)]
    assert ended == ["sold_out"]


async def test_a_shops_sale_does_not_end_a_deal_that_others_hold(stage):
    """What is held may come back: the deal is not over with the last piece that a shop sold."""
    await stage.make_show(stock=9)
    await stage.store.add_connection(SHOP)
    await stage.shows.handle(SLUG, [a_deal(2)])
    held = await reserve(stage, deal="d1")
    await stage.shows.stock.tell_all()
    await stage.shows.receive(shop_order(stage))
    assert (await deals_shown(stage))["d1"].left == 0
    await finish(stage, held, Expired(at=1), stock="release")
    await stage.shows.stock.tell_all()
    assert (await deals_shown(stage))["d1"].left == 1
    assert await stock_shown(stage) == 8


def shop_order(stage, quantity=1):
    now = stage.clock.now_ms()
    lines = (OrderLine("MUG-1", quantity, Money(1890, "EUR")),)
    return Report(SHOP, "d1", (Order(purchase="A-1", lines=lines, occurred_at=now),), now)


async def test_a_shops_sale_takes_away_from_what_is_left_by_now(stage):
    """The show believes in nine pieces while the store knows of five."""
    await stage.make_show(stock=9)
    await stage.store.add_connection(SHOP)
    await reserve(stage, 4)
    await stage.shows.receive(shop_order(stage, 2))
    assert (await stage.store.products(["MUG-1"]))[0].stock == 3
    await stage.shows.stock.tell_all()
    assert await stock_shown(stage) == 3


async def test_other_shows_that_sell_the_same_product_follow(stage):
    await stage.make_show(stock=9)
    await stage.make_show(slug="second", stock=9)
    async with telling(stage):
        await reserve(stage, 4)
        await in_time(stage.clock, lambda: is_shown(stage, 5))
        await in_time(stage.clock, lambda: is_shown(stage, 5, "second"))


async def test_what_nobody_told_is_told_by_the_sweep(stage):
    """A process that ended between reserving and telling."""
    await stage.make_show(stock=9)
    sweep = asyncio.create_task(stage.shows.stock.sweep())
    await until(lambda: stage.clock.sleepers > 0)
    await stage.store.reserve(mugs(stage, 4))
    stage.clock.advance(SWEEP_EVERY_MS)
    await until(lambda: is_shown(stage, 5))
    sweep.cancel()


async def test_a_draft_and_an_ended_show_are_left_alone_by_the_sweep(stage):
    await stage.make_show(status="draft", stock=9)
    await stage.store.reserve(mugs(stage, 4))
    await stage.shows.stock.tell_all()
    assert await stock_shown(stage) == 9


async def test_what_is_equal_is_not_told_again(stage):
    await stage.make_show(stock=9)
    await reserve(stage, 4)
    await stage.shows.stock.tell_all()
    before = len(await log(stage))
    await stage.shows.stock.tell_all()
    assert len(await log(stage)) == before


async def test_what_is_told_names_nobody_and_is_not_written_back(stage):
    await stage.make_show(stock=9)
    await reserve(stage, 4)
    await stage.shows.stock.tell_all()
    last = (await stage.store.events(SLUG))[-1]
    assert last.event.cause == "told"
    await reserve(stage, 1)
    assert (await stage.store.products(["MUG-1"]))[0].stock == 4


async def test_the_screens_of_the_other_process_follow(pair, clock):
    one, other = pair
    await other.shows.state(SLUG)
    async with telling(one), telling(other):
        await reserve(other, 4)
        await in_time(clock, lambda: is_shown(one, 5))
        await in_time(clock, lambda: is_shown(other, 5))


async def test_two_processes_that_reserve_at_once_come_to_the_same(pair):
    one, other = pair
    await other.shows.state(SLUG)
    await asyncio.gather(*(reserve(pair[n % 2]) for n in range(8)))
    await asyncio.gather(one.shows.stock.tell_all(), other.shows.stock.tell_all())
    await one.shows.stock.tell_all()
    await until(lambda: is_shown(other, 1))
    assert is_shown(one, 1)


async def test_deals_that_began_under_an_earlier_version_are_counted_at_the_start(stage, tmp_path):
    await stage.make_show(stock=9)
    await stage.shows.handle(SLUG, [a_deal(2)])
    await forget_deals(stage.store)
    with pytest.raises(Exception, match="over"):
        await reserve(stage, deal="d1")
    [running] = await stage.store.running()
    await stage.shows._take_up(running)
    await reserve(stage, deal="d1")


async def forget_deals(store):
    await store._write_alone(lambda sql: sql.execute(delete(deal_stocks)))


async def test_a_seller_that_sets_a_stock_is_believed(stage):
    await stage.make_show(stock=9)
    await reserve(stage, 4)
    await stage.shows.handle(SLUG, [cmd.SetStock("MUG-1", 50)])
    assert (await stage.store.products(["MUG-1"]))[0].stock == 50
    await stage.shows.stock.tell_all()
    assert await stock_shown(stage) == 50


async def test_an_edit_of_the_catalogue_is_not_written_a_second_time(stage):
    """The store has the new number already; between the two somebody may have reserved."""
    await stage.make_show(stock=9)
    append = stage.store.append

    async def late(wanted: Append):
        await stage.store.reserve(mugs(stage, 1))
        return await append(wanted)

    stage.store.append = late
    [mug] = await stage.store.products(["MUG-1"])
    await stage.shows.put_products([mug.with_stock("MUG-1", 20)])
    assert (await stage.store.products(["MUG-1"]))[0].stock == 19
