"""Who watches a show that several processes carry."""

from __future__ import annotations

import asyncio

from tests.fakes import FakeClock, settled
from tests.live.conftest import SLUG
from tests.live.second_process import Process, joined
from vetrina.live.audience_counts import AGAIN_MS


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
    none = {"overlays": [], "complete": True}
    assert {"type": "signal", "viewers": 5, "taps": {"MUG-1": 2}, **none} in control.frames()


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


async def test_control_is_told_of_an_overlay_wherever_it_connects(
    pair: list[Process], clock: FakeClock
) -> None:
    one, other = pair
    control, _ = await joined(one, "control")
    room, there = one.hub.get(SLUG), await other.feed.room(SLUG)
    assert room is not None
    assert there is not None
    overlay = there.overlays.connect("key", "main", None, clock.now_ms())
    await told(pair, clock)
    room.counts.signal()
    there.overlays.disconnect(overlay, clock.now_ms())
    await told(pair, clock)
    room.counts.signal()
    seen = [frame["overlays"] for frame in control.frames() if frame["type"] == "signal"]
    assert [[one["label"] for one in overlays] for overlays in seen[-2:]] == [["main"], []]


async def test_an_overlay_that_only_lives_is_not_published_each_second(
    pair: list[Process], clock: FakeClock
) -> None:
    one, other = pair
    await joined(one)
    room = await other.feed.room(SLUG)
    assert room is not None
    room.overlays.connect("key", "main", None, clock.now_ms())
    published = []
    one.audience.receive = published.append  # type: ignore[method-assign,assignment]
    await told([other], clock, 9)
    # When it came, and then as often as others need to know that this process lives.
    assert len(published) == 1 + 9_000 // AGAIN_MS
