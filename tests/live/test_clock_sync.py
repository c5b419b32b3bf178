"""Processes that follow the store's clock, over a store that may be set and may be away."""

import asyncio

import pytest

from tests.waiting import PATIENCE_S
from vetrina.clock import SystemClock
from vetrina.clock_discipline import MS_NS, Correction
from vetrina.live.clock_sync import ClockSync
from vetrina.store.errors import StoreError
from vetrina.store.ports.clock import StoreTime

S = 1_000 * MS_NS
START = 1_700_000_000 * S


class World:
    """True time, a store that believes another, and machines that believe yet others."""

    def __init__(self):
        self.true_ns = 0
        self.store_ahead_ns = 0
        self.correction = Correction()
        self.idle = False
        self.away = False
        self.kept_until_ms = None
        self.slow_ns = []

    async def read_clock(self):
        if self.away:
            raise StoreError("The database is away.")
        took = self.slow_ns.pop(0) if self.slow_ns else 0
        self.true_ns += took // 4
        store_ns = START + self.true_ns + self.store_ahead_ns
        told = StoreTime(store_ns, self.correction, self.idle, self.kept_until_ms)
        self.true_ns += took - took // 4
        return told

    async def correct_clock(self, old, new):
        if self.correction != old:
            return False
        self.correction = new
        return True

    def machine(self, ahead_ns=0, booted_ns=0):
        return SystemClock(
            lambda: self.true_ns + booted_ns, lambda: START + self.true_ns + ahead_ns
        )

    @property
    def true_ms(self):
        return (START + self.true_ns) // MS_NS


@pytest.fixture
def world():
    return World()


async def test_two_machines_five_seconds_apart_agree_and_one_is_told(world):
    right, wrong = world.machine(), world.machine(5 * S, booted_ns=77 * S)
    syncs = ClockSync(right, world, keeper=True), ClockSync(wrong, world)
    for sync in syncs:
        await sync.measure()
    assert right.now_ms() == wrong.now_ms() == world.true_ms
    assert syncs[0].reasons == []
    [told] = syncs[1].reasons
    assert "machine is 5.0 s ahead of the store's" in told


@pytest.mark.parametrize("jump_ns", [3_600 * S, -3_600 * S])
async def test_all_go_on_together_when_the_stores_clock_is_set_while_a_show_is_on(world, jump_ns):
    one, other = world.machine(), world.machine(booted_ns=9 * S)
    keeper, follower = ClockSync(one, world, keeper=True), ClockSync(other, world)
    await keeper.measure()
    await follower.measure()
    world.store_ahead_ns = jump_ns
    world.true_ns += 5 * S
    await follower.measure()  # whoever notices first, the keeper's word counts
    await keeper.measure()
    await follower.measure()
    late = world.machine(jump_ns)
    await ClockSync(late, world).measure()
    assert one.now_ms() == other.now_ms() == late.now_ms() == world.true_ms
    assert one.civil_ms() == [world.true_ms, world.true_ms + jump_ns // MS_NS]
    assert late.civil_ms() == one.civil_ms(), "whichever of them is right, others sign with it"
    assert one.ahead_ms() == late.ahead_ms() == max(0, -jump_ns // MS_NS)
    assert any("3600.0 s" in reason for reason in keeper.reasons)


async def test_whoever_starts_just_after_a_jump_waits_for_the_keepers_word(world):
    """Else it would take deadlines of the next hour for past ones."""
    keeper = ClockSync(world.machine(), world, keeper=True)
    await keeper.measure()
    world.kept_until_ms = world.true_ms + 18_000
    world.store_ahead_ns = 3_600 * S

    async def rest(seconds):
        world.true_ns += int(seconds * S)
        await keeper.measure()

    late = world.machine(3_600 * S)
    await ClockSync(late, world, rest=rest).begin()
    assert late.now_ms() == world.true_ms


@pytest.mark.parametrize(("idle", "ago_s", "rests"), [(True, 0, 0), (False, 0, 0), (False, 60, 2)])
async def test_whoever_starts_waits_only_where_something_runs_and_a_lease_is_odd(
    world, idle, ago_s, rests
):
    """All were killed a minute ago: there is no keeper whose word could come."""
    world.idle, world.kept_until_ms = idle, world.true_ms + 20_000 - ago_s * 1_000
    rested = []

    async def rest(seconds):
        rested.append(seconds)

    clock = world.machine()
    await ClockSync(clock, world, rest=rest).begin()
    assert (clock.now_ms(), len(rested)) == (world.true_ms, rests)


async def test_all_follow_at_once_when_nothing_runs(world):
    one, other = world.machine(), world.machine()
    keeper, follower = ClockSync(one, world, keeper=True), ClockSync(other, world)
    await keeper.measure()
    await follower.measure()
    world.store_ahead_ns, world.idle = -3_600 * S, True
    await keeper.measure()
    await follower.measure()
    assert one.now_ms() == other.now_ms() == world.true_ms - 3_600_000


async def test_the_quickest_answer_counts(world):
    clock = world.machine()
    world.slow_ns = [400 * MS_NS, 40 * MS_NS, 300 * MS_NS, 500 * MS_NS]
    await ClockSync(clock, world).measure()
    assert abs(clock.now_ms() - world.true_ms) <= 20, "half of 40 ms"


async def test_time_goes_on_while_the_store_is_away(world):
    clock = world.machine()
    sync = ClockSync(clock, world, keeper=True)
    await sync.measure()
    world.away = True
    world.true_ns += 60 * S
    with pytest.raises(StoreError):
        await sync.measure()
    assert clock.now_ms() == world.true_ms


async def test_whoever_sleeps_is_woken_when_the_time_is_set_back(world):
    """Else what runs every ten seconds would rest for an hour."""
    clock = world.machine()
    sync = ClockSync(clock, world, keeper=True)
    await sync.measure()
    sleeping = asyncio.create_task(clock.sleep_until(clock.now_ms() + 100))
    await asyncio.sleep(0)
    world.store_ahead_ns, world.idle = -3_600 * S, True
    await sync.measure()
    async with asyncio.timeout(PATIENCE_S):
        await sleeping
    assert clock.now_ms() == world.true_ms - 3_600_000
