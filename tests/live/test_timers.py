"""Deadlines wake shows on time, whatever is set in the meantime."""

from __future__ import annotations

import asyncio

from tests.fakes import FakeClock, settled
from vetrina.live.timers import AT_ONCE, RETRY_MS, Timers


class Woken:
    def __init__(self) -> None:
        self.slugs: list[str] = []
        self.failures = 0

    async def __call__(self, slug: str) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("the disk is full")
        self.slugs.append(slug)


async def test_shows_wake_in_the_order_of_their_deadlines() -> None:
    clock, woken = FakeClock(), Woken()
    timers = Timers(clock, woken)
    running = asyncio.create_task(timers.run())
    timers.set("late", clock.now_ms() + 500)
    timers.set("soon", clock.now_ms() + 100)
    await settled()
    clock.advance(100)
    await settled()
    assert woken.slugs == ["soon"]
    timers.set("soon", None)
    clock.advance(400)
    await settled()
    assert woken.slugs == ["soon", "late"]
    running.cancel()


async def test_an_earlier_deadline_replaces_a_later_one_while_waiting() -> None:
    clock, woken = FakeClock(), Woken()
    timers = Timers(clock, woken)
    running = asyncio.create_task(timers.run())
    timers.set("show", clock.now_ms() + 10_000)
    await settled()
    timers.set("show", clock.now_ms() + 50)
    await settled()
    clock.advance(50)
    await settled()
    assert woken.slugs == ["show"]
    running.cancel()


async def test_a_deadline_removed_while_another_show_is_woken_does_no_harm() -> None:
    clock, slugs = FakeClock(), []

    async def wake(slug: str) -> None:
        slugs.append(slug)
        timers.set("b", None)

    timers = Timers(clock, wake)
    for slug in ("a", "b"):
        timers.set(slug, clock.now_ms())
    running = asyncio.create_task(timers.run())
    await settled()
    assert slugs == ["a"]
    assert not running.done()
    running.cancel()


async def test_a_show_that_cannot_be_woken_is_tried_again() -> None:
    clock, woken = FakeClock(), Woken()
    woken.failures = 1
    timers = Timers(clock, woken)
    running = asyncio.create_task(timers.run())
    timers.set("show", clock.now_ms())
    await settled()
    assert woken.slugs == []
    clock.advance(RETRY_MS)
    await settled()
    assert woken.slugs == ["show"]
    running.cancel()


async def test_a_busy_show_does_not_delay_the_deadlines_of_others() -> None:
    clock, slugs, busy = FakeClock(), [], asyncio.Event()

    async def wake(slug: str) -> None:
        if slug == "busy":
            await busy.wait()
        slugs.append(slug)
        timers.set(slug, None)

    timers = Timers(clock, wake)
    timers.set("busy", clock.now_ms())
    timers.set("other", clock.now_ms())
    running = asyncio.create_task(timers.run())
    await settled()
    assert slugs == ["other"]
    timers.set("busy", clock.now_ms() + 10)  # its own next deadline waits for this one
    clock.advance(10)
    await settled()
    assert slugs == ["other"]
    busy.set()
    await settled()
    assert slugs == ["other", "busy"]
    running.cancel()


async def test_so_many_shows_wake_at_once_and_no_more() -> None:
    clock, awake, gate = FakeClock(), set(), asyncio.Event()

    async def wake(slug: str) -> None:
        awake.add(slug)
        await gate.wait()
        timers.set(slug, None)

    timers = Timers(clock, wake)
    for number in range(AT_ONCE + 5):
        timers.set(f"show-{number}", clock.now_ms())
    running = asyncio.create_task(timers.run())
    await settled()
    assert len(awake) == AT_ONCE
    gate.set()
    await settled()
    assert len(awake) == AT_ONCE + 5
    running.cancel()
