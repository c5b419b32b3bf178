"""Work that one process does for all: never none for long, and two at most for a moment."""

import asyncio
import contextlib

import pytest

from tests.fakes import FakeClock, settled
from vetrina.live.leases import LEASE_MS, RENEW_MS, Leases
from vetrina.store.errors import StoreError


class FakeLeaseStore:
    """The port `LeaseStore`, in memory."""

    def __init__(self):
        self.held = {}
        self.failing = False

    async def hold_lease(self, name, holder, now, until):
        if self.failing:
            raise StoreError("The database failed.")
        other, ends_at = self.held.get(name, (holder, now))
        if other != holder and ends_at > now:
            return False
        self.held[name] = (holder, until)
        return True

    async def release_lease(self, name, holder):
        if self.held.get(name, (None,))[0] == holder:
            del self.held[name]


class Processes:
    """Some processes that want to do the same; `working` are those that do it."""

    def __init__(self, clock, leases):
        self.clock = clock
        self.leases = leases
        self.working = []
        self.tasks = {}

    async def start(self, name, *, alone=False):
        async def work():
            self.working.append(name)
            try:
                await asyncio.Event().wait()
            finally:
                self.working.remove(name)

        turns = Leases(self.leases, self.clock, name, alone=alone)
        self.tasks[name] = asyncio.create_task(turns.one_at_a_time("polls", work)())
        await settled()

    async def end(self, name):
        self.tasks[name].cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.tasks.pop(name)

    async def kill(self, name):
        """As `end`, but nothing is let go of."""
        held = dict(self.leases.held)
        await self.end(name)
        self.leases.held = held

    async def pass_time(self, ms):
        for _ in range(0, ms, 1_000):
            self.clock.advance(1_000)
            await settled()


@pytest.fixture
def leases():
    return FakeLeaseStore()


@pytest.fixture
async def processes(leases):
    made = Processes(FakeClock(), leases)
    yield made
    for name in list(made.tasks):
        await made.end(name)


async def test_one_works_however_many_there_are(processes):
    for name in "abc":
        await processes.start(name)
    await processes.pass_time(10 * LEASE_MS)
    assert processes.working == ["a"]


async def test_when_it_ends_another_goes_on_soon(processes):
    await processes.start("a")
    await processes.start("b")
    await processes.end("a")
    await processes.pass_time(RENEW_MS)
    assert processes.working == ["b"]


async def test_when_it_is_killed_another_takes_over_within_half_a_minute(processes):
    await processes.start("a")
    await processes.start("b")
    await processes.kill("a")
    await processes.pass_time(RENEW_MS)
    assert processes.working == []
    await processes.pass_time(30_000 - RENEW_MS)
    assert processes.working == ["b"]


async def test_one_that_was_frozen_stops_when_it_wakes(processes, leases):
    await processes.start("a")
    leases.held["polls"] = ("b", processes.clock.now_ms() + 10 * LEASE_MS)
    await processes.pass_time(RENEW_MS)
    assert processes.working == []


async def test_a_failing_store_ends_the_work_and_is_raised(processes, leases):
    await processes.start("a")
    leases.failing = True
    await processes.pass_time(RENEW_MS)
    assert processes.working == []
    with pytest.raises(StoreError):
        await processes.tasks.pop("a")


async def test_a_process_that_is_alone_asks_nobody(processes, leases):
    leases.failing = True
    await processes.start("a", alone=True)
    assert processes.working == ["a"]


async def test_work_that_is_done_is_not_begun_again(leases):
    done = []

    async def work():
        done.append(True)

    await Leases(leases, FakeClock(), "a", alone=False).one_at_a_time("once", work)()
    assert (done, leases.held) == ([True], {})


async def test_what_the_work_raises_is_raised(leases):
    async def work():
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await Leases(leases, FakeClock(), "a", alone=False).one_at_a_time("once", work)()
    assert leases.held == {}
