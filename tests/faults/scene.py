"""A show that several processes serve, viewers of each, and what they are promised."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.faults.processes import Neighbour
from tests.live.conftest import product
from tests.realtime.fakes import FakeTransport, Watcher
from tests.waiting import PATIENCE_S, until
from vetrina.domain.show import commands as cmd
from vetrina.domain.show import events as ev
from vetrina.domain.show.events import Position
from vetrina.live.new_show import NewShow
from vetrina.live.show_writer import Busy
from vetrina.realtime.subscriber import Subscriber
from vetrina.store.errors import StoreError

SLUG = "drop"
PAGE = 1_000


class Viewer:
    """One who came before the fault and stays: every event, once, in order, by one snapshot."""

    def __init__(self, neighbour: Neighbour) -> None:
        self.neighbour = neighbour
        self.texts: list[str] = []
        self._transport = FakeTransport()
        self._watcher = Watcher()
        self._subscriber = Subscriber(self._transport, "viewer")

    async def come(self) -> None:
        room = await self.neighbour.feed.room(SLUG)
        assert room is not None
        room.join(self._subscriber, None, 0)
        self.look()

    def look(self) -> Position:
        """Take what came, which fails for a gap or a double; where the viewer stands."""
        frames = self._transport.frames()
        self._watcher.take(frames)
        assert self._transport.closed is None, f"sent away with {self._transport.closed}"
        assert self._watcher.snapshots == 1, "a snapshot instead of events"
        self.texts += [event["text"] for event in _announced(frames)]
        assert self._watcher.position is not None
        return self._watcher.position

    def leave(self) -> None:
        room = self.neighbour.hub.get(SLUG)
        assert room is not None
        room.leave(self._subscriber, 0)
        assert room.counts.own_viewers == 0


def _announced(frames: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    events = [event for frame in frames for event in frame.get("events", ())]
    return [event for event in events if event["type"] == "announced"]


class Scene:
    """The show, and what was acknowledged to those who command."""

    def __init__(self, processes: Sequence[Neighbour]) -> None:
        self.processes = processes
        self.viewers = [Viewer(process) for process in processes]
        self.told: list[str] = []
        self.unsure: set[str] = set()
        """What failed in the store: it may have happened all the same."""
        self.refused = self.failed = 0
        self._said = 0

    async def open(self) -> None:
        first = self.processes[0].shows
        await first.put_products([product("MUG-1", 2490, 9)])
        await first.create(NewShow(slug=SLUG, title="Drop", currency="EUR", status="live"))
        for viewer in self.viewers:
            await viewer.come()
        await self.well()

    async def say(self, times: int = 6, by: Sequence[int] | None = None) -> None:
        """So many commands, of all processes in turn, or of these."""
        for _ in range(times):
            chosen = by or range(len(self.processes))
            process = self.processes[chosen[self._said % len(chosen)]]
            text = f"{process.name} {self._said}"
            self._said += 1
            await self._insist(process, text)
            self.told.append(text)

    async def _insist(self, process: Neighbour, text: str) -> None:
        """Again whenever the others were quicker, as the answer asks for."""
        while True:
            try:
                await process.shows.handle(SLUG, [cmd.Announce(text)])
                return
            except Busy:
                self.refused += 1
            except StoreError:
                self.unsure.add(text)
                raise

    @asynccontextmanager
    async def insisting(self) -> AsyncIterator[None]:
        """All processes write during the block, and go on when the store fails them."""
        over = asyncio.Event()

        async def insist(number: int) -> None:
            while not over.is_set():
                try:
                    await self.say(1, [number])
                except StoreError:
                    self.failed += 1

        tasks = [asyncio.create_task(insist(number)) for number in range(len(self.processes))]
        yield
        over.set()
        await asyncio.gather(*tasks)

    async def say_at_once(self, times: int = 20) -> None:
        """All processes at the same time, each so many commands in its own order."""
        await asyncio.gather(*(self.say(times, [n]) for n in range(len(self.processes))))

    async def well(self) -> None:
        """Wait until every bus says that it is well."""
        await until(lambda: all(process.bus.health.ok for process in self.processes))

    async def probed(self, times: int) -> None:
        """Wait until each process has got so many more messages to itself back."""
        wanted = {one.name: one.probed + times for one in self.processes}
        await until(lambda: all(one.probed >= wanted[one.name] for one in self.processes))

    async def head(self) -> Position:
        head = await self.processes[0].store.head(SLUG)
        assert head is not None
        return head

    async def behind(self) -> list[str]:
        """The processes whose viewers do not know all."""
        head = await self.head()
        return [one.neighbour.name for one in self.viewers if one.look() != head]

    async def all_know(self, within_s: float = PATIENCE_S) -> None:
        """Wait for every viewer; then all is there: in the log, and with each of them."""
        head = await self.head()
        await until(lambda: {one.look() for one in self.viewers} == {head}, within_s)
        logged = await self.logged()
        assert set(Counter(logged).values()) <= {1}, "twice"
        assert set(self.told) <= set(logged) <= {*self.told, *self.unsure}, "not what was answered"
        for process in self.processes:
            own = [int(text.split()[1]) for text in logged if text.startswith(process.name)]
            assert own == sorted(own), "not in the order of its sender"
        for viewer in self.viewers:
            assert viewer.texts == logged, viewer.neighbour.name

    async def logged(self) -> list[str]:
        """What was announced, as the store has it; its numbers have no gap."""
        log: list[ev.Recorded] = []
        while page := await self.processes[0].store.events(SLUG, after=len(log), limit=PAGE):
            log += page
        assert [one.seq for one in log] == list(range(1, len(log) + 1))
        return [one.event.text for one in log if isinstance(one.event, ev.Announced)]


@asynccontextmanager
async def scene(processes: Sequence[Neighbour]) -> AsyncIterator[Scene]:
    """For the block; at its end everybody leaves."""
    made = Scene(processes)
    await made.open()
    yield made
    for viewer in made.viewers:
        viewer.leave()


@asynccontextmanager
async def nothing_left_behind() -> AsyncIterator[None]:
    """What was opened in the block is closed after it: tasks, and files where they can be seen."""
    tasks, files = asyncio.all_tasks(), _open_files()
    yield
    tasks |= {asyncio.current_task()}
    try:
        await until(lambda: not asyncio.all_tasks() - tasks)
    except TimeoutError:
        raise AssertionError(f"still there: {asyncio.all_tasks() - tasks}") from None
    assert _open_files() <= files


def _open_files() -> int:
    listed = Path("/proc/self/fd")
    return len(list(listed.iterdir())) if listed.exists() else 0
