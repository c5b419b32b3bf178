"""What every store promises of shows and their logs."""

import asyncio
from dataclasses import replace

import pytest

from tests.store.builders import (
    NOW,
    SLUG,
    answer,
    idempotent,
    made_show,
    product,
    purchase,
    receipt,
    record,
    said,
    show,
    texts,
)
from vetrina.domain.catalogue.product import BagEntry
from vetrina.domain.money import Money
from vetrina.domain.show.events import BagChanged, Position, ShowEdited, ShowStarted, StockChanged
from vetrina.domain.show.values import Host, PastDeal
from vetrina.store.errors import Conflict, Taken
from vetrina.store.ports.shows import Append


async def test_a_new_show_has_its_first_events(store):
    first = [BagChanged(NOW, (BagEntry("MUG-1", 1),), (product(),)), ShowStarted(NOW, "live")]
    appended = await store.create_show(show(), first)
    assert appended.position == Position("kqwhzbea", 2)
    assert [one.event for one in await store.events(SLUG)] == first


async def test_a_show_without_events_stands_at_zero(store):
    appended = await store.create_show(show())
    assert appended.position == await store.head(SLUG) == Position("kqwhzbea", 0)
    assert await store.events(SLUG) == []


@pytest.mark.parametrize("host", [None, Host("Giulia"), Host("Giulia", "https://giulia.example")])
async def test_a_show_is_read_as_it_was_written(store, host):
    await store.create_show(show(host=host))
    assert await store.show(SLUG) == show(host=host)


async def test_a_slug_is_given_once(stores):
    one, other = stores
    await one.create_show(show(), [said("first")])
    with pytest.raises(Taken, match="spring-drop"):
        await other.create_show(show(epoch="another"), [said("second")])
    assert texts(await other.events(SLUG)) == ["first"]
    assert (await other.head(SLUG)).epoch == "kqwhzbea"


async def test_of_shows_made_at_once_one_gets_the_slug(store):
    made = await asyncio.gather(
        *(store.create_show(show(epoch=f"e{n}")) for n in range(5)), return_exceptions=True
    )
    assert [isinstance(one, Taken) for one in made].count(True) == 4


async def test_an_unknown_show_is_nowhere(store):
    assert await store.show("nowhere") is None
    assert await store.head("nowhere") is None
    assert await store.events("nowhere") == []
    with pytest.raises(LookupError, match="nowhere"):
        await store.append(Append(show="nowhere", events=[said("x")]))


async def test_shows_come_newest_first(store):
    for slug, at in (("b", 5), ("a", 9), ("c", 9)):
        await made_show(store, slug, created_at=at)
    assert [one.slug for one in await store.shows()] == ["c", "a", "b"]


async def test_events_are_numbered_in_order(store):
    await made_show(store)
    first = await store.append(Append(show=SLUG, events=[said("one"), said("two")], by="Anna"))
    second = await store.append(Append(show=SLUG, events=[said("three")]))
    assert [one.seq for one in first.events] == [1, 2]
    assert second.position == Position("kqwhzbea", 3)
    assert await store.events(SLUG) == [*first.events, *second.events]
    assert [one.by for one in await store.events(SLUG)] == ["Anna", "Anna", None]


async def test_shows_are_numbered_apart(store):
    await made_show(store, "a")
    await made_show(store, "b")
    await store.append(Append(show="a", events=[said("x"), said("y")]))
    appended = await store.append(Append(show="b", events=[said("z")]))
    assert appended.position.seq == 1
    assert texts(await store.events("b")) == ["z"]


async def test_events_are_read_from_a_position(store):
    await made_show(store)
    await store.append(Append(show=SLUG, events=[said(str(n)) for n in range(1, 8)]))
    assert texts(await store.events(SLUG, after=5)) == ["6", "7"]
    assert texts(await store.events(SLUG, after=2, limit=3)) == ["3", "4", "5"]
    assert await store.events(SLUG, after=7) == []


async def test_an_append_may_have_nothing_to_say(store):
    await made_show(store)
    await store.append(Append(show=SLUG, events=[said("x")]))
    nothing = await store.append(Append(show=SLUG, events=[], receipts=[receipt("d1")]))
    assert nothing.position.seq == 1
    assert nothing.events == ()
    assert await store.seen_deliveries("c1", ["d1"]) == {"d1"}


async def test_a_decision_on_an_old_state_conflicts(stores):
    one, other = stores
    await made_show(one)
    await one.append(Append(show=SLUG, events=[said("first")], after=0))
    with pytest.raises(Conflict, match="stands at 1, not at 0"):
        await other.append(Append(show=SLUG, events=[said("late")], after=0))
    await other.append(Append(show=SLUG, events=[said("second")], after=1))
    assert texts(await one.events(SLUG)) == ["first", "second"]


async def test_of_equal_decisions_at_once_one_is_written(store):
    await made_show(store)
    made = await asyncio.gather(
        *(store.append(Append(show=SLUG, events=[said(str(n))], after=0)) for n in range(9)),
        return_exceptions=True,
    )
    written = [one for one in made if not isinstance(one, Exception)]
    assert len(written) == 1
    assert all(isinstance(one, Conflict) for one in made if one not in written)
    assert await store.events(SLUG) == list(written[0].events)


async def test_what_needs_no_decision_goes_in_whatever_came_between(stores):
    one, other = stores
    await made_show(one)
    await asyncio.gather(
        *(stores[n % 2].append(Append(show=SLUG, events=[said(str(n))])) for n in range(20))
    )
    recorded = await other.events(SLUG)
    assert [one.seq for one in recorded] == list(range(1, 21))
    assert sorted(texts(recorded), key=int) == [str(n) for n in range(20)]


async def test_a_purchase_is_written_with_its_receipt_and_record(store):
    await made_show(store)
    appended = await store.append(purchase(1))
    assert [one.event for one in appended.events] == list(purchase(1).events)
    assert await store.events(SLUG) == list(appended.events)
    assert await store.seen_deliveries("c1", ["d1"]) == {"d1"}
    assert await store.order_records("c1", ["p1"]) == {"p1": record("p1", version=1)}


@pytest.mark.parametrize(
    "clash",
    [
        {"after": 7},
        {"receipts": [receipt("fresh"), receipt("d1")]},
        {"receipts": [receipt("twice"), receipt("twice")]},
        {"records": [record("fresh"), record("p1", version=0)]},
        {"records": [record("fresh"), record("p1", version=2)]},
        {"records": [record("unknown", version=1)]},
        {"request": idempotent("k1")},
    ],
    ids=["head", "receipt", "receipt twice", "record", "record ahead", "no record", "answer"],
)
async def test_a_conflict_leaves_nothing_of_its_append(store, clash):
    await made_show(store)
    await store.put_products([product(stock=5)])
    await store.append(purchase(1))
    await store.put_answer(answer("k1"))
    parts = {"receipts": [receipt("fresh")], "records": [record("fresh")], **clash}
    with pytest.raises(Conflict):
        await store.append(Append(show=SLUG, events=[StockChanged(NOW, "MUG-1", 0)], **parts))
    assert (await store.head(SLUG)).seq == len(await store.events(SLUG)) == 1
    assert await store.seen_deliveries("c1", ["fresh", "twice"]) == set()
    assert set(await store.order_records("c1", ["fresh", "unknown"])) == set()
    assert [one.stock for one in await store.products()] == [5]
    assert (await store.answer("k1", NOW)).body == b"sealed"


async def test_a_conflict_fails_only_itself(store):
    await made_show(store)
    await store.append(purchase(1))
    made = await asyncio.gather(
        *(store.append(purchase(number)) for number in (2, 1, 3, 1, 4)), return_exceptions=True
    )
    assert [isinstance(one, Conflict) for one in made] == [False, True, False, True, False]
    assert [one.seq for one in await store.events(SLUG)] == [1, 2, 3, 4]


async def test_a_delivery_that_comes_twice_at_once_counts_once(stores):
    await made_show(stores[0])
    made = await asyncio.gather(
        *(stores[n % 2].append(purchase(1)) for n in range(8)), return_exceptions=True
    )
    assert [isinstance(one, Conflict) for one in made].count(False) == 1
    assert len(await stores[0].events(SLUG)) == 1


async def test_what_is_kept_of_a_show_follows_its_edits(stores):
    await made_show(stores[0], starts_at=NOW)
    await made_show(stores[0], "other")
    edited = ShowEdited(
        at=NOW + 5, title="Summer", currency="USD", host=Host("Lia", "https://lia.example"),
        starts_at=None, archived=True,
    )  # fmt: skip
    first = replace(edited, title="Overtaken", archived=False)
    await stores[0].append(Append(show=SLUG, events=[first, edited]))
    told = await stores[1].show(SLUG)
    assert (told.title, told.currency, told.starts_at) == ("Summer", "USD", None)
    assert told.archived
    assert told.host == Host("Lia", "https://lia.example")
    again = replace(edited, host=None, starts_at=NOW, archived=False)
    await stores[0].append(Append(show=SLUG, events=[again]))
    told = await stores[1].show(SLUG)
    assert (told.host, told.starts_at, told.archived) == (None, NOW, False)
    assert await stores[1].show("other") == show("other")


async def test_stock_in_the_catalogue_follows_the_events(store):
    await made_show(store)
    await store.put_products([product(stock=9), product("APR-3"), product("CUP-4", stock=2)])
    changes = [
        StockChanged(NOW, "MUG-1", 8),
        StockChanged(NOW, "MUG-1", 7),
        StockChanged(NOW, "APR-3", 4),
        StockChanged(NOW, "CUP-4", None),
        StockChanged(NOW, "NOT-IN-THE-CATALOGUE", 1),
    ]
    await store.append(Append(show=SLUG, events=changes))
    assert [one.stock for one in await store.products()] == [7, 4, None]


async def test_first_events_set_the_stock_too(store):
    await store.put_products([product(stock=9)])
    await store.create_show(show(), [StockChanged(NOW, "MUG-1", 3)])
    assert [one.stock for one in await store.products()] == [3]


async def test_a_refused_append_leaves_no_past_deal(store):
    await made_show(store)
    deal = PastDeal("MUG-1", Money(1200, "EUR"), NOW)
    with pytest.raises(Conflict):
        await store.append(Append(show=SLUG, events=[said("x")], after=7, past_deals=[deal]))
    assert await store.prices(["MUG-1"], 0) == []
