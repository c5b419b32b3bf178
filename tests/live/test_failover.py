"""Who comes from another process, with more than this one knows or with less."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from tests.fakes import FakeClock, settled
from tests.live.conftest import SLUG
from tests.live.second_process import Process, joined
from tests.realtime.fakes import FakeTransport, Watcher
from tests.waiting import PATIENCE_S
from vetrina.domain.show import commands as cmd
from vetrina.domain.show import events as ev
from vetrina.domain.show.events import Position
from vetrina.live.position_claims import CHECK_EVERY_MS
from vetrina.live.show_loader import PAGE
from vetrina.protocol.messages import Hello
from vetrina.realtime.client import Client
from vetrina.realtime.connection_limits import ConnectionCounter
from vetrina.realtime.history import MOST_EVENTS
from vetrina.store.errors import StoreError
from vetrina.store.ports.shows import Append
from vetrina.web.sockets.hello import HelloHandler

MANY = 300


class Newcomer:
    """A viewer who comes to a process, who has seen a show up to `last`."""

    def __init__(
        self, process: Process, last: Position | None, state: dict[str, Any] | None = None
    ) -> None:
        self.transport, self.watcher = FakeTransport(), Watcher()
        self.watcher.position, self.watcher.state = last, dict(state or {})
        self._hello = Hello(role="viewer", show=SLUG, last=last)
        self._client = Client(self.transport, process.hub.clock, process.hub.config)
        counter = ConnectionCounter(None)
        place = counter.enter("203.0.113.7")
        assert place is not None
        self._place = place
        self._hello_handler = HelloHandler(process.hub, process.feed, None, counter)  # type: ignore[arg-type]
        process.hub.attach(self._client)

    async def come(self) -> Watcher:
        if not self._hello_handler.answer_now(self._client, self._place, self._hello):
            await self._hello_handler.answer(self._client, self._place, self._hello)
        self.watcher.take(self.transport.frames())
        return self.watcher


class Counting:
    """How often a process asks its store."""

    def __init__(self, process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reads: Counter[str] = Counter()
        for name in ("show", "events", "head", "heads"):
            monkeypatch.setattr(process.store, name, self._counted(name, process.store))

    def _counted(self, name: str, store: Any) -> Any:
        ask = getattr(store, name)

        async def counted(*args: Any, **more: Any) -> Any:
            self.reads[name] += 1
            return await ask(*args, **more)

        return counted


async def unheard(one: Process, text: str = "Now") -> Position:
    """Something happens that only the process hears of where it happens."""
    one.bus._exchange.losing = True
    appended = await one.shows.handle(SLUG, [cmd.Announce(text)])
    one.bus._exchange.losing = False
    return appended.position


async def test_who_saw_more_in_another_process_is_not_taken_back(
    pair: list[Process],
) -> None:
    one, other = pair
    await other.feed.room(SLUG)
    seen = await unheard(one)
    watcher = await Newcomer(other, seen).come()
    assert (watcher.position, watcher.snapshots) == (seen, 0)


async def test_many_who_saw_more_cost_one_check(
    pair: list[Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = pair
    await other.feed.room(SLUG)
    seen = await unheard(one)
    counting = Counting(other, monkeypatch)
    watchers = await asyncio.gather(*(Newcomer(other, seen).come() for _ in range(MANY)))
    assert {(watcher.position, watcher.snapshots) for watcher in watchers} == {(seen, 0)}
    assert counting.reads == {"heads": 1, "events": 1}


async def test_liars_get_a_snapshot_and_neither_reads_nor_an_epoch(
    pair: list[Process], clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, other = pair
    honest, watcher = await joined(other)
    truth = watcher.position
    assert truth is not None
    counting = Counting(other, monkeypatch)
    rounds = 10
    for round in range(rounds):
        lie = Position(truth.epoch, 2**53 - 1 - round)
        newcomers = [asyncio.create_task(Newcomer(other, lie).come()) for _ in range(20)]
        async with asyncio.timeout(PATIENCE_S):
            while not all(newcomer.done() for newcomer in newcomers):
                await asyncio.to_thread(int)
                await settled()
                if clock.sleepers:
                    clock.advance(CHECK_EVERY_MS)
        assert {(g.result().position, g.result().snapshots) for g in newcomers} == {(truth, 1)}
    assert counting.reads == {"heads": rounds}
    assert await other.store.head(SLUG) == truth
    assert honest.closed is None


async def test_checks_keep_their_distance(
    pair: list[Process], clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, other = pair
    room = await other.feed.room(SLUG)
    assert room is not None
    lie = Position(room.position.epoch, 10_000)
    counting = Counting(other, monkeypatch)
    await Newcomer(other, lie).come()
    second = asyncio.create_task(Newcomer(other, lie).come())
    await settled()
    clock.advance(CHECK_EVERY_MS - 1)
    await settled()
    assert (second.done(), counting.reads["heads"]) == (False, 1)
    clock.advance(1)
    assert (await second).snapshots == 1
    assert counting.reads["heads"] == 2


async def test_who_comes_while_a_look_is_under_way_gets_one_that_began_later(
    pair: list[Process], clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer on its way may be older than what they have seen."""
    one, other = pair
    room = await other.feed.room(SLUG)
    assert room is not None
    asked, go_on, heads = asyncio.Event(), asyncio.Event(), other.store.heads

    async def slow(slugs: list[str]) -> Any:
        found = await heads(slugs)
        asked.set()
        await go_on.wait()
        return found

    monkeypatch.setattr(other.store, "heads", slow)
    early = asyncio.create_task(Newcomer(other, Position(room.position.epoch, 10_000)).come())
    await asked.wait()
    seen = await unheard(one)
    late = asyncio.create_task(Newcomer(other, seen).come())
    await settled()
    go_on.set()
    assert (await early).snapshots == 1
    await settled()
    clock.advance(CHECK_EVERY_MS)
    watcher = await late
    assert (watcher.position, watcher.snapshots) == (seen, 0)


async def test_what_this_process_knew_and_the_store_lost_makes_a_new_epoch(
    pair: list[Process],
) -> None:
    """A claim alone proves nothing; that this process itself has seen more does."""
    _, other = pair
    room = await other.feed.room(SLUG)
    assert room is not None
    replica = other.replicas.get(SLUG)
    assert replica is not None
    replica.position = Position(room.position.epoch, room.position.seq + 5)
    lost = Position(room.position.epoch, room.position.seq + 1)
    watcher = await Newcomer(other, lost).come()
    head = await other.store.head(SLUG)
    assert head is not None
    assert head.epoch != lost.epoch
    assert (watcher.position, watcher.snapshots) == (head, 1)


async def test_a_store_that_is_away_keeps_nobody_out(
    pair: list[Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = pair
    room = await other.feed.room(SLUG)
    assert room is not None
    seen = await unheard(one)

    async def away(_: list[str]) -> Any:
        raise StoreError("gone")

    monkeypatch.setattr(other.store, "heads", away)
    watcher = await Newcomer(other, seen).come()
    assert (watcher.position, watcher.snapshots) == (room.position, 1)


@pytest.mark.parametrize("missed", [1, 3, PAGE])
async def test_a_process_that_has_just_started_replays_what_many_missed(
    pair: list[Process], missed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = pair
    _, watcher = await joined(one)
    last = watcher.position
    texts = [ev.Announced(1, f"Text {n}", None) for n in range(missed)]
    head = (await one.store.append(Append(show=SLUG, events=texts))).position
    counting = Counting(other, monkeypatch)
    newcomers = [Newcomer(other, last, watcher.state) for _ in range(MANY)]
    watchers = await asyncio.gather(*(newcomer.come() for newcomer in newcomers))
    assert {(one.position, one.snapshots) for one in watchers} == {(head, 0)}
    assert counting.reads == {"show": 1, "events": 1 + head.seq // PAGE}
    _, fresh = await joined(other)
    assert watchers[0].state | {"viewers": 0} == fresh.state | {"viewers": 0}
    assert len(watchers[0].seen) == missed


async def test_who_missed_more_than_is_replayed_gets_a_snapshot(pair: list[Process]) -> None:
    one, other = pair
    _, watcher = await joined(one)
    last = watcher.position
    assert last is not None
    texts = [ev.Announced(1, f"Text {n}", None) for n in range(MOST_EVENTS + 1)]
    head = (await one.store.append(Append(show=SLUG, events=texts))).position
    late = await Newcomer(other, last).come()
    assert (late.position, late.snapshots) == (head, 1)
    assert late.state["announcement"]["text"] == f"Text {MOST_EVENTS}"
    sooner = await Newcomer(other, Position(last.epoch, last.seq + 1)).come()
    assert (sooner.position, sooner.snapshots) == (head, 0)
    assert len(sooner.seen) == MOST_EVENTS
