"""When shops are asked, how long after a failure, and by which key."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.fakes import FakeClock
from tests.live.reconciliation.office import EVERY_MS, Office, asking
from tests.outbound.answering import Answer
from tests.outbound.stripe_account import StripeAccount
from tests.outbound.woo_shop import WooShop
from tests.waiting import PATIENCE_S, pause, until
from vetrina.connectors.polling import Access
from vetrina.live.reconciliation.poller import (
    AT_ONCE_MS,
    FIRST_WAIT_MS,
    LONGEST_WAIT_MS,
    LOOK_EVERY_MS,
    PAGES_A_ROUND,
    NoPoll,
)
from vetrina.outbound.http_client import HttpClient


async def test_polls_begin_at_the_start_and_come_every_few_minutes(
    office: Office, shop: WooShop, clock: FakeClock
) -> None:
    await office.stage.make_show(stock=None)
    await office.connect(shop)
    running = asyncio.create_task(office.polls.run())
    await until(lambda: len(shop.asked) == 1 and clock.sleepers > 0)
    clock.advance(EVERY_MS - 1)
    await until(lambda: clock.sleepers > 0)
    assert len(shop.asked) == 1
    shop.sell(1, clock.now_ms())
    clock.advance(1)
    await until(lambda: len(shop.asked) == 2 and clock.sleepers > 0)
    assert await office.totals() == (1, 2000)
    running.cancel()
    await asyncio.wait({running})


async def test_the_cursor_outlives_a_restart(
    tmp_path: Path, clock: FakeClock, shop: WooShop, fetcher: HttpClient
) -> None:
    async with asking(tmp_path, clock, fetcher) as first:
        await first.stage.make_show(stock=None)
        connection = await first.connect(shop)
        clock.advance(3_600_000)
        shop.sell(1, clock.now_ms())
        stood = await first.polls.now(connection.id)
    async with asking(tmp_path, clock, fetcher) as second:
        assert await second.poll(connection) == stood
        shop.sell(2, clock.now_ms())
        assert (await second.polls.now(connection.id)).found == 2
        assert await second.totals() == (2, 4000)
    assert shop.asked[1].query["modified_after"] > shop.asked[0].query["modified_after"]


async def test_a_long_outage_is_caught_up_in_rounds(
    office: Office, shop: WooShop, clock: FakeClock
) -> None:
    count = 100 * PAGES_A_ROUND + 30
    await office.stage.make_show(stock=None)
    connection = await office.connect(shop)
    for n in range(count):
        shop.sell(n, clock.now_ms() + n // 150 * 1000)
    running = asyncio.create_task(office.polls.run())
    await until(lambda: len(shop.asked) >= PAGES_A_ROUND and clock.sleepers > 0)
    behind = await office.poll(connection)
    assert behind.behind
    assert 0 < behind.found < count
    clock.advance(AT_ONCE_MS)
    await until(lambda: clock.sleepers > 0 and len(shop.asked) > PAGES_A_ROUND)
    caught_up = await office.poll(connection)
    assert (caught_up.behind, caught_up.found) == (False, count)
    assert await office.totals() == (count, count * 2000)
    running.cancel()
    await asyncio.wait({running})


async def test_a_shop_that_fails_is_asked_later_each_time(
    office: Office, shop: WooShop, clock: FakeClock
) -> None:
    await office.stage.make_show(stock=None)
    connection = await office.connect(shop)
    shop.sell(1, clock.now_ms())
    shop.instead = lambda _: Answer(500)
    running = asyncio.create_task(office.polls.run())
    waits = [FIRST_WAIT_MS * 2**n for n in range(7)] + [LONGEST_WAIT_MS] * 2
    for asked, wait_ms in enumerate(waits, 1):
        await until(lambda asked=asked: len(shop.asked) == asked and clock.sleepers > 0)
        clock.advance(wait_ms - 1)
        await until(lambda: clock.sleepers > 0)
        assert len(shop.asked) == asked
        clock.advance(1)
    shop.instead = lambda _: None
    clock.advance(LONGEST_WAIT_MS)
    await until(lambda: len(shop.asked) > len(waits) and clock.sleepers > 0)
    running.cancel()
    await asyncio.wait({running})
    poll = await office.poll(connection)
    assert "500" in (poll.last_failure or "")
    assert (poll.last_success_at, poll.found) == (clock.now_ms(), 1)


async def test_a_shop_that_asks_for_patience_gets_it(
    office: Office, shop: WooShop, clock: FakeClock
) -> None:
    connection = await office.connect(shop, show=None)
    shop.instead = lambda _: Answer(429, headers={"Retry-After": "900"})
    running = asyncio.create_task(office.polls.run())
    await until(lambda: len(shop.asked) == 1 and clock.sleepers > 0)
    clock.advance(899_999)
    await until(lambda: clock.sleepers > 0)
    assert len(shop.asked) == 1
    shop.instead = lambda _: None
    clock.advance(1)
    await until(lambda: len(shop.asked) == 2 and clock.sleepers > 0)
    running.cancel()
    await asyncio.wait({running})
    poll = await office.poll(connection)
    assert poll.last_success_at == clock.now_ms()
    assert "come later (429)" in (poll.last_failure or "")


async def test_one_shops_failure_stops_no_other(
    office: Office, shop: WooShop, account: StripeAccount, clock: FakeClock
) -> None:
    await office.stage.make_show(stock=None)
    silent = asyncio.Event()
    loop = asyncio.get_running_loop()
    stuck = await office.connect(shop)

    def wait(_: object) -> Answer:
        asyncio.run_coroutine_threadsafe(silent.wait(), loop).result(60)
        return Answer(500)

    shop.instead = wait
    other = await office.connect(account)
    account.pay(1, clock.now_ms())
    running = asyncio.create_task(office.polls.run())
    await until(lambda: len(account.asked) == 1 and len(shop.asked) == 1)
    while (await office.poll(other)).last_success_at is None:
        await asyncio.to_thread(pause)
    assert await office.totals() == (1, 2000)
    assert (await office.poll(stuck)).last_poll_at is None
    silent.set()
    await until(lambda: clock.sleepers > 0)
    running.cancel()
    await asyncio.wait({running})


async def test_a_refused_key_is_told_without_the_key(office: Office, shop: WooShop) -> None:
    connection = await office.connect(shop, show=None)
    await office.polls.put(connection, Access(shop.address, "ck_wrong", "cs_wrong"))
    poll = await office.polls.now(connection.id)
    assert "key is refused (401)" in (poll.last_failure or "")
    assert "wrong" not in (poll.last_failure or "") + repr(poll)


async def test_a_new_key_goes_on_where_the_old_one_was_refused(
    office: Office, shop: WooShop, clock: FakeClock
) -> None:
    await office.stage.make_show(stock=None)
    connection = await office.connect(shop)
    shop.sell(1, clock.now_ms())
    stood = await office.polls.now(connection.id)
    new = await office.polls.put(connection, Access(shop.address, "ck_new", "cs_new"))
    assert (new.since, new.found) == (stood.since, 1)


async def test_a_poll_that_is_taken_away_ends(office: Office, shop: WooShop) -> None:
    connection = await office.connect(shop, show=None)
    with pytest.raises(NoPoll):
        await office.polls.now("con_other")
    await office.polls.remove(connection.id)
    with pytest.raises(NoPoll):
        await office.polls.remove(connection.id)
    with pytest.raises(NoPoll):
        await office.polls.now(connection.id)
    assert shop.asked == []


async def test_a_key_that_another_process_took_in_is_used_soon(
    tmp_path: Path, clock: FakeClock, shop: WooShop, fetcher: HttpClient
) -> None:
    """Also when the key before it had failed so often that the next try is an hour away."""
    async with (
        asking(tmp_path, clock, fetcher, shared=True) as asks,
        asking(tmp_path, clock, fetcher, shared=True) as takes_keys,
    ):
        await asks.stage.make_show(stock=None)
        running = asyncio.create_task(asks.polls.run())
        await until(lambda: clock.sleepers > 0)
        connection = await takes_keys.connect(shop)
        wrong = Access(shop.address, "ck_wrong", "cs_wrong")
        await takes_keys.polls.put(connection, wrong)
        clock.advance(LOOK_EVERY_MS)
        async with asyncio.timeout(PATIENCE_S):
            while (await asks.poll(connection)).last_failed_at is None:
                await asyncio.to_thread(pause)
            await takes_keys.give_key(connection, shop)
            await until(lambda: clock.sleepers > 0)
            clock.advance(LOOK_EVERY_MS)
            while (await asks.poll(connection)).last_success_at is None:
                await asyncio.to_thread(pause)
        running.cancel()
        await asyncio.wait({running})
        assert len(shop.asked) == 2
