"""What every store promises of connections, deliveries and orders."""

import asyncio

import pytest

from tests.store.builders import NOW, connection, made_show, receipt, record, said
from vetrina.domain.money import Money
from vetrina.domain.selling.order import OrderLine
from vetrina.store.errors import Conflict
from vetrina.store.ports.shows import Append


async def test_a_connection_is_read_as_it_was_written(store):
    slug = await made_show(store)
    full = connection(
        kind="tiktok", show=slug, secrets=("a", "b"), options={"app_key": "68xu", "shop": "x"}
    )
    await store.add_connection(full)
    assert await store.connection("c1") == full
    assert await store.connection("c2") is None


async def test_connections_come_oldest_first(store):
    for connection_id, at in (("b", 7), ("a", 3), ("c", 7)):
        await store.add_connection(connection(connection_id, created_at=at))
    assert [one.id for one in await store.connections()] == ["a", "b", "c"]


async def test_a_removed_connection_leaves_its_orders(store):
    await store.add_connection(connection())
    await store.put_receipts([receipt("d1")], [record("p1")])
    assert await store.remove_connection("c1") is True
    assert await store.remove_connection("c1") is False
    assert await store.connections() == []
    assert set(await store.order_records("c1", ["p1"])) == {"p1"}
    assert await store.seen_deliveries("c1", ["d1"]) == {"d1"}


async def test_a_verified_delivery_is_noted(store):
    await store.add_connection(connection())
    await store.note_delivery("c1", NOW + 5, None)
    noted = connection(last_delivery_at=NOW + 5, last_verified_at=NOW + 5)
    assert await store.connection("c1") == noted


async def test_a_refused_delivery_is_noted_with_its_reason(store):
    await store.add_connection(connection())
    await store.note_delivery("c1", NOW + 5, None)
    await store.note_delivery("c1", NOW + 7, "bad_signature")
    assert await store.connection("c1") == connection(
        last_delivery_at=NOW + 7,
        last_verified_at=NOW + 5,
        last_refused_at=NOW + 7,
        last_refusal="bad_signature",
    )


async def test_notes_that_come_together_leave_the_newest(store):
    for connection_id in ("c1", "c2", "c3"):
        await store.add_connection(connection(connection_id))
    notes = [
        ("c1", NOW + 1, "too_old"),
        ("c1", NOW + 2, "bad_signature"),
        ("c1", NOW + 3, None),
        ("c2", NOW + 4, None),
        ("c2", NOW + 5, "bad_signature"),
        ("gone", NOW + 6, None),
    ]
    await asyncio.gather(*(store.note_delivery(*note) for note in notes))
    one, two, three = await store.connections()
    assert (one.last_delivery_at, one.last_verified_at) == (NOW + 3, NOW + 3)
    assert (one.last_refused_at, one.last_refusal) == (NOW + 2, "bad_signature")
    assert (two.last_delivery_at, two.last_verified_at) == (NOW + 5, NOW + 4)
    assert three == connection("c3")


async def test_a_delivery_is_seen_on_its_own_connection(store):
    await store.put_receipts([receipt("d1"), receipt("d2"), receipt("d1", connection="c2")])
    assert await store.seen_deliveries("c1", ["d1", "d3", "d2"]) == {"d1", "d2"}
    assert await store.seen_deliveries("c2", ["d1", "d2"]) == {"d1"}
    assert await store.seen_deliveries("c1", []) == set()


async def test_many_deliveries_may_be_asked_for_at_once(store):
    ids = [f"d{n}" for n in range(40_000)]
    await store.put_receipts([receipt(delivery) for delivery in ids[::2]])
    assert await store.seen_deliveries("c1", ids) == set(ids[::2])
    with pytest.raises(Conflict):
        await store.put_receipts([receipt(delivery) for delivery in ids])


async def test_look_ups_that_come_together_are_told_apart(store):
    for source in ("c1", "c2"):
        await store.put_receipts(
            [receipt(f"{source}-only", source), receipt("both", source)],
            [record(f"{source}-only", connection=source), record("both", connection=source)],
        )
    asked = ["c1-only", "c2-only", "both"]
    seen = await asyncio.gather(*(store.seen_deliveries(f"c{n}", asked) for n in (1, 2, 3)))
    found = await asyncio.gather(*(store.order_records(f"c{n}", asked) for n in (1, 2, 3)))
    assert seen == [{"c1-only", "both"}, {"c2-only", "both"}, set()]
    assert [set(one) for one in found] == seen
    assert {one.connection for one in found[1].values()} == {"c2"}


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"lines": None, "void": True, "show": None},
        {"taken_back": {"MUG-1": 1, "ü": 2}, "test": True},
        {"lines": (OrderLine("A", 1), OrderLine("A", 3, Money(5, "JPY"), "Ä"))},
    ],
    ids=["plain", "tombstone", "taken back", "lines"],
)
async def test_an_order_is_read_as_it_was_written(store, more):
    await store.put_receipts([], [record("p1", **more)])
    assert await store.order_records("c1", ["p1", "p2"]) == {"p1": record("p1", version=1, **more)}


async def test_an_order_knows_how_often_it_was_written(stores):
    one, other = stores
    await one.put_receipts([], [record("p1")])
    [known] = (await other.order_records("c1", ["p1"])).values()
    await other.put_receipts([], [record("p1", version=known.version, void=True)])
    [again] = (await one.order_records("c1", ["p1"])).values()
    assert (again.version, again.record.void) == (2, True)


@pytest.mark.parametrize(
    ("receipts", "records"),
    [
        ([receipt("new"), receipt("old")], []),
        ([receipt("new")], [record("old", version=0)]),
        ([receipt("new")], [record("old", version=2)]),
        ([receipt("new")], [record("new"), record("new")]),
    ],
    ids=["receipt", "record", "record ahead", "record twice"],
)
async def test_what_is_there_already_conflicts(store, receipts, records):
    await store.put_receipts([receipt("old")], [record("old")])
    with pytest.raises(Conflict):
        await store.put_receipts(receipts, records)
    assert await store.seen_deliveries("c1", ["new"]) == set()
    assert await store.order_records("c1", ["old", "new"]) == {"old": record("old", version=1)}


async def test_an_order_is_settled_once_whoever_comes_first(stores):
    await made_show(stores[0])

    async def settle(number):
        store = stores[number % 2]
        if number % 3:
            return await store.put_receipts([receipt()], [record("p1")])
        return await store.append(
            Append(show="spring-drop", events=[said("sold")], records=[record("p1")])
        )

    made = await asyncio.gather(*map(settle, range(12)), return_exceptions=True)
    assert [isinstance(one, Conflict) for one in made].count(False) == 1
    [known] = (await stores[0].order_records("c1", ["p1"])).values()
    assert known.version == 1


async def test_the_salt_is_made_once(stores):
    salts = await asyncio.gather(*(stores[n % 2].salt() for n in range(6)))
    assert len(set(salts)) == 1
    assert len(salts[0]) >= 16


async def test_two_installations_have_different_salts(store, tmp_path):
    from vetrina.store.sql.store import sqlite_store

    other = sqlite_store(tmp_path / "elsewhere")
    await other.open()
    try:
        assert await other.salt() != await store.salt()
    finally:
        await other.close()


async def test_only_a_real_order_that_a_show_counts_has_counted(store):
    line = OrderLine("MUG-1", 1, title='"show":"x","test":false')
    await store.put_receipts([], [record("p1", lines=(line,), show=None)])
    await store.put_receipts([], [record("p2", lines=(line,), show="s1", test=True)])
    assert not await store.has_counted("c1")
    await store.put_receipts([], [record("p3", lines=(line,), show="s1")])
    assert await store.has_counted("c1")
    assert not await store.has_counted("c2")
