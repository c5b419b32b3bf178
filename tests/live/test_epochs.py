"""Messages that do not fit the log that is known: they are not believed, the store is asked."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.fakes import FakeClock, settled
from tests.live.conftest import SLUG
from tests.live.second_process import Process, joined
from tests.waiting import PATIENCE_S
from vetrina.bus.port import Published
from vetrina.domain.show import commands as cmd
from vetrina.domain.show import events as ev
from vetrina.domain.show.events import Position, Recorded
from vetrina.live.show_replica import RETRY_MS
from vetrina.protocol.close_codes import CloseCode
from vetrina.store.errors import StoreError


def message(position: Position, text: str = "From elsewhere") -> Published:
    recorded = Recorded(position.seq, ev.Announced(1, text, None), None)
    return Published(SLUG, position, (recorded,))


async def until_idle(process: Process) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while process.replicas._loading or any(one._filling for one in process.replicas):
            await asyncio.to_thread(int)


async def test_a_room_takes_no_events_of_another_log(pair: list[Process]) -> None:
    _, other = pair
    transport, watcher = await joined(other)
    assert watcher.position is not None
    stood = watcher.position
    other.bus.receive(message(Position("anotherlog", stood.seq + 1)))
    room = other.hub.get(SLUG)
    assert room is not None
    assert (room.position, transport.frames()) == (stood, [])
    assert other.replicas.doubt.is_set()


async def test_a_writer_takes_no_events_of_another_log(pair: list[Process]) -> None:
    _, other = pair
    stood, _ = await other.shows.state(SLUG)
    other.bus.receive(message(Position("anotherlog", stood.seq + 1)))
    await settled()
    assert (await other.shows.state(SLUG))[0] == stood
    assert other.replicas.doubt.is_set()


async def test_a_room_is_not_kept_in_an_old_epoch_when_a_writer_comes_later(
    pair: list[Process],
) -> None:
    """The writer begins after another process has renewed the epoch; its position is further."""
    one, other = pair
    transport, watcher = await joined(other)
    assert watcher.position is not None
    assert await one.store.renew_epoch(SLUG, watcher.position.epoch, "renewed1")
    one.bus._exchange.losing = True
    await one.shows.handle(SLUG, [cmd.Announce("Further")])
    await other.shows.state(SLUG)
    await other.sync.compare()
    assert transport.closed == CloseCode.RESYNC
    _, anew = await joined(other)
    assert anew.position == await one.store.head(SLUG)
    assert anew.position.epoch == "renewed1"


async def test_what_is_not_in_the_store_is_not_asked_for_without_end(
    pair: list[Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log that has lost its end: what was heard of it never comes."""
    _, other = pair
    room = await other.feed.room(SLUG)
    assert room is not None
    stood, reads = room.position, counted_reads(other, monkeypatch)
    other.bus.receive(message(Position(stood.epoch, stood.seq + 10)))
    await until_idle(other)
    assert (len(reads), room.position) == (1, stood)
    assert other.replicas.doubt.is_set()


@pytest.mark.parametrize("epoch", ["same", "another"])
async def test_what_is_published_while_a_room_opens_and_is_not_in_the_store_holds_it_up_no_longer(
    pair: list[Process], epoch: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = pair
    head = await one.store.head(SLUG)
    assert head is not None
    reads = counted_reads(other, monkeypatch)
    opening = asyncio.create_task(other.feed.room(SLUG))
    async with asyncio.timeout(PATIENCE_S):
        while not reads:
            await asyncio.to_thread(int)
    heard = Position(head.epoch if epoch == "same" else "anotherlog", head.seq + 10)
    other.bus.receive(message(heard))
    async with asyncio.timeout(PATIENCE_S):
        room = await opening
    assert room is not None
    assert room.position == head
    await until_idle(other)
    assert other.replicas.doubt.is_set()


async def test_a_room_that_is_gone_stops_nobody_from_filling_the_next_one(
    pair: list[Process], clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = pair
    await other.feed.room(SLUG)
    read = other.store.events

    async def away(*_: Any, **__: Any) -> Any:
        raise StoreError("gone")

    monkeypatch.setattr(other.store, "events", away)
    one.bus._exchange.losing = True
    head = (await one.shows.handle(SLUG, [cmd.Announce("Unheard")])).position
    fill(other, head)
    await settled()
    other.hub.void(SLUG)
    monkeypatch.setattr(other.store, "events", read)
    room = await other.feed.room(SLUG)
    assert room is not None
    head = (await one.shows.handle(SLUG, [cmd.Announce("Unheard too")])).position
    fill(other, head)
    clock.advance(RETRY_MS)
    await until_idle(other)
    assert room.position == head


def fill(process: Process, head: Position) -> None:
    replica = process.replicas.get(SLUG)
    assert replica is not None
    replica.fill_to(head.seq)


def counted_reads(process: Process, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    reads, read = [], process.store.events

    async def counted(slug: str, after: int = 0, limit: int | None = None) -> Any:
        reads.append(after)
        return await read(slug, after, limit)

    monkeypatch.setattr(process.store, "events", counted)
    return reads
