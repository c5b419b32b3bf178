"""Two processes over one store: one show, whoever is asked, whatever the bus loses."""

from __future__ import annotations

import asyncio

from tests.fakes import FakeClock, settled
from tests.live.conftest import SLUG
from tests.live.second_process import Process, joined
from tests.realtime.fakes import FakeTransport, Watcher
from tests.waiting import PATIENCE_S
from vetrina.domain.errors import Refused
from vetrina.domain.money import Money
from vetrina.domain.selling.order import Order, OrderLine
from vetrina.domain.show import commands as cmd
from vetrina.domain.show import events as ev
from vetrina.domain.show.events import Position
from vetrina.live.cluster_sync import EVERY_MS, WELL_EVERY_MS
from vetrina.live.purchases.settlement import Report
from vetrina.live.service import OVERDUE_MS
from vetrina.protocol.close_codes import CloseCode
from vetrina.store.ports.connections import Connection

DEAL = cmd.StartDeal(sku="MUG-1", price=Money(1890, "EUR"), duration_s=60)


async def caught_up(watcher: Watcher, transport: FakeTransport, seq: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while watcher.position is None or watcher.position.seq < seq:
            await asyncio.to_thread(int)
            watcher.take(transport.frames())


async def test_who_watches_here_sees_what_was_commanded_there(pair: list[Process]) -> None:
    one, other = pair
    transport, watcher = await joined(other)
    appended = await one.shows.handle(SLUG, [cmd.PinProduct("MUG-1")])
    watcher.take(transport.frames())
    assert watcher.position == appended.position
    assert [pin["product"]["sku"] for pin in watcher.state["pins"]] == ["MUG-1"]


async def test_a_writer_that_is_asked_for_the_state_has_followed(pair: list[Process]) -> None:
    one, other = pair
    await other.shows.state(SLUG)
    appended = await one.shows.handle(SLUG, [cmd.PinProduct("MUG-1")])
    position, state = await other.shows.state(SLUG)
    assert position == appended.position
    assert [pin.product.sku for pin in state.pins.values()] == ["MUG-1"]


async def test_both_decide_on_what_the_other_has_just_done(pair: list[Process]) -> None:
    one, other = pair
    await other.shows.state(SLUG)
    requests = [process.shows.handle(SLUG, [DEAL]) for process in (one, other)]
    results = await asyncio.gather(*requests, return_exceptions=True)
    refused = [result for result in results if isinstance(result, Refused)]
    assert [refusal.code for refusal in refused] == ["deal_running"]
    started = [
        one.event for one in await one.store.events(SLUG) if isinstance(one.event, ev.DealStarted)
    ]
    assert len(started) == 1


async def test_commands_from_both_are_numbered_without_a_gap(pair: list[Process]) -> None:
    transports = [await joined(process) for process in pair]
    requests = [
        process.shows.handle(SLUG, [cmd.Announce(f"{process.name} {n}")])
        for n in range(20)
        for process in pair
    ]
    await asyncio.gather(*requests)
    head = await pair[0].store.head(SLUG)
    assert head is not None
    for (transport, watcher), process in zip(transports, pair, strict=True):
        process.doubt()
        await process.sync.compare()
        await caught_up(watcher, transport, head.seq)
    texts = [
        e.event.text for e in await pair[0].store.events(SLUG) if isinstance(e.event, ev.Announced)
    ]
    assert sorted(texts) == sorted(f"{process.name} {n}" for n in range(20) for process in pair)


async def test_what_the_bus_lost_is_found_by_comparing_heads(pair: list[Process]) -> None:
    one, other = pair
    transport, watcher = await joined(other)
    one.bus._exchange.losing = True
    appended = await one.shows.handle(SLUG, [cmd.PinProduct("MUG-1")])
    await settled()
    watcher.take(transport.frames())
    assert watcher.position != appended.position
    await other.sync.compare()
    await caught_up(watcher, transport, appended.position.seq)
    assert watcher.snapshots == 1


async def test_doubt_makes_it_compare_at_once_and_a_sick_bus_every_two_seconds(
    pair: list[Process], clock: FakeClock
) -> None:
    one, other = pair
    transport, watcher = await joined(other)
    task = asyncio.create_task(other.sync.run())
    try:
        for cure in ("doubt", "sick", "well"):
            one.bus._exchange.losing = True
            appended = await one.shows.handle(SLUG, [cmd.Announce(cure)])
            other.bus.health = type(other.bus.health)(cure != "sick", "")
            if cure == "doubt":
                other.doubt()
            await until_asleep(clock)
            clock.advance(0 if cure == "doubt" else EVERY_MS if cure == "sick" else WELL_EVERY_MS)
            await caught_up(watcher, transport, appended.position.seq)
    finally:
        task.cancel()


async def until_asleep(clock: FakeClock) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not clock.sleepers:
            await asyncio.to_thread(int)


async def test_a_deal_of_a_process_that_died_is_ended_by_another(
    pair: list[Process], clock: FakeClock
) -> None:
    one, other = pair
    await one.shows.handle(SLUG, [DEAL])
    clock.advance(60_000 + OVERDUE_MS)
    await other.shows.sweep()
    assert not ended(await one.store.events(SLUG))
    clock.advance(1)
    await other.shows.sweep()
    assert len(ended(await one.store.events(SLUG))) == 1
    await other.shows.sweep()
    await one.shows.tick(SLUG)
    assert len(ended(await one.store.events(SLUG))) == 1


def ended(events: list[ev.Recorded]) -> list[ev.Event]:
    return [one.event for one in events if isinstance(one.event, ev.DealEnded)]


async def test_deadlines_that_both_keep_are_kept_once(
    pair: list[Process], clock: FakeClock
) -> None:
    one, other = pair
    await other.shows.state(SLUG)
    await one.shows.handle(SLUG, [DEAL])
    clock.advance(60_000)
    await asyncio.gather(one.shows.tick(SLUG), other.shows.tick(SLUG))
    assert len(ended(await one.store.events(SLUG))) == 1


async def test_a_purchase_finds_the_show_that_runs_in_the_other_process(
    pair: list[Process],
) -> None:
    one, other = pair
    assert other.replicas.get(SLUG) is None
    connection = Connection(id="c1", kind="generic", show=None, secrets=("s",), created_at=1)
    await one.store.add_connection(connection)
    order = Order(
        purchase="A-1",
        lines=(OrderLine("MUG-1", 2, Money(3780, "EUR")),),
        occurred_at=other.sync._clock.now_ms(),
    )
    report = Report(connection, "d1", (order,), order.occurred_at)
    assert await other.shows.receive(report) == "applied"
    assert await one.shows.receive(report) == "duplicate"
    _, state = await one.shows.state(SLUG)
    assert state.totals.orders == 1


async def test_a_log_that_lost_its_end_gets_a_new_epoch_and_everybody_a_snapshot(
    pair: list[Process],
) -> None:
    """A replica that was behind became the database, or a backup was put back."""
    one, other = pair
    transport, watcher = await joined(other)
    room = other.hub.get(SLUG)
    assert room is not None
    replica = other.replicas.get(SLUG)
    assert replica is not None
    replica.position = Position(room.position.epoch, room.position.seq + 5)
    await other.sync.compare()
    assert transport.closed == CloseCode.RESYNC
    assert other.hub.get(SLUG) is None
    head = await one.store.head(SLUG)
    assert head is not None
    assert watcher.position is not None
    assert head.epoch != watcher.position.epoch
    anew, again = await joined(other)
    assert again.position == head
    await one.sync.compare()
    await one.shows.handle(SLUG, [cmd.PinProduct("MUG-1")])
    again.take(anew.frames())
    assert again.state["pins"]


async def test_an_answer_that_is_older_than_what_was_received_is_no_loss(
    pair: list[Process],
) -> None:
    """The heads were asked for before an event that has arrived meanwhile."""
    one, other = pair
    transport, watcher = await joined(other)
    heads = other.store.heads

    async def late(slugs: list[str]) -> object:
        found = await heads(slugs)
        await one.shows.handle(SLUG, [cmd.PinProduct("MUG-1")])
        return found

    other.store.heads = late  # type: ignore[method-assign,assignment]
    await other.sync.compare()
    watcher.take(transport.frames())
    assert transport.closed is None
    assert watcher.state["pins"]


async def test_a_room_that_is_not_kept_is_followed_no_more(pair: list[Process]) -> None:
    _, other = pair
    await other.feed.room(SLUG)
    assert other.bus.followed == {SLUG}
    other.hub.void(SLUG)
    assert other.bus.followed == set()
    await other.shows.state(SLUG)
    await other.feed.room(SLUG)
    other.hub.void(SLUG)
    assert other.bus.followed == {SLUG}
