"""The demo keeps a rehearsal alive and stands aside for people."""

from __future__ import annotations

import asyncio

from tests.live.conftest import Stage
from tests.waiting import PATIENCE_S
from vetrina.domain.show import commands as cmd
from vetrina.domain.show import events as ev
from vetrina.live.demo import BY, SLUG, STAND_ASIDE_MS, STEP_MS, Demo


async def _play(stage: Stage, steps: int) -> None:
    for _ in range(steps):
        await _asleep(stage)
        stage.clock.advance(STEP_MS)
    await _asleep(stage)


async def _asleep(stage: Stage) -> None:
    """Until the script waits for its next step; a disk may take its time."""
    async with asyncio.timeout(PATIENCE_S):
        while not stage.clock.sleepers:
            await asyncio.to_thread(int)


async def test_the_script_pins_sells_and_never_counts(stage: Stage) -> None:
    demo = Demo(stage.shows, stage.store, stage.clock, {})
    await demo.prepare()
    running = asyncio.create_task(demo.run())
    await _play(stage, 40)
    running.cancel()
    events = [entry.event for entry in await stage.store.events(SLUG)]
    kinds = {type(event) for event in events}
    assert {ev.ProductPinned, ev.DealAnnounced, ev.PurchaseConfirmed, ev.Announced} <= kinds
    assert all(event.test for event in events if isinstance(event, ev.PurchaseConfirmed))
    assert (await stage.shows.state(SLUG))[1].totals.orders == 0


async def test_the_script_stands_aside_while_somebody_works(stage: Stage) -> None:
    demo = Demo(stage.shows, stage.store, stage.clock, {})
    await demo.prepare()
    running = asyncio.create_task(demo.run())
    await _play(stage, 2)
    await stage.shows.handle(SLUG, [cmd.PinProduct("POT-6")], by="Anna")
    await _play(stage, STAND_ASIDE_MS // STEP_MS - 2)
    log = await stage.store.events(SLUG)
    assert log[-1].by == "Anna"
    await _play(stage, 6)
    running.cancel()
    assert (await stage.store.events(SLUG))[-1].by == BY


async def test_a_second_start_finds_the_first_ones_show(stage: Stage) -> None:
    await Demo(stage.shows, stage.store, stage.clock, {}).prepare()
    before, _ = await stage.shows.state(SLUG)
    await Demo(stage.shows, stage.store, stage.clock, {}).prepare()
    assert (await stage.shows.state(SLUG))[0] == before
