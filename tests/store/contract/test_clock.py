"""What every store promises of time: a clock that all can ask, and one word on what is added."""

import time
from dataclasses import replace

from tests.store.builders import NOW, show
from vetrina.clock_discipline import Correction
from vetrina.domain.show.events import ShowStarted
from vetrina.store.ports.clock import KEEPER
from vetrina.store.ports.shows import Standing

FIRST = Correction(-3_600_000_000_000, 1_700_000_000_000_000_000)


async def test_it_tells_the_time(store):
    before = time.time_ns()
    told = await store.read_clock()
    assert abs(told.store_ns - before) < 60_000_000_000, "this very machine's"
    assert told.correction == Correction()
    assert abs(told.installation_ms - told.store_ns // 1_000_000) <= 1


async def test_a_correction_is_everybodys(stores):
    one, other = stores
    assert await one.correct_clock(Correction(), FIRST) is True
    assert (await other.read_clock()).correction == FIRST


async def test_of_two_corrections_one_counts(stores):
    one, other = stores
    assert await one.correct_clock(Correction(), FIRST) is True
    assert await other.correct_clock(Correction(), Correction(5, 6)) is False
    assert await other.correct_clock(Correction(5, 6), Correction()) is False
    assert await other.correct_clock(FIRST, Correction(5, 6)) is True
    assert (await one.read_clock()).correction == Correction(5, 6)


async def test_it_is_idle_while_no_show_is_on_and_no_deadline_is_set(store):
    assert (await store.read_clock()).idle is True
    await store.create_show(show("draft"))
    assert (await store.read_clock()).idle is True
    for status, due_at, idle in (
        ("rehearsal", None, False),
        ("live", None, False),
        ("paused", NOW, False),
        ("draft", NOW, False),
        ("ended", None, True),
    ):
        await store.set_standing("draft", Standing(status, due_at))
        assert (await store.read_clock()).idle is idle, status


async def test_the_time_is_set_at_once_only_while_nothing_runs(store):
    step = replace(FIRST, steps=1)
    await store.create_show(show("draft"))
    await store.set_standing("draft", Standing("live", None))
    assert await store.correct_clock(Correction(), step) is False, "a show began meanwhile"
    assert await store.correct_clock(Correction(), FIRST) is True
    await store.set_standing("draft", Standing("ended", None))
    assert await store.correct_clock(FIRST, step) is True
    assert (await store.read_clock()).correction == step


async def test_it_tells_how_long_the_keeper_has_its_lease(store):
    assert (await store.read_clock()).kept_until_ms is None
    await store.hold_lease(KEEPER, "one", NOW, NOW + 20_000)
    assert (await store.read_clock()).kept_until_ms == NOW + 20_000
    await store.release_lease(KEEPER, "one")
    assert (await store.read_clock()).kept_until_ms is None


async def test_a_show_that_starts_at_once_is_on(store):
    started = ShowStarted(NOW, "live")
    await store.create_show(show("now"), [started], None, Standing("live", None))
    assert (await store.read_clock()).idle is False
