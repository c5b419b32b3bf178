"""Two processes whose clocks differ: a show's time never goes back, and deadlines are kept."""

from __future__ import annotations

from pathlib import Path

from tests.fakes import FakeClock
from tests.live.conftest import SLUG, product
from tests.live.second_process import processes
from vetrina.domain.money import Money
from vetrina.domain.show import commands as cmd
from vetrina.live.new_show import NewShow
from vetrina.live.service import ShowService

APART_MS = 5_000


async def said_at(shows: ShowService) -> list[int]:
    appended = await shows.handle(SLUG, [cmd.Announce("hello")])
    return [entry.event.at for entry in appended.events]


async def test_a_shows_time_never_goes_back_whoever_writes(
    tmp_path: Path, clock: FakeClock
) -> None:
    late = FakeClock(clock.now_ms() - APART_MS)
    async with processes(tmp_path, clock, 1) as [one], processes(tmp_path, late, 1) as [other]:
        await one.shows.put_products([product("MUG-1", 2490, 9)])
        await one.shows.create(
            NewShow(slug=SLUG, title="Spring drop", currency="EUR", status="live")
        )
        await one.shows.put_bag(SLUG, ["MUG-1"])
        deal = cmd.StartDeal(sku="MUG-1", price=Money(1890, "EUR"), duration_s=60)
        started = await one.shows.handle(SLUG, [deal])
        assert await said_at(other.shows) == [clock.now_ms()]
        clock.advance(61_000)
        late.advance(61_000)
        await one.shows.tick(SLUG)
        await other.shows.tick(SLUG)
        assert await said_at(other.shows) == [clock.now_ms()]
        assert await said_at(one.shows) == [clock.now_ms()]
        log = await one.store.events(SLUG, after=started.position.seq)
        times = [entry.event.at for entry in log]
        assert times == sorted(times)
