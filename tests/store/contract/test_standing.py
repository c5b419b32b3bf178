"""What every store promises of shows that are not over, and of epochs."""

from tests.store.builders import NOW, SLUG, made_show, said, show
from vetrina.domain.show.events import Position
from vetrina.store.ports.shows import Append, Running, Standing

LIVE = Standing("live", NOW + 60_000)


async def test_a_standing_is_written_with_the_events_that_bring_it(stores):
    one, other = stores
    await made_show(one)
    await one.append(Append(show=SLUG, events=[said("x")], standing=LIVE))
    (running,) = await other.running()
    assert running == Running(SLUG, running.created_at, Position("kqwhzbea", 1), LIVE)


async def test_events_that_bring_no_new_standing_leave_it(store):
    await made_show(store)
    await store.append(Append(show=SLUG, events=[said("x")], standing=LIVE))
    await store.append(Append(show=SLUG, events=[said("y")]))
    assert [one.standing for one in await store.running()] == [LIVE]


async def test_a_new_show_is_a_draft_or_what_it_starts_as(store):
    await store.create_show(show())
    await store.create_show(show(slug="b", created_at=NOW + 1), [said("x")], standing=LIVE)
    assert [one.standing for one in await store.running()] == [LIVE, Standing("draft", None)]


async def test_a_show_that_is_over_does_not_run(store):
    await made_show(store)
    over = Standing("ended", None)
    await store.append(Append(show=SLUG, events=[said("x")], standing=over))
    assert await store.running() == []


async def test_a_standing_can_be_corrected(store):
    await made_show(store)
    await store.set_standing(SLUG, LIVE)
    assert [one.standing for one in await store.running()] == [LIVE]


async def test_heads_are_those_of_the_shows_asked_for(store):
    for slug in ("a", "b", "c"):
        await made_show(store, slug)
    await store.append(Append(show="b", events=[said("x"), said("y")]))
    assert await store.heads(["a", "b", "nowhere"]) == {
        "a": Position("kqwhzbea", 0),
        "b": Position("kqwhzbea", 2),
    }
    assert await store.heads([]) == {}


async def test_an_epoch_is_renewed_by_one_of_many(stores):
    one, other = stores
    await made_show(one)
    assert await one.renew_epoch(SLUG, "kqwhzbea", "newepoch")
    assert not await other.renew_epoch(SLUG, "kqwhzbea", "another")
    assert await other.head(SLUG) == Position("newepoch", 0)
