"""What was lost is found, and nothing counts twice."""

from __future__ import annotations

import pytest

from tests.fakes import FakeClock
from tests.live.conftest import SLUG
from tests.live.reconciliation.office import Office
from tests.outbound.answering import Answer
from tests.outbound.woo_shop import WooShop
from vetrina.domain.show import commands as cmd


async def test_what_an_outage_lost_is_found_and_late_deliveries_double_nothing(
    office: Office, shop: WooShop, clock: FakeClock
) -> None:
    await office.stage.make_show(stock=None)
    connection = await office.connect(shop)
    heard = shop.sell(1, clock.now_ms())
    assert await office.deliver(connection, heard) == "applied"
    clock.advance(60_000)
    lost = [shop.sell(n, clock.now_ms() + n * 1000) for n in (2, 3, 4)]
    lost.append(shop.refund(1, clock.now_ms() + 9000, 5, refund_id=77))
    clock.advance(60_000)

    poll = await office.polls.now(connection.id)
    assert (poll.found, poll.last_failure, poll.behind) == (3, None, False)
    assert poll.last_success_at == poll.last_found_at == clock.now_ms()
    assert await office.totals() == (4, 4 * 2000 - 500)

    assert [await office.deliver(connection, order) for order in (heard, *lost)] == [
        "duplicate"
    ] * 5
    again = await office.polls.now(connection.id)
    assert again.found == 3
    assert await office.totals() == (4, 4 * 2000 - 500)


async def test_what_was_bought_before_the_show_is_not_of_the_show(
    office: Office, shop: WooShop, clock: FakeClock
) -> None:
    """A laptop is switched on for the evening: the orders of its day are no show's."""
    connection = await office.connect(shop, show=None)
    shop.sell(1, clock.now_ms())
    clock.advance(7_200_000)
    await office.stage.make_show(stock=None)
    late = shop.sell(2, clock.now_ms())
    poll = await office.polls.now(connection.id)
    assert poll.found == 2
    assert await office.totals() == (1, 2000)
    assert await office.deliver(connection, late) == "duplicate"


async def test_an_order_of_long_ago_that_changes_during_a_show_stays_out(
    office: Office, shop: WooShop, clock: FakeClock
) -> None:
    order = shop.sell(1, clock.now_ms() - 86_400_000)
    await office.stage.make_show(stock=None)
    connection = await office.connect(shop)
    shop.change(order | {"status": "completed"}, clock.now_ms())
    await office.polls.now(connection.id)
    assert await office.totals() == (0, 0)


async def test_a_refund_of_a_counted_order_reaches_a_show_that_is_over(
    office: Office, shop: WooShop, clock: FakeClock
) -> None:
    await office.stage.make_show(stock=None)
    connection = await office.connect(shop)
    await office.deliver(connection, shop.sell(1, clock.now_ms()))
    await office.stage.shows.handle(SLUG, [cmd.EndShow()])
    clock.advance(1000)
    shop.refund(1, clock.now_ms(), 5, refund_id=3)
    assert (await office.polls.now(connection.id)).found == 0
    assert await office.totals() == (1, 1500)


async def test_one_unreadable_order_holds_nothing_up(
    office: Office, shop: WooShop, clock: FakeClock
) -> None:
    await office.stage.make_show(stock=None)
    connection = await office.connect(shop)
    broken = shop.sell(1, clock.now_ms())
    del shop.orders[1]
    shop.change(broken | {"id": None}, clock.now_ms())
    shop.sell(2, clock.now_ms() + 1000)
    poll = await office.polls.now(connection.id)
    assert await office.totals() == (1, 2000)
    assert "one order was not understood" in (poll.last_failure or "")
    assert poll.last_success_at == clock.now_ms()


async def test_a_poisonous_order_holds_nothing_up(
    office: Office, shop: WooShop, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    await office.stage.make_show(stock=None)
    connection = await office.connect(shop)
    poison = shop.sell(1, clock.now_ms())
    poison["line_items"][0]["id"] = "\ud800"
    shop.sell(2, clock.now_ms() + 1000)
    poll = await office.polls.now(connection.id)
    assert await office.totals() == (1, 2000)
    assert poll.since >= clock.now_ms() // 1000 * 1000
    assert "not understood and left out" in (poll.last_failure or "")
    caplog.clear()


async def test_a_poll_reads_what_a_refund_was_for(
    office: Office, shop: WooShop, clock: FakeClock
) -> None:
    """A webhook tells its sum alone: of 20.00 and 5.00 shipping, 5.00 may be either."""
    await office.stage.make_show(stock=None)
    connection = await office.connect(shop)
    order = shop.sell(1, clock.now_ms()) | {"total": "25.00"}
    shop.change(order, clock.now_ms())
    await office.deliver(connection, shop.refund(1, clock.now_ms(), 5, refund_id=3))
    assert await office.totals() == (1, 2000), "shipping comes first where nobody says"
    line = {"quantity": 0, "total": "-5.00", "total_tax": "0.00", "meta_data": []}
    shop.refund_lines[3] = {"line_items": [line]}
    await office.polls.now(connection.id)
    assert await office.totals() == (1, 1500)
    shop.refund_lines[4] = {"shipping_lines": [{"total": "-5.00"}]}
    shop.refund(1, clock.now_ms() + 1000, 5, refund_id=4)
    clock.advance(2000)
    await office.polls.now(connection.id)
    assert await office.totals() == (1, 1500)


async def test_rounds_are_counted_with_what_they_found_and_how_they_ended(
    office: Office, shop: WooShop, clock: FakeClock
) -> None:
    await office.stage.make_show(stock=None)
    connection = await office.connect(shop)
    shop.sell(1, clock.now_ms())
    clock.advance(60_000)
    await office.polls.now(connection.id)
    clock.advance(60_000)
    shop.instead = lambda _: Answer(401, b"")
    await office.polls.now(connection.id)

    def value(name: str, **labels: str) -> float | None:
        registry = office.metrics.registry
        return registry.get_sample_value(f"vetrina_{name}", {"kind": "woocommerce", **labels})

    assert value("polls_total", outcome="succeeded") == 1
    assert value("polls_total", outcome="failed") == 1
    assert value("poll_found_total") == 1
    assert value("poll_seconds_count") == 2
