"""What every store promises of stored states: they are written with their events, or not at all."""

import asyncio

import pytest

from tests.store.builders import SLUG, made_show, said
from vetrina.store.errors import Conflict
from vetrina.store.ports.shows import Append
from vetrina.store.ports.states import StoredState


def state(seq: int, version: str = "v1", data: bytes = b"state") -> StoredState:
    return StoredState(seq, version, b"sum", data)


async def test_a_state_is_written_with_its_events(stores):
    one, other = stores
    await made_show(one)
    assert await other.stored_state(SLUG) is None
    await one.append(Append(show=SLUG, events=[said("x"), said("y")], state=state(2)))
    assert await other.stored_state(SLUG) == state(2)


async def test_the_newest_state_replaces_the_others(store):
    await made_show(store)
    for seq in (1, 2):
        kept = state(seq, data=bytes([seq]))
        await store.append(Append(show=SLUG, events=[said("x")], after=seq - 1, state=kept))
    assert await store.stored_state(SLUG) == state(2, data=b"\2")


async def test_appends_of_one_group_leave_the_last_state(store):
    await made_show(store)
    appends = [Append(show=SLUG, events=[said("x")], state=state(seq)) for seq in (1, 2, 3)]
    await asyncio.gather(*map(store.append, appends))
    assert await store.stored_state(SLUG) == state(3)


async def test_events_that_are_refused_leave_no_state(store):
    await made_show(store)
    await store.append(Append(show=SLUG, events=[said("x")]))
    with pytest.raises(Conflict):
        await store.append(Append(show=SLUG, events=[said("y")], after=0, state=state(1)))
    assert await store.stored_state(SLUG) is None


async def test_a_state_of_another_place_in_the_log_is_not_written(store):
    await made_show(store)
    await store.append(Append(show=SLUG, events=[said("x")]))
    await store.append(Append(show=SLUG, events=[said("y")], state=state(1)))
    assert await store.stored_state(SLUG) is None


async def test_a_state_that_was_made_again_replaces_older_and_other_ones(store):
    await made_show(store)
    await store.put_state(SLUG, state(5, "v1"))
    await store.put_state(SLUG, state(4, "v1"))
    assert await store.stored_state(SLUG) == state(5, "v1")
    await store.put_state(SLUG, state(3, "v2"))
    assert await store.stored_state(SLUG) == state(3, "v2")
    with pytest.raises(LookupError):
        await store.put_state("nowhere", state(1))


async def test_of_states_put_at_once_the_furthest_stays(stores):
    await made_show(stores[0])
    await asyncio.gather(*(stores[n % 2].put_state(SLUG, state(n)) for n in range(1, 9)))
    assert await stores[0].stored_state(SLUG) == state(8)


async def test_how_far_states_of_a_version_go(store):
    for slug in ("a", "b", "c"):
        await made_show(store, slug)
    await store.put_state("a", state(5, "v1"))
    await store.put_state("b", state(7, "v2"))
    assert await store.stored_seqs("v1") == {"a": 5}
