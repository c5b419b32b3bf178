"""A show is loaded from its stored state and the rest of its log, as if the whole log were read."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import settled
from tests.live.conftest import SLUG, product, staged
from tests.protocol.histories import histories, rehearsed
from tests.store.builders import connection
from tests.waiting import until
from vetrina.domain.money import Money
from vetrina.domain.selling.order import Order, OrderLine
from vetrina.domain.show import commands as cmd
from vetrina.domain.show.events import Announced
from vetrina.domain.show.state import ShowState, reached
from vetrina.live import service, show_loader, stored_states
from vetrina.live.purchases.settlement import Report
from vetrina.live.service import NewShow
from vetrina.live.show_loader import advanced, initial_state, load
from vetrina.live.stored_states import STORED_EVERY, opened, stored
from vetrina.protocol.state_codec import encode_state
from vetrina.realtime.history import MOST_EVENTS
from vetrina.store.ports.shows import Append, Show

SHOW = Show(slug="spring-drop", title="Spring drop", currency="EUR", epoch="kqwhzbea", created_at=1)


def order(purchase: str, at: int) -> Order:
    lines = (OrderLine("MUG-1", 1, Money(2490, "EUR")),)
    return Order(purchase=purchase, lines=lines, occurred_at=at)


def same(one: ShowState, other: ShowState) -> bool:
    """Equal, and in the same order: a bag's is seen on screen."""
    return one == other and encode_state(one) == encode_state(other)


@given(steps=histories | rehearsed, data=st.data())
def test_a_stored_state_and_the_rest_are_the_whole_log(steps, data):
    events = [step.event for step in steps]
    cut = data.draw(st.integers(0, len(events)), label="cut")
    kept = stored(cut, reached(initial_state(SHOW), events[:cut]))
    begun, seq = opened(SLUG, kept)
    assert seq == cut
    assert same(reached(begun, events[cut:]), reached(initial_state(SHOW), events))


def test_what_does_not_fit_is_passed_over():
    state = replace(initial_state(SHOW), status="live")
    kept = stored(7, state)
    assert opened(SLUG, kept) == (state, 7)
    assert opened(SLUG, None) is None
    assert opened("summer", kept) is None
    assert opened(SLUG, replace(kept, version="another")) is None
    assert opened(SLUG, replace(kept, seq=8)) is None
    assert opened(SLUG, replace(kept, data=kept.data[:-1])) is None
    assert opened(SLUG, replace(kept, checksum=b"")) is None


def test_a_state_is_due_at_round_numbers_whoever_writes():
    assert not stored_states.is_due(0, STORED_EVERY - 1)
    assert stored_states.is_due(STORED_EVERY - 1, STORED_EVERY)
    assert stored_states.is_due(STORED_EVERY - 1, 5 * STORED_EVERY + 3)
    assert not stored_states.is_due(STORED_EVERY, STORED_EVERY + 1)


async def texts_up_to(stage, seq: int) -> None:
    """Bring the log to a length, past the writer that would store states."""
    head = await stage.store.head(SLUG)
    texts = [Announced(1, f"Text {n}", None) for n in range(seq - head.seq)]
    await stage.store.append(Append(show=SLUG, events=texts))


async def whole(store) -> ShowState:
    show = await store.show(SLUG)
    return advanced(initial_state(show), await store.events(SLUG))


async def read_by(stage, monkeypatch) -> list[int]:
    """The numbers of events that `load` reads."""
    read, seqs = stage.store.events, []

    async def noted(slug, after=0, limit=None):
        page = await read(slug, after, limit)
        seqs.extend(recorded.seq for recorded in page)
        return page

    with monkeypatch.context() as patched:
        patched.setattr(stage.store, "events", noted)
        loaded = await load(stage.store, SLUG)
    assert loaded.position == await stage.store.head(SLUG)
    assert same(loaded.state, await whole(stage.store))
    assert loaded.history.oldest == max(0, loaded.position.seq - MOST_EVENTS)
    return seqs


async def test_the_writer_stores_a_state_with_the_event_that_is_due(stage):
    await stage.make_show()
    await texts_up_to(stage, STORED_EVERY - 1)
    assert await stage.store.stored_state(SLUG) is None
    await stage.shows.handle(SLUG, [cmd.PinProduct("MUG-1")])
    kept = await stage.store.stored_state(SLUG)
    assert kept.seq == STORED_EVERY
    assert same(opened(SLUG, kept)[0], await whole(stage.store))


async def test_what_is_read_does_not_grow_with_the_log(stage, monkeypatch):
    await stage.make_show()
    for length in (STORED_EVERY - 1, 3 * STORED_EVERY - 1):
        await texts_up_to(stage, length)
        await stage.shows.handle(SLUG, [cmd.PinNext()])
        head = (await stage.store.head(SLUG)).seq
        assert await read_by(stage, monkeypatch) == list(range(head - MOST_EVENTS + 1, head + 1))


@pytest.mark.parametrize("more", [1, MOST_EVENTS + 1])
async def test_what_came_after_the_state_is_taken_in(stage, monkeypatch, more):
    await stage.make_show()
    await texts_up_to(stage, STORED_EVERY - 1)
    await stage.shows.handle(SLUG, [cmd.PinProduct("MUG-1")])
    await texts_up_to(stage, STORED_EVERY + more)
    await read_by(stage, monkeypatch)


async def test_a_state_that_does_not_fit_is_made_again(stage, monkeypatch):
    """After an update of the program, or where a backup brought something else."""
    await stage.make_show()
    await texts_up_to(stage, 3 * STORED_EVERY)
    show = await stage.store.show(SLUG)
    wrong = replace(stored(STORED_EVERY, initial_state(show)), version="another")
    await stage.store.put_state(SLUG, wrong)
    assert len(await read_by(stage, monkeypatch)) == 3 * STORED_EVERY
    assert len(await read_by(stage, monkeypatch)) == MOST_EVENTS


async def test_a_log_that_lost_its_end_is_read_anew(stage, monkeypatch):
    await stage.make_show()
    show = await stage.store.show(SLUG)
    await stage.store.put_state(SLUG, stored(10**6, initial_state(show)))
    await read_by(stage, monkeypatch)


async def test_a_long_log_is_stored_while_it_is_read(stage, monkeypatch):
    """Whoever is killed while reading it begins from there."""
    await stage.make_show()
    await texts_up_to(stage, 3 * STORED_EVERY)
    monkeypatch.setattr(show_loader, "MADE_AGAIN_EVERY", STORED_EVERY)
    put, seqs = stage.store.put_state, []

    async def noted(slug, state):
        seqs.append(state.seq)
        await put(slug, state)

    monkeypatch.setattr(stage.store, "put_state", noted)
    await load(stage.store, SLUG)
    assert seqs == [STORED_EVERY, 2 * STORED_EVERY, 3 * STORED_EVERY]


@pytest.fixture
def unread(monkeypatch):
    """A log without a stored state is long from the first event on."""
    monkeypatch.setattr(service, "READ_AT_START", 0)
    return monkeypatch


async def left_behind(tmp_path, clock) -> None:
    """A show that is on, with a deadline, in a process that ended."""
    async with staged(tmp_path, clock) as one:
        await one.make_show()
        deal = cmd.StartDeal(sku="MUG-1", price=Money(1900, "EUR"), duration_s=60)
        await one.shows.handle(SLUG, [deal])


async def test_a_long_log_does_not_hold_up_a_start(tmp_path, clock, unread):
    await left_behind(tmp_path, clock)
    async with staged(tmp_path, clock) as two:
        assert two.replicas.get(SLUG) is None
        await two.shows.take_up_long_logs()
        assert two.replicas.get(SLUG) is not None
        timers = asyncio.create_task(two.shows.timers.run())
        clock.advance(60_000)
        await until(lambda: not two.replicas.get(SLUG).state.deals)
        timers.cancel()


async def test_a_show_with_a_long_log_gets_what_comes_meanwhile(tmp_path, clock, unread):
    """A purchase that belongs to whatever show is on is counted, not kept for none."""
    await left_behind(tmp_path, clock)
    async with staged(tmp_path, clock) as two:
        sold = Report(connection(show=None), "d1", (order("p1", clock.now_ms()),), clock.now_ms())
        assert await two.shows.receive(sold) == "applied"


async def test_products_reach_a_show_with_a_long_log(tmp_path, clock, unread):
    await left_behind(tmp_path, clock)
    async with staged(tmp_path, clock) as two:
        putting = asyncio.create_task(two.shows.put_products([product("MUG-1", 2590, 5)]))
        await settled(5)
        await two.shows.take_up_long_logs()
        await putting
        assert two.replicas.get(SLUG).state.bag["MUG-1"].product.price == Money(2590, "EUR")


async def test_stock_reaches_a_show_with_a_long_log(tmp_path, clock, unread):
    await left_behind(tmp_path, clock)
    async with staged(tmp_path, clock) as two:
        await two.shows.create(
            NewShow(slug="summer", title="Summer", currency="EUR", status="live")
        )
        await two.shows.put_bag("summer", ["MUG-1"])
        await two.shows.handle("summer", [cmd.SetStock("MUG-1", 3)])
        await two.shows.take_up_long_logs()
        await until(lambda: two.replicas.get(SLUG).state.bag["MUG-1"].product.stock == 3)
