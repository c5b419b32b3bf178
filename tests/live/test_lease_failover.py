"""Two processes change one show at once: nobody is starved, and nobody decides on what is over."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.live.conftest import SLUG
from tests.live.second_process import Process
from vetrina.domain.errors import Refused
from vetrina.domain.money import Money
from vetrina.domain.selling.order import Order, OrderLine
from vetrina.domain.show import commands as cmd
from vetrina.domain.show import events as ev
from vetrina.live.purchases.settlement import Report
from vetrina.store.ports.connections import Connection
from vetrina.store.ports.shows import Append, Appended
from vetrina.store.sql.append import AGAIN_MOST

DEAL = cmd.StartDeal(sku="MUG-1", price=Money(1890, "EUR"), duration_s=60, quantity=2)
SHOP = Connection(id="c1", kind="generic", show=SLUG, secrets=("s",), created_at=1)


def order(number: int, now: int) -> Report:
    lines = (OrderLine("MUG-1", 1, Money(1890, "EUR")),)
    sold = Order(purchase=f"A-{number}", lines=lines, occurred_at=now)
    return Report(SHOP, f"d{number}", (sold,), now)


def always_second(process: Process, first: Callable[[], Awaitable[object]]) -> None:
    """Whatever this process writes, another one has written just before."""
    append = process.store.append

    async def late(wanted: Append) -> Appended:
        await first()
        return await append(wanted)

    process.store.append = late  # type: ignore[method-assign]


async def test_a_host_is_served_though_the_other_process_always_writes_first(
    pair: list[Process],
) -> None:
    one, other = pair
    await other.shows.state(SLUG)
    always_second(other, lambda: one.shows.handle(SLUG, [cmd.Announce("first")]))
    appended = await other.shows.handle(SLUG, [cmd.PinProduct("MUG-1")], by="host")
    log = await one.store.events(SLUG)
    assert [type(e.event) for e in log[-2:]] == [ev.Announced, ev.ProductPinned]
    assert log[-1].by == "host"
    position, state = await other.shows.state(SLUG)
    assert position == appended.position
    assert state.announcement is not None and state.announcement.text == "first"
    assert state.pins


async def test_sales_are_decided_on_what_the_other_process_has_sold_meanwhile(
    pair: list[Process],
) -> None:
    """Each of the two has two left when it looks; together they sell three."""
    one, other = pair
    now = other.sync._clock.now_ms()
    await one.store.add_connection(SHOP)
    await one.shows.handle(SLUG, [DEAL])
    await other.shows.state(SLUG)
    always_second(other, lambda: one.shows.receive(order(1, now)))
    assert await other.shows.receive(order(2, now)) == "applied"
    log = [e.event for e in await one.store.events(SLUG)]
    left = [event.left for event in log if isinstance(event, ev.DealStockChanged)]
    assert left == [1, 0]
    assert [event.reason for event in log if isinstance(event, ev.DealEnded)] == ["sold_out"]
    for process in pair:
        _, state = await process.shows.state(SLUG)
        assert (state.totals.orders, len(state.deals)) == (2, 0)


async def test_one_order_that_comes_to_both_counts_once(pair: list[Process]) -> None:
    one, other = pair
    now = other.sync._clock.now_ms()
    await one.store.add_connection(SHOP)
    await other.shows.state(SLUG)
    always_second(other, lambda: one.shows.receive(order(1, now)))
    assert await other.shows.receive(order(1, now)) == "duplicate"
    _, state = await other.shows.state(SLUG)
    assert state.totals.orders == 1


async def test_a_command_that_the_other_process_made_impossible_is_refused(
    pair: list[Process],
) -> None:
    one, other = pair
    await other.shows.state(SLUG)
    always_second(other, lambda: one.shows.handle(SLUG, [cmd.EndShow()]))
    with pytest.raises(Refused) as refusal:
        await other.shows.handle(SLUG, [cmd.PinProduct("MUG-1")])
    assert refusal.value.code == "show_ended"
    assert isinstance((await one.store.events(SLUG))[-1].event, ev.ShowEnded)


async def test_a_decision_that_was_made_again_for_nothing_is_not_believed(
    pair: list[Process],
) -> None:
    """The transaction was undone, with what the other process seemed to have written."""
    one, other = pair
    before, _ = await other.shows.state(SLUG)
    append = other.store.append

    async def undone(wanted: Append) -> Appended:
        assert wanted.again is not None
        wanted.again([ev.Recorded(before.seq + 1, ev.Announced(1, "never was", None), None)])
        return await append(wanted)

    other.store.append = undone  # type: ignore[method-assign]
    appended = await other.shows.handle(SLUG, [cmd.PinProduct("MUG-1")])
    position, state = await other.shows.state(SLUG)
    assert position == appended.position == await one.store.head(SLUG)
    assert (state.announcement, len(state.pins)) == (None, 1)


async def test_who_missed_very_much_reads_it_in_pieces_and_decides_then(
    pair: list[Process],
) -> None:
    one, other = pair
    await other.shows.state(SLUG)
    texts = [ev.Announced(1, f"Text {n}", None) for n in range(AGAIN_MOST + 1)]
    await one.store.append(Append(show=SLUG, events=texts))
    appended = await other.shows.handle(SLUG, [cmd.PinProduct("MUG-1")])
    head = await one.store.head(SLUG)
    assert head == appended.position


@pytest.mark.parametrize("command", [cmd.UnpinProduct(), cmd.EndDeal(deal="d1")])
async def test_a_command_is_decided_on_what_was_done_elsewhere_a_moment_ago(
    pair: list[Process], command: cmd.Command
) -> None:
    """Whoever asks may have heard of it already: nothing to unpin, no such deal, would be wrong."""
    one, other = pair
    await other.shows.state(SLUG)
    one.bus._exchange.losing = True
    await one.shows.handle(SLUG, [cmd.PinProduct("MUG-1"), DEAL])
    appended = await other.shows.handle(SLUG, [command])
    assert appended.events


async def test_both_sell_as_fast_as_they_can_and_nobody_is_sent_away(
    pair: list[Process],
) -> None:
    now = pair[0].sync._clock.now_ms()
    await pair[0].store.add_connection(SHOP)
    outcomes = await asyncio.gather(*(pair[n % 2].shows.receive(order(n, now)) for n in range(200)))
    assert set(outcomes) == {"applied"}
    log = [e.event for e in await pair[0].store.events(SLUG)]
    sold = [event.purchase for event in log if isinstance(event, ev.PurchaseConfirmed)]
    assert (len(sold), len(set(sold))) == (200, 200)
