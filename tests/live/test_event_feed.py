"""Replicas follow the log even when the bus loses, repeats or comes too early."""

from __future__ import annotations

import asyncio

import pytest

from tests.fakes import settled
from tests.live.conftest import SLUG, Stage
from tests.waiting import PATIENCE_S
from vetrina.bus.port import Published
from vetrina.domain.show import commands as cmd
from vetrina.domain.show.events import Announced, Position
from vetrina.live.show_loader import Loaded
from vetrina.live.show_replica import ShowReplica
from vetrina.store.ports.shows import Append


async def test_a_room_starts_where_the_log_stands_and_follows(stage: Stage) -> None:
    await stage.make_show()
    room = await stage.feed.room(SLUG)
    assert room is not None
    await stage.shows.handle(SLUG, [cmd.PinProduct("MUG-1")])
    position, state = await stage.shows.state(SLUG)
    assert room.position == position
    assert room.state.pins == state.pins


async def test_there_is_no_room_for_an_unknown_show(stage: Stage) -> None:
    assert await stage.feed.room("nowhere") is None


async def test_a_room_is_opened_once_however_many_ask(stage: Stage) -> None:
    await stage.make_show()
    rooms = await asyncio.gather(*(stage.feed.room(SLUG) for _ in range(20)))
    assert len({id(room) for room in rooms}) == 1


async def test_nobody_is_let_into_a_room_that_was_dropped_as_they_waited(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing would ever happen there."""
    await stage.make_show()
    stage.replicas.void(SLUG)
    add, added = stage.replicas.add, []

    def add_and_drop_the_first(loaded: Loaded) -> ShowReplica:
        added.append(add(loaded))
        if len(added) == 1:
            asyncio.get_running_loop().call_soon(stage.replicas.void, SLUG)
        return added[-1]

    monkeypatch.setattr(stage.replicas, "add", add_and_drop_the_first)
    room = await stage.feed.room(SLUG)
    assert len(added) == 2
    assert room is stage.hub.get(SLUG)
    assert room._replica is stage.replicas.get(SLUG) is added[1]


async def test_events_committed_while_the_log_is_read_are_not_missed(stage: Stage) -> None:
    await stage.make_show()
    opening = asyncio.create_task(stage.feed.room(SLUG))
    pins = [stage.shows.handle(SLUG, [cmd.PinNext()]) for _ in range(10)]
    await asyncio.gather(*pins)
    room = await opening
    assert room is not None
    assert room.position == (await stage.shows.state(SLUG))[0]


async def test_a_lost_message_is_noticed_by_its_number_and_read_from_the_store(
    stage: Stage,
) -> None:
    await stage.make_show()
    room = await stage.feed.room(SLUG)
    assert room is not None
    now, before = stage.clock.now_ms(), room.position
    for text in ("lost", "published"):
        appended = await stage.store.append(Append(show=SLUG, events=[Announced(now, text, None)]))
    await stage.bus.publish([_message(before, appended.events[0])])
    async with asyncio.timeout(PATIENCE_S):
        while room.position != appended.position:
            await asyncio.to_thread(int)
    assert room.state.announcement is not None


async def test_a_repeated_message_changes_nothing(stage: Stage) -> None:
    await stage.make_show()
    room = await stage.feed.room(SLUG)
    assert room is not None
    events = tuple(await stage.store.events(SLUG))
    before = room.position
    await stage.bus.publish([Published(SLUG, before, events)])
    await settled()
    assert room.position == before


async def test_a_message_that_comes_as_a_gap_is_just_filled_is_not_lost(stage: Stage) -> None:
    """Filling ends, and before anybody has taken note of that the next gap comes."""
    await stage.make_show()
    room = await stage.feed.room(SLUG)
    assert room is not None
    before = room.position
    texts = [Announced(stage.clock.now_ms(), f"Text {n}", None) for n in range(4)]
    log = (await stage.store.append(Append(show=SLUG, events=texts))).events
    read, late = stage.store.events, []

    async def first_half_then_a_message(slug, after=0, limit=None):
        missed = await read(slug, after, limit)
        if late:
            return missed
        late.append(asyncio.create_task(stage.bus.publish([_message(before, log[3])])))
        return missed[:2]

    stage.store.events = first_half_then_a_message  # type: ignore[method-assign]
    await stage.bus.publish([_message(before, log[1])])
    async with asyncio.timeout(PATIENCE_S):
        while room.position.seq < log[3].seq:
            await asyncio.to_thread(int)


def _message(position, recorded):
    return Published(SLUG, Position(position.epoch, recorded.seq), (recorded,))
