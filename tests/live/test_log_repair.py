"""Logs that cannot be read, in several ways: only their shows are set aside, until repaired."""

import pytest
from sqlalchemy import text

from tests.live.conftest import SLUG
from vetrina.domain.show import commands as cmd
from vetrina.live.log_repair import examine_log, repair_log
from vetrina.live.service import UnknownShow
from vetrina.live.show_replicas import LOOK_AGAIN_S
from vetrina.store.errors import DamagedLog

BROKEN = {
    "cut short": "data = substr(data, 1, length(data) - 1)",
    "no text": "data = CAST(x'ff00fe' AS TEXT)",
    "another field": 'data = \'{"at": 1, "products": 7}\'',
    "no type": "type = 'nobody_knows'",
}


@pytest.fixture(params=BROKEN)
async def damaged(request, stage):
    """The bag of one show cannot be read, and nobody has opened it since."""
    await stage.make_show()
    await stage.make_show(slug="other")
    await stage.shows.handle(SLUG, [cmd.Announce("later")])
    broken = text(f"UPDATE events SET {BROKEN[request.param]} WHERE show = :show AND seq = 2")  # noqa: S608
    await stage.store._write_alone(lambda sql: sql.execute(broken, {"show": SLUG}))
    stage.shows.forget(SLUG)
    stage.replicas.void(SLUG)
    return stage


async def test_the_others_open_and_it_is_told(damaged):
    await damaged.shows.open()
    await damaged.shows.sweep()
    assert list(damaged.shows.damaged) == [SLUG]
    await damaged.shows.handle("other", [cmd.Announce("goes on")])
    with pytest.raises(DamagedLog):
        await damaged.shows.handle(SLUG, [cmd.Announce("does not")])
    assert (await damaged.store.show_page(only=SLUG)).items[0].status == "live", "as last known"
    assert await damaged.shows.also_sold("other", ["MUG-1"]) == []


async def test_what_cannot_be_read_gives_way_and_all_else_stays(damaged):
    before = await examine_log(damaged.store, SLUG)
    assert (list(before.replaced), len(before.log)) == ([2], 3)
    await damaged.shows.open()
    assert list((await repair_log(damaged.store, SLUG)).replaced) == [2]
    damaged.clock.advance(int(LOOK_AGAIN_S * 1000))
    _, state = await damaged.shows.state(SLUG)
    assert (state.status, state.announcement.text, dict(state.bag)) == ("live", "later", {})
    assert not damaged.shows.damaged
    assert list((await repair_log(damaged.store, SLUG)).replaced) == []


async def test_a_log_that_cannot_be_read_is_not_read_for_everybody_who_asks(damaged, monkeypatch):
    await damaged.shows.open()

    async def read(*_, **__):
        raise AssertionError("read again at once")

    monkeypatch.setattr(damaged.store, "events", read)
    with pytest.raises(DamagedLog):
        await damaged.shows.state(SLUG)


async def test_an_unknown_show_is_not_repaired(stage):
    with pytest.raises(UnknownShow):
        await repair_log(stage.store, "nobody")
