"""Money that goes back: sent once, asked for where its news was lost, and taken back."""

import pytest

from tests.shop.checkouts.money import ask, paid, taken
from tests.shop.checkouts.selling import PRICE, selling
from vetrina.connectors.payment_notices import (
    RefundChanged,
)
from vetrina.domain.selling.order import Reversal
from vetrina.shop.checkouts.later import RETRY_MIN_S

RETRY_MS = int(RETRY_MIN_S * 1000)


@pytest.fixture
async def shop(tmp_path):
    async with selling(tmp_path, stock=5) as made:
        yield made


async def test_a_refund_is_sent_once_and_told_to_the_show(shop):
    order = await paid(shop, show="spring", quantity=2)
    order = await ask(shop, order, refund="re_1", lines={"MUG-1": 1}, restock=True)
    assert order.standing.money == "partly_refunded"
    assert shop.provider.refunded == {"re_1": (order.facts[2].payment, PRICE)}
    (report,) = shop.told[f"{order.checkout.id}:re_1"]
    assert isinstance(report, Reversal) and report.items == {"MUG-1": 1}
    assert await shop.stock() == 4
    told = RefundChanged(
        order=order.checkout.id, payment=order.facts[2].payment, refund="re_1",
        provider_id="re_re_1", amount=PRICE, state="succeeded",
    )  # fmt: skip
    assert await taken(shop, told)
    assert await shop.stock() == 4
    assert (await shop.order(order.checkout.id)).version == order.version


@pytest.mark.parametrize("trouble", ["away", "lost", "busy"])
async def test_a_refund_that_had_no_answer_is_sent_again_as_the_same(shop, trouble):
    order = await paid(shop)
    shop.provider.troubles.append(trouble)
    order = await ask(shop, order, refund="re_1")
    assert order.standing.money == "paid"
    await shop.sweep(RETRY_MS)
    assert (await shop.order(order.checkout.id)).standing.money == "refunded"
    assert len(shop.provider.refunded) == 1


async def test_a_refund_that_a_dead_process_did_not_send_is_sent_by_the_next(shop):
    order = await paid(shop)
    shop.provider.troubles.append("away")
    order = await ask(shop, order, refund="re_1")
    after = shop.killed()
    await after.open()
    await after.sweep(1_000)
    assert (await after.order(order.checkout.id)).standing.money == "refunded"


@pytest.mark.parametrize(("state", "money"), [("succeeded", "refunded"), ("failed", "paid")])
async def test_a_refund_that_takes_days_is_asked_for_where_no_news_arrived(shop, state, money):
    """Regression: where its webhook was lost, a refund was pending for ever."""
    order = await paid(shop)
    shop.provider.refund_state = "pending"
    order = await ask(shop, order, refund="re_1", restock=True, lines={"MUG-1": 1})
    assert await shop.store.pending_refunds() == [order]
    pending = shop.checkouts.pending
    await pending.sweep()
    assert shop.provider.calls["refund_status"] == 0
    for _ in range(6 * 24):
        shop.clock.advance(10 * 60_000)
        await pending.sweep()
    assert 5 <= shop.provider.calls["refund_status"] <= 15, "the later, the less often"
    shop.provider.refund_state = state
    shop.provider.troubles.append("away")
    for _ in range(2):
        shop.clock.advance(12 * 3_600_000)
        await pending.sweep()
    order = await shop.order(order.checkout.id)
    assert order.standing.money == money
    assert await shop.stock() == (5 if state == "succeeded" else 4)
    assert await shop.store.pending_refunds() == []


async def test_a_refund_that_the_provider_refuses_has_failed(shop):
    order = await paid(shop)
    shop.provider.troubles.append("refused")
    order = await ask(shop, order, refund="re_1")
    assert type(order.facts[-1]).__name__ == "RefundFailed"
    assert order.standing.money == "paid"


async def test_c7_a_refund_that_failed_after_it_had_succeeded_is_taken_back(shop):
    order = await paid(shop, show="spring")
    order = await ask(shop, order, refund="re_1")
    failed = RefundChanged(
        order=order.checkout.id, payment=order.facts[2].payment, refund="re_1",
        provider_id="re_re_1", amount=PRICE, state="failed",
    )  # fmt: skip
    assert await taken(shop, failed)
    assert (await shop.order(order.checkout.id)).standing.money == "paid"
    (report,) = shop.told[f"{order.checkout.id}:re_1:failed"]
    assert report.undone


async def test_a8_a_refund_that_is_told_before_its_payment_waits_for_it(shop):
    order, session = await shop.with_session(show="spring")
    payment = f"pi_{session}"
    refund = RefundChanged(
        order=order.checkout.id, payment=payment, refund=None, provider_id="re_9", amount=PRICE,
        state="succeeded",
    )  # fmt: skip
    assert await taken(shop, refund)
    assert shop.told == {}
    assert await taken(shop, shop.provider.pay(session))
    assert set(shop.told) == {f"{order.checkout.id}:paid", f"{order.checkout.id}:re_9"}
