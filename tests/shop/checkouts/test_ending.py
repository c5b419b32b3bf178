"""Checkouts whose time is over: stock comes back when the provider says so, and not before."""

import asyncio

import pytest

from tests.shop.checkouts.selling import selling
from tests.waiting import until
from vetrina.domain.errors import Refused

OVER_MS = 600_000


@pytest.fixture
async def shop(tmp_path):
    async with selling(tmp_path) as made:
        yield made


async def test_one_that_is_not_paid_gives_its_stock_back(shop):
    order, session = await shop.with_session()
    assert await shop.stock() == 0
    await shop.sweep(OVER_MS - 1_000)
    assert await shop.stock() == 0
    await shop.sweep(1_000)
    assert await shop.stock() == 1
    assert shop.provider.sessions[session].state == "expired"
    assert await shop.facts(order.checkout.id) == ["SessionAsked", "SessionMade", "Expired"]


async def test_a4_stock_stays_while_the_provider_does_not_answer_and_is_sold_once_it_was_paid(
    shop,
):
    order, session = await shop.with_session()
    shop.provider.troubles.extend(["away"] * 3)
    for _ in range(3):
        await shop.sweep(OVER_MS)
        assert await shop.stock() == 0
        with pytest.raises(Refused, match="sold out"):
            await shop.reserved()
    shop.provider.pay(session)  # nobody told us
    await shop.sweep(OVER_MS)
    assert await shop.stock() == 0
    assert (await shop.order(order.checkout.id)).standing.money == "paid"
    await shop.sweep(OVER_MS)
    assert await shop.stock() == 0


async def test_a5_paid_a_second_after_its_end_it_is_late_where_stock_is_there(shop):
    order, session = await shop.with_session()
    await shop.sweep(OVER_MS)
    shop.provider.reopen(session)
    assert await shop.checkouts.paying.take(shop.provider.pay(session))
    await shop.run(shop.checkouts.settled())
    paid = await shop.order(order.checkout.id)
    assert paid.facts[-1].late and paid.number is not None
    assert await shop.stock() == 0


async def test_a5_paid_after_its_end_and_sold_out_all_of_it_goes_back(shop):
    order, session = await shop.with_session()
    await shop.sweep(OVER_MS)
    _, other_session = await shop.with_session()
    assert await shop.checkouts.paying.take(shop.provider.pay(other_session))
    shop.provider.reopen(session)
    for _ in range(3):
        assert await shop.checkouts.paying.take(
            shop.provider.pay(session) or shop.provider.paid_notice(session)
        )
        await shop.run(shop.checkouts.settled())
    facts = await shop.facts(order.checkout.id)
    assert facts[3:] == ["PaidInVain", "RefundAsked", "RefundSent", "Refunded"]
    assert shop.provider.kept_of(f"pi_{session}") == 0
    assert len(shop.provider.refunded) == 1
    assert await shop.stock() == 0


async def test_a6_a_process_that_dies_before_it_asks_for_a_page_holds_nothing_for_ever(shop):
    shop.provider.gate = asyncio.Event()
    order = await shop.reserved()
    after = shop.killed()
    await after.open()
    await after.sweep(OVER_MS)
    assert await after.stock() == 1
    assert shop.provider.sessions == {}
    assert "Expired" in await after.facts(order.checkout.id)


async def test_a_page_that_nobody_heard_of_is_found_and_ended(shop):
    """The process asked, and died before the answer."""
    shop.provider.troubles.append("lost")
    order = await shop.reserved()
    await until(lambda: shop.provider.sessions)
    after = shop.killed()
    await after.open()
    assert await after.facts(order.checkout.id) == ["SessionAsked"]
    await after.sweep(OVER_MS)
    assert await after.stock() == 1
    (session,) = shop.provider.sessions.values()
    assert session.state == "expired"


async def test_a_visit_takes_up_what_a_dead_process_had_begun(shop):
    shop.provider.gate = asyncio.Event()
    order = await shop.reserved()
    after = shop.killed()
    await after.open()
    shop.provider.gate = None
    begun = await after.run(after.checkouts.page(await after.order(order.checkout.id), 60))
    assert begun.url.startswith("https://pay.example/")
    await after.close()


async def test_a9_a_second_checkout_with_one_left_takes_the_place_of_the_first(shop):
    first, session = await shop.with_session(buyer="b1")
    second = await shop.run(shop.reserved(buyer="b1"))
    await shop.run(shop.checkouts.settled())
    assert second.checkout.id != first.checkout.id
    assert shop.provider.sessions[session].state == "expired"
    assert "GivenBack" in await shop.facts(first.checkout.id)
    assert await shop.stock() == 0


async def test_a9_one_that_was_paid_meanwhile_stays(shop):
    first, session = await shop.with_session(buyer="b1")
    shop.provider.pay(session)
    with pytest.raises(Refused, match="sold out"):
        await shop.run(shop.reserved(buyer="b1"))
    assert (await shop.order(first.checkout.id)).standing.money == "paid"


async def test_what_the_provider_refuses_is_given_back_at_once(shop):
    shop.provider.troubles.append("refused")
    order = await shop.reserved()
    await shop.run(shop.checkouts.page(order, 60))
    assert await shop.facts(order.checkout.id) == ["SessionAsked", "PaymentFailed"]
    assert await shop.stock() == 1


async def test_the_clock_of_a_checkout_starts_when_it_can_be_paid(shop):
    shop.provider.troubles.extend(["away"] * 5)
    order, _ = await shop.with_session()
    made = order.facts[-1]
    assert made.at > order.checkout.created_at
    assert order.expires_at == made.at + OVER_MS


async def test_what_one_provider_does_not_answer_for_keeps_no_other_checkout(shop, tmp_path):
    async with selling(tmp_path / "more", stock=200) as many:
        waiting = [await many.with_session() for _ in range(3)]
        many.provider.troubles.extend(["away"] * 3)
        many.clock.advance(OVER_MS)
        await many.sweep()
        many.provider.troubles.clear()
        assert await many.stock() == 197
        more, _ = await many.with_session()
        await many.sweep(OVER_MS)
        assert "Expired" in await many.facts(more.checkout.id)
        assert "Expired" in await many.facts(waiting[0][0].checkout.id)
        assert await many.stock() == 200
