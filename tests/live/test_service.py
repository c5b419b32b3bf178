"""The use cases over a real store: nothing lost, nothing twice, deadlines kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.fakes import FakeClock, settled
from tests.live.conftest import SLUG, Stage, product, staged
from tests.waiting import PATIENCE_S
from vetrina.domain.errors import Refused
from vetrina.domain.money import Money
from vetrina.domain.show import commands as cmd
from vetrina.domain.show import events as ev
from vetrina.live.new_show import NewShow
from vetrina.live.service import UnknownShow
from vetrina.store.errors import Taken

DEAL = cmd.StartDeal(sku="MUG-1", price=Money(1890, "EUR"), duration_s=60)


async def test_a_list_of_commands_is_followed_whole_or_not_at_all(stage: Stage) -> None:
    await stage.make_show()
    before, _ = await stage.shows.state(SLUG)
    with pytest.raises(Refused, match="NONE"):
        await stage.shows.handle(SLUG, [cmd.PinProduct("MUG-1"), cmd.PinProduct("NONE")])
    position, state = await stage.shows.state(SLUG)
    assert position == before
    assert state.pins == {}
    assert await stage.store.events(SLUG, after=before.seq) == []


async def test_later_commands_of_a_list_see_what_the_first_ones_did(stage: Stage) -> None:
    await stage.make_show()
    appended = await stage.shows.handle(SLUG, [cmd.PinNext(), cmd.PinNext()], by="Anna")
    skus = [entry.event.pin.product.sku for entry in appended.events]  # type: ignore[union-attr]
    assert skus == ["MUG-1", "APR-3"]
    assert {entry.by for entry in await stage.store.events(SLUG, after=2)} == {"Anna"}


async def test_many_at_once_stand_in_line(stage: Stage) -> None:
    await stage.make_show(stock=None)
    before, _ = await stage.shows.state(SLUG)
    calls = [stage.shows.handle(SLUG, [cmd.Announce(f"Text {n}")]) for n in range(50)]
    answers = await asyncio.gather(*calls)
    seqs = sorted(entry.seq for answer in answers for entry in answer.events)
    assert seqs == list(range(before.seq + 1, before.seq + 51))


async def test_unknown_and_taken_slugs(stage: Stage) -> None:
    await stage.make_show()
    with pytest.raises(UnknownShow):
        await stage.shows.handle("nowhere", [cmd.PinNext()])
    with pytest.raises(Taken):
        await stage.shows.create(NewShow(slug=SLUG, title="Again", currency="EUR"))


async def test_a_bag_needs_known_products(stage: Stage) -> None:
    await stage.make_show()
    with pytest.raises(Refused) as refused:
        await stage.shows.put_bag(SLUG, ["MUG-1", "NONE"])
    assert refused.value.code == "unknown_sku"


async def test_a_deal_ends_by_itself_on_time(stage: Stage) -> None:
    await stage.make_show()
    running = asyncio.create_task(stage.shows.timers.run())
    await stage.shows.handle(SLUG, [DEAL])
    await settled()
    stage.clock.advance(59_999)
    await settled()
    assert (await stage.shows.state(SLUG))[1].deals
    stage.clock.advance(1)
    await _until(lambda: _deals(stage))
    running.cancel()
    last = (await stage.store.events(SLUG))[-1]
    assert last.event == ev.DealEnded(stage.clock.now_ms(), "d1", "MUG-1", "time")


async def test_a_deal_ends_at_its_first_deadline_after_a_restart(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with staged(tmp_path, clock) as first:
        await first.make_show()
        await first.shows.handle(SLUG, [DEAL])
        position, state = await first.shows.state(SLUG)
        ends_at = state.deals["d1"].ends_at
    async with staged(tmp_path, clock) as second:
        again, state = await second.shows.state(SLUG)
        assert again == position, "epoch and seq go on"
        assert state.deals["d1"].ends_at == ends_at
        running = asyncio.create_task(second.shows.timers.run())
        await settled()
        clock.advance(ends_at - clock.now_ms())
        await _until(lambda: _deals(second))
        running.cancel()


async def test_a_command_never_meets_a_deal_whose_time_has_passed(stage: Stage) -> None:
    await stage.make_show()
    await stage.shows.handle(SLUG, [DEAL])
    stage.clock.advance(60_000)
    with pytest.raises(Refused) as refused:
        await stage.shows.handle(SLUG, [cmd.EndDeal("d1")])
    assert refused.value.code == "deal_over"


async def test_products_reach_the_bags_that_hold_them(stage: Stage) -> None:
    await stage.make_show()
    await stage.shows.put_products([product("MUG-1", 2590, 9), product("NEW", 100)])
    _, state = await stage.shows.state(SLUG)
    assert state.bag["MUG-1"].product.price.amount == 2590
    assert "NEW" not in state.bag


async def test_stock_is_shared_by_the_shows_that_sell_it(stage: Stage) -> None:
    await stage.make_show()
    await stage.make_show(slug="evening")
    await stage.shows.handle(SLUG, [cmd.SetStock("MUG-1", 3)])

    async def heard() -> bool:
        _, state = await stage.shows.state("evening")
        return state.bag["MUG-1"].product.stock == 3

    await _until(heard)
    [mug] = await stage.store.products(["MUG-1"])
    assert mug.stock == 3


async def test_shared_stock_is_told_once_and_comes_to_rest(stage: Stage) -> None:
    """A copy that was copied back once kept two shows busy for ever."""
    await stage.make_show()
    await stage.make_show(slug="evening")
    before = [(await stage.shows.state(slug))[0].seq for slug in (SLUG, "evening")]
    for quantity in (6, 5, 4):
        await stage.shows.handle(SLUG, [cmd.SetStock("MUG-1", quantity)])

    async def heard() -> bool:
        _, state = await stage.shows.state("evening")
        return state.bag["MUG-1"].product.stock == 4

    await _until(heard)
    for _ in range(200):
        await asyncio.to_thread(int)
    after = [(await stage.shows.state(slug))[0].seq for slug in (SLUG, "evening")]
    assert after[0] == before[0] + 3
    assert after[1] <= before[1] + 3


async def test_another_process_may_write_between(tmp_path: Path, clock: FakeClock) -> None:
    """The second process decides on stale state first, is told so, and decides again."""
    async with staged(tmp_path, clock) as first:
        await first.make_show()
        async with staged(tmp_path, clock, serve=False) as second:
            await second.shows.state(SLUG)
            await first.shows.handle(SLUG, [cmd.PinProduct("MUG-1")])
            appended = await second.shows.handle(SLUG, [cmd.PinNext()])
            [entry] = appended.events
            assert isinstance(entry.event, ev.ProductPinned)
            assert entry.event.pin.product.sku == "APR-3"


async def _deals(stage: Stage) -> bool:
    return not (await stage.shows.state(SLUG))[1].deals


async def _until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait for a condition, giving the store's threads their turn."""
    async with asyncio.timeout(PATIENCE_S):
        while not await condition():
            await asyncio.to_thread(int)
