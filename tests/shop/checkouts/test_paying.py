"""Money of checkouts: however often it is told, and from wherever, it is booked once."""

import asyncio
import itertools

import pytest

from tests.shop.checkouts.money import paid, taken
from tests.shop.checkouts.selling import PRICE, STEP_MS, selling
from tests.store.builders import SLUG, made_show
from tests.store.selling import add_deal, line, new
from tests.waiting import until
from vetrina.connectors.payment_notices import (
    DisputeChanged,
    SessionFailed,
    SessionPaid,
)
from vetrina.domain.money import Money
from vetrina.domain.selling.order import Order
from vetrina.shop.checkouts.buyer_status import status_of
from vetrina.shop.checkouts.checkouts import ASKING
from vetrina.shop.checkouts.later import RETRY_MIN_S

RETRY_MS = int(RETRY_MIN_S * 1000)


@pytest.fixture
async def shop(tmp_path):
    async with selling(tmp_path, stock=5) as made:
        yield made


async def test_a7_five_webhooks_at_once_and_the_return_page_are_one_sale(shop):
    order, session = await shop.with_session(show="spring")
    notice = shop.provider.pay(session)
    paying = shop.checkouts.paying
    await asyncio.gather(*(paying.take(notice) for _ in range(5)), shop.checkouts.look(order))
    await shop.run(shop.checkouts.settled())
    facts = await shop.facts(order.checkout.id)
    assert facts == ["SessionAsked", "SessionMade", "Paid", "Told"]
    assert list(shop.told) == [f"{order.checkout.id}:paid"]
    assert await shop.stock() == 4


async def test_the_payer_is_known_by_a_digest_alone(shop):
    order = await paid(shop)
    payer = order.facts[-1].payer
    assert payer is not None and "example" not in payer and len(payer) == 32


async def test_the_show_is_told_what_was_bought_without_its_stock(shop):
    order = await paid(shop, show="spring", quantity=2)
    (report,) = shop.told[f"{order.checkout.id}:paid"]
    assert isinstance(report, Order) and report.reserved and not report.test
    assert [(line.sku, line.quantity, line.amount) for line in report.lines] == [
        ("MUG-1", 2, Money(2 * PRICE.amount, "EUR"))
    ]


async def test_a_show_that_could_not_be_told_is_told_by_the_sweep(shop):
    async def broken(*_):
        raise RuntimeError("the show is busy")

    telling = shop.checkouts.telling
    telling._tell, told = broken, telling._tell
    order = await paid(shop, show="spring")
    assert shop.told == {}
    telling._tell = told
    await shop.sweep(RETRY_MS)
    assert list(shop.told) == [f"{order.checkout.id}:paid"]
    await shop.sweep()
    assert len(shop.deliveries) == 1


async def test_c2_another_amount_is_given_back_and_nothing_is_sold(shop):
    order, session = await shop.with_session()
    assert await taken(shop, shop.provider.pay(session, Money(PRICE.amount - 1, "EUR")))
    facts = await shop.facts(order.checkout.id)
    assert facts[2:] == ["PaidInVain", "RefundAsked", "RefundSent", "Refunded"]
    assert shop.provider.kept_of(f"pi_{session}") == 0
    assert await shop.stock() == 5


async def test_a_payer_who_has_enough_is_given_the_money_back(shop):
    """Regression: in a private window the same payer got more of a deal than one buyer may."""
    await made_show(shop.store)
    await add_deal(shop.store, SLUG, left=5, per_viewer=1)
    wanted = [new(line(deal="d1"), show=SLUG, created_at=shop.clock.now_ms()) for _ in "12"]
    first, second = [await shop.store.reserve(one) for one in wanted]
    for order, email in ((first, "anna@example.com"), (second, " Anna@Example.com")):
        id, total = order.checkout.id, order.checkout.total
        notice = SessionPaid(
            order=id, session=f"cs_{id}", payment=f"pi_{id}", amount=total, email=email
        )
        for _ in range(2):
            assert await taken(shop, notice)
    first, second = [await shop.order(one.checkout.id) for one in (first, second)]
    assert status_of(first) == ("paid", None)
    assert status_of(second) == ("over", "limit_reached")
    assert second.standing.money == "refunded"
    assert list(shop.provider.refunded.values()) == [
        (f"pi_{second.checkout.id}", second.checkout.total)
    ]
    assert list(shop.told) == [f"{first.checkout.id}:paid"]
    assert await shop.stock() == 4


async def test_c3_money_on_its_way_keeps_the_stock_without_end(shop):
    order, session = await shop.with_session()
    assert await taken(shop, shop.provider.begin_paying(session))
    await shop.sweep(86_400_000)
    assert await shop.stock() == 4
    failed = SessionFailed(order=order.checkout.id, session=session, payment=f"pi_{session}")
    assert await taken(shop, failed)
    assert await shop.stock() == 5


@pytest.mark.parametrize(("state", "stock"), [("paid", 4), ("expired", 5), ("processing", 4)])
async def test_money_on_its_way_of_which_no_news_arrived_is_asked_for(shop, state, stock):
    """A lost webhook would have kept the pieces for ever."""
    order, session = await shop.with_session()
    assert await taken(shop, shop.provider.begin_paying(session))
    if state == "paid":
        shop.provider.pay(session)
    elif state == "expired":
        shop.provider.end(session)
    await shop.run(shop.checkouts.awaiting.sweep())
    assert await shop.stock() == stock
    money = {"paid": "paid", "expired": "none", "processing": "awaiting"}
    assert (await shop.order(order.checkout.id)).standing.money == money[state]


async def test_c4_the_same_order_paid_twice_gives_the_second_back(shop):
    order = await paid(shop)
    second = SessionPaid(
        order=order.checkout.id, session="cs_other", payment="pi_other", amount=PRICE
    )
    for _ in range(2):
        assert await taken(shop, second)
    facts = await shop.facts(order.checkout.id)
    assert facts[3:] == ["PaidInVain", "RefundAsked", "RefundSent", "Refunded"]
    assert [of for of, _ in shop.provider.refunded.values()] == ["pi_other"]
    assert (await shop.order(order.checkout.id)).standing.money == "paid"


async def test_c5_a_thousand_buyers_are_all_held_at_once_and_get_pages_in_their_order(tmp_path):
    async with selling(tmp_path, stock=1_000, per_s=25) as shop:
        began = shop.clock.now_ms()
        orders = [one.order for one in await asyncio.gather(*(shop.start() for _ in range(1_000)))]
        assert shop.clock.now_ms() == began
        assert await shop.stock() == 0
        queue = list(shop.checkouts.sessions._waiting)
        assert len(queue) > 900
        tasks = [shop.checkouts.sessions.enqueue(order) for order in orders]
        await shop.run(asyncio.gather(*tasks))
        asked = [(await shop.order(id)).facts[0].at for id in queue]
        assert all(later >= earlier - STEP_MS for earlier, later in itertools.pairwise(asked))
        assert len({id for _, id in shop.provider.begun}) == 1_000
        took_s = (shop.clock.now_ms() - began) / 1000
        assert took_s >= 1_000 / 25
        last = await shop.order(queue[-1])
        assert last.expires_at == last.facts[-1].at + 600_000


async def test_a_dispute_that_is_lost_takes_the_order_from_the_show(shop):
    order = await paid(shop, show="spring")
    for state in ("open", "lost"):
        notice = DisputeChanged(
            order=None, payment=order.facts[2].payment, dispute="dp_1", amount=PRICE, state=state
        )
        assert await taken(shop, notice)
    (report,) = shop.told[f"{order.checkout.id}:dp_1"]
    assert report.reason == "dispute" and report.whole


async def test_what_is_about_no_order_of_ours_is_left_to_others(shop):
    notice = SessionPaid(order=None, session="cs_9", payment="pi_9", amount=PRICE)
    assert not await taken(shop, notice)


async def test_a_buyer_who_comes_back_before_the_webhook_sees_the_order_paid(shop):
    order, session = await shop.with_session()
    shop.provider.pay(session)
    assert (await shop.checkouts.look(order)).number is not None


async def test_a_provider_that_does_not_answer_is_asked_by_few_who_look(tmp_path):
    """The others see the order as it is known, and nobody's request piles up on the provider."""
    async with selling(tmp_path, stock=ASKING + 5) as shop:
        orders = [(await shop.with_session())[0] for _ in range(ASKING + 5)]
        shop.provider.gate = asyncio.Event()
        looks = [asyncio.create_task(shop.checkouts.look(order)) for order in orders]
        await until(lambda: sum(look.done() for look in looks) == 5)
        assert shop.provider.calls["status"] == ASKING
        shop.provider.gate.set()
        await asyncio.gather(*looks)
        shop.provider.gate = None


async def test_the_provider_is_not_asked_each_time_that_a_buyer_looks(shop):
    order, _ = await shop.with_session()
    for _ in range(10):
        await shop.checkouts.look(order)
    assert shop.provider.calls["status"] == 1
