"""What every store promises of a log with an event in it that cannot be read."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from tests.store.builders import NOW, SLUG, made_show, said, show, texts
from vetrina.domain.show.events import DealStockChanged
from vetrina.store.errors import Conflict, DamagedLog
from vetrina.store.ports.shows import Append, Standing
from vetrina.store.ports.states import StoredState
from vetrina.store.sql.tables import events

NOTHING = DealStockChanged(NOW, "", 0)


@pytest.fixture
async def damaged(store):
    """Two shows; of one the second event of three is no JSON any more."""
    await made_show(store)
    await made_show(store, "other")
    for slug in (SLUG, "other"):
        await store.append(Append(show=slug, events=[said("1"), said("2"), said("3")]))
    broken = update(events).where(events.c.show == SLUG, events.c.seq == 2)
    await store._write_alone(lambda sql: sql.execute(broken.values(data='{"at": 1')))
    return store


async def test_the_error_says_which_event_it_is_and_others_are_read(damaged):
    with pytest.raises(DamagedLog, match=f"Event 2 of the show {SLUG} cannot be read") as caught:
        await damaged.events(SLUG)
    assert caught.value.seq == 2
    assert texts(await damaged.events("other")) == ["1", "2", "3"]


async def test_whoever_repairs_reads_every_row(damaged):
    log = await damaged.raw_events(SLUG)
    assert [raw.seq for raw in log] == [1, 2, 3]
    assert log[1].data == '{"at": 1'
    assert log[0].data == log[0].data.strip() != ""


async def test_another_event_takes_its_place_and_positions_are_void(damaged):
    known, standing = await damaged.show(SLUG), Standing("live", None)
    await damaged.put_state(SLUG, StoredState(2, "v1", b"sum", b"with what was damaged"))
    await damaged.replace_events(known, {2: NOTHING}, standing, "new-epoch")
    assert await damaged.stored_state(SLUG) is None
    assert [entry.event for entry in await damaged.events(SLUG)][1] == NOTHING
    assert (await damaged.head(SLUG)).epoch == "new-epoch"
    [running] = [one for one in await damaged.running() if one.slug == SLUG]
    assert running.standing == standing
    with pytest.raises(Conflict):
        await damaged.replace_events(replace(show(), epoch="old"), {}, standing, "newer")
