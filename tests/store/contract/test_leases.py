"""What every store promises of leases: one holder at a time, and nobody holds for ever."""

import asyncio

from tests.store.builders import NOW

LATER = NOW + 20_000


async def test_the_first_holds_it_and_the_others_do_not(store):
    assert await store.hold_lease("polls", "a", NOW, LATER) is True
    assert await store.hold_lease("polls", "b", NOW + 1, LATER) is False
    assert await store.hold_lease("demo", "b", NOW, LATER) is True


async def test_the_holder_prolongs_it(store):
    await store.hold_lease("polls", "a", NOW, LATER)
    assert await store.hold_lease("polls", "a", NOW + 5_000, LATER + 5_000) is True
    assert await store.hold_lease("polls", "b", LATER, LATER + 9_000) is False


async def test_another_takes_it_over_when_it_has_run_out(store):
    await store.hold_lease("polls", "a", NOW, LATER)
    assert await store.hold_lease("polls", "b", LATER, LATER + 20_000) is True
    assert await store.hold_lease("polls", "a", LATER, LATER + 20_000) is False


async def test_letting_go_is_for_the_holder_only(store):
    await store.hold_lease("polls", "a", NOW, LATER)
    await store.release_lease("polls", "b")
    assert await store.hold_lease("polls", "b", NOW, LATER) is False
    await store.release_lease("polls", "a")
    assert await store.hold_lease("polls", "b", NOW, LATER) is True


async def test_of_many_at_once_one_holds_it(stores):
    """At a name that nobody ever held, and at one that has run out."""
    for now in (NOW, LATER):
        wishes = [
            stores[number % 2].hold_lease("polls", f"p{number}", now, now + 20_000)
            for number in range(20)
        ]
        assert sorted(await asyncio.gather(*wishes)) == [False] * 19 + [True]
