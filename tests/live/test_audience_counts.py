"""Who watches a show that several processes carry."""

from __future__ import annotations

import asyncio

from tests.fakes import FakeClock, settled
from tests.live.conftest import SLUG
from tests.live.second_process import Process, joined


async def test_viewers_and_taps_of_all_processes_are_summed(
    pair: list[Process], clock: FakeClock
) -> None:
    one, other = pair
    control, _ = await joined(one, "control")
    for process, count in ((one, 2), (other, 3)):
        for _ in range(count):
            await joined(process)
        room = process.hub.get(SLUG)
        assert room is not None
        assert room.tap("MUG-1")
    await told(pair, clock)
    for process in pair:
        room = process.hub.get(SLUG)
        assert room is not None
        assert (room.counts.viewers, room.counts.taps) == (5, {"MUG-1": 2})
        room.counts.signal()
    assert {"type": "signal", "viewers": 5, "taps": {"MUG-1": 2}} in control.frames()


async def told(pair: list[Process], clock: FakeClock, seconds: int = 2) -> None:
    tasks = [asyncio.create_task(process.audience.run()) for process in pair]
    await settled()
    for _ in range(seconds):
        clock.advance(1_000)
        await settled()
    for task in tasks:
        task.cancel()


async def test_the_share_of_a_process_that_died_fades_within_ten_seconds(
    pair: list[Process], clock: FakeClock
) -> None:
    one, _ = pair
    for process in pair:
        await joined(process)
    await told(pair, clock)
    room = one.hub.get(SLUG)
    assert room is not None
    assert room.counts.viewers == 2
    await told([one], clock, 8)
    assert room.counts.viewers == 2
    await told([one], clock, 3)
    assert room.counts.viewers == 1


async def test_an_overlay_is_listed_wherever_one_asks(
    pair: list[Process], clock: FakeClock
) -> None:
    one, other = pair
    await joined(one)
    room = await other.feed.room(SLUG)
    assert room is not None
    room.overlays.connect("key", "main", None, clock.now_ms())
    await told(pair, clock)
    assert [overlay["label"] for overlay in one.audience.overlays(SLUG)] == ["main"]
    assert other.audience.overlays(SLUG) == []
