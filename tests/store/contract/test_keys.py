"""What every store promises of keys and login codes."""

import asyncio

import pytest

from tests.store.builders import NOW, key, made_show
from vetrina.domain.access import Role
from vetrina.store.errors import Conflict

DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


async def test_a_key_is_found_by_its_digest(store):
    slug = await made_show(store)
    hook = key(role=Role.HOOK, show=slug, label="Deck", actions=("pin.next", "panic"))
    await store.add_key(hook, DIGEST)
    assert await store.key(DIGEST) == hook
    assert await store.key(DIGEST.replace("9", "8")) is None


async def test_a_digest_and_an_id_are_written_once(store):
    await store.add_key(key("key-1"), "a")
    with pytest.raises(Conflict):
        await store.add_key(key("key-2"), "a")
    with pytest.raises(Conflict):
        await store.add_key(key("key-1"), "b")
    assert [one.id for one in await store.keys()] == ["key-1"]


async def test_keys_come_oldest_first(store):
    slug = await made_show(store)
    await store.add_key(key("late", created_at=9, show=slug), "a")
    await store.add_key(key("early", created_at=2), "b")
    await store.add_key(key("same time", created_at=2, show=slug), "c")
    assert [one.id for one in await store.keys()] == ["early", "same time", "late"]
    assert [one.id for one in await store.keys(slug)] == ["same time", "late"]


async def test_a_key_is_revoked_for_good(stores):
    one, other = stores
    await one.add_key(key(), DIGEST)
    assert await one.revoke_key("key-1", NOW + 5) == [key(revoked_at=NOW + 5)]
    assert await other.revoke_key("key-1", NOW + 9) == [key(revoked_at=NOW + 5)]
    assert await other.key(DIGEST) == key(revoked_at=NOW + 5)


async def test_an_unknown_key_cannot_be_revoked(store):
    await store.add_key(key(), DIGEST)
    assert await store.revoke_key("key-2", NOW, with_made=True) == []
    assert await store.key(DIGEST) == key()


async def exchange(store, code, now=NOW, name="key-1"):
    return await store.exchange_login_code(code, key(name, created_at=now), f"{name} {code}")


async def test_a_login_code_works_once(stores):
    await stores[0].add_login_code("a", NOW + 1000)
    tries = (exchange(stores[n % 2], "a", name=f"key-{n}") for n in range(6))
    assert (await asyncio.gather(*tries)).count(True) == 1
    assert len(await stores[0].keys()) == 1


@pytest.mark.parametrize(("now", "works"), [(NOW + 999, True), (NOW + 1000, False)])
async def test_a_login_code_expires(store, now, works):
    await store.add_login_code("a", NOW + 1000)
    assert await exchange(store, "a", now) is works
    assert await exchange(store, "a", NOW, "key-2") is False
    assert len(await store.keys()) == works


async def test_taking_one_code_leaves_the_others(store):
    await store.add_login_code("a", NOW + 1000)
    await store.add_login_code("b", NOW + 1000)
    assert await exchange(store, "unknown") is False
    assert await exchange(store, "a", name="key-1") is True
    assert await exchange(store, "b", name="key-2") is True


async def test_who_was_revoked_lately_is_told(stores):
    one, other = stores
    for name in ("early", "late", "valid"):
        await one.add_key(key(name), name)
    await one.revoke_key("early", NOW - 1)
    await one.revoke_key("late", NOW)
    assert await other.revoked_since(NOW) == ["late"]


async def test_when_a_key_was_used_is_kept(stores):
    await stores[0].add_key(key(), DIGEST)
    await stores[0].note_key_used("key-1", NOW + 7)
    assert await stores[1].key(DIGEST) == key(last_used_at=NOW + 7)


async def test_a_login_code_stays_good_when_its_key_cannot_be_written(store):
    await store.add_key(key("key-1"), DIGEST)
    await store.add_login_code("code", NOW + 1000)
    with pytest.raises(Conflict):
        await store.exchange_login_code("code", key("key-2"), DIGEST)
    assert await store.exchange_login_code("code", key("key-2"), "another") is True
    assert await store.key("another") == key("key-2")


async def made_by_each_other(store):
    """`first` made `second`, which made `third` and a code; `other` made `last`."""
    makers = {"first": None, "second": "first", "third": "second", "other": None, "last": "other"}
    for name, maker in makers.items():
        await store.add_key(key(name, made_by=maker), f"digest {name}")
    await store.add_login_code("code", NOW + 1000, "second")


async def revoked(store):
    return [one.id for one in await store.keys() if one.revoked_at is not None]


async def test_a_key_tells_its_maker(store):
    await made_by_each_other(store)
    made = {one.id: one.made_by for one in await store.keys()}
    assert made["third"] == "second"
    assert made["first"] is None


async def test_a_key_is_revoked_with_all_that_it_made(store):
    await made_by_each_other(store)
    await store.revoke_key("second", NOW + 3)
    assert await revoked(store) == ["second"]
    gone = await store.revoke_key("first", NOW + 5, with_made=True)
    assert [one.id for one in gone] == ["first", "second", "third"]
    assert await revoked(store) == ["first", "second", "third"]
    assert set(await store.revoked_since(NOW + 5)) == {"first", "third"}


async def test_a_code_is_worth_nothing_once_its_maker_is_revoked(store):
    """A stolen key could make one and be used after it had been revoked."""
    await made_by_each_other(store)
    await store.revoke_key("second", NOW)
    assert await exchange(store, "code", name="late") is False


async def test_a_key_of_a_code_has_the_maker_of_the_code(store):
    await made_by_each_other(store)
    assert await exchange(store, "code", name="late") is True
    gone = await store.revoke_key("second", NOW, with_made=True)
    assert [one.id for one in gone] == ["second", "third", "late"]


async def test_what_a_revoked_key_still_makes_is_revoked(stores):
    """Another process may hear of the revocation a moment later."""
    one, other = stores
    await made_by_each_other(one)
    await one.revoke_key("second", NOW + 3, with_made=True)
    await other.add_key(key("late", made_by="second"), "digest late")
    assert (await one.key("digest late")) == key("late", made_by="second", revoked_at=NOW + 3)
