"""Commits are shared, faults are not."""

import asyncio
import sqlite3

import pytest
from sqlalchemy import event, insert, text
from sqlalchemy.exc import OperationalError

from tests.fakes import settled
from tests.store.builders import SLUG, made_show, product, purchase, said, texts
from vetrina.store.errors import Conflict, StoreError, StoreFault
from vetrina.store.ports.shows import Append
from vetrina.store.sql import tables
from vetrina.store.sql.store import FILE, sqlite_store


@pytest.fixture
def make_store(tmp_path):
    """SQLite, whose write lock another program can hold."""
    return lambda: sqlite_store(tmp_path / "data")


@pytest.fixture
async def locked(store, tmp_path):
    """Another program holds the write lock until its transaction ends."""
    await made_show(store)
    other = sqlite3.connect(tmp_path / "data" / FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()


@pytest.fixture
def commits(store):
    seen = []
    event.listen(store._database._writing, "commit", seen.append)
    return seen


async def test_writes_that_wait_together_share_a_commit(store, locked, commits):
    writes = [asyncio.ensure_future(store.append(purchase(number))) for number in range(60)]
    await settled()
    locked.execute("ROLLBACK")
    numbers = [one.position.seq for one in await asyncio.gather(*writes)]
    assert numbers == list(range(1, 61))
    assert len(commits) <= 2


async def test_nobody_hears_of_a_write_before_its_commit(store, tmp_path):
    """Another connection sees an event as soon as its writer is told of it."""
    await made_show(store)
    other = sqlite3.connect(tmp_path / "data" / FILE)
    for number in range(1, 20):
        await store.append(Append(show=SLUG, events=[said(str(number))]))
        assert other.execute("SELECT max(seq) FROM events").fetchone() == (number,)
    other.close()


async def test_a_write_of_another_process_is_waited_for(store, locked):
    write = asyncio.ensure_future(store.append(Append(show=SLUG, events=[said("ours")])))
    await settled()
    locked.execute(
        "INSERT INTO events VALUES ('spring-drop', 1, 'panicked', 1, NULL, '{\"at\":1}')"
    )
    locked.execute("UPDATE shows SET seq = 1")
    locked.execute("COMMIT")
    assert (await write).position.seq == 2
    assert [one.seq for one in await store.events(SLUG)] == [1, 2]


async def test_reads_do_not_wait_for_a_writer(store, locked):
    assert (await store.head(SLUG)).seq == 0
    assert await store.products() == []


async def test_what_one_write_breaks_is_found_among_many(store, locked):
    """A row without its show is refused by the database itself, in the middle of a group."""
    orphan = insert(tables.events).values(show="no", seq=1, type="x", at=1, data="{}")

    def at_once(connection):
        connection.execute(orphan)

    def bug(connection):
        connection.execute(text("UPDATE products SET title = 'gone'"))
        raise ZeroDivisionError

    writes = [
        asyncio.ensure_future(write)
        for write in (
            store.append(Append(show=SLUG, events=[said("a")])),
            store._write_alone(at_once),
            store.put_products([product()]),
            store._write_alone(bug),
            store.append(Append(show=SLUG, events=[said("b")])),
        )
    ]
    await settled()
    locked.execute("ROLLBACK")
    made = await asyncio.gather(*writes, return_exceptions=True)
    assert [type(one) for one in made[1:4]] == [Conflict, type(None), ZeroDivisionError]
    assert texts(await store.events(SLUG)) == ["a", "b"]
    assert await store.products() == [product()]


async def test_when_the_commit_fails_every_write_does(store, locked):
    def fail(connection):
        raise OperationalError("COMMIT", {}, sqlite3.OperationalError("disk I/O error"))

    event.listen(store._database._writing, "commit", fail)
    writes = [asyncio.ensure_future(store.append(purchase(number))) for number in range(5)]
    await settled()
    locked.execute("ROLLBACK")
    made = await asyncio.gather(*writes, return_exceptions=True)
    event.remove(store._database._writing, "commit", fail)
    assert [str(one) for one in made] == ["The database failed: disk I/O error"] * 5
    assert {type(one) for one in made} == {StoreFault}
    assert await store.events(SLUG) == []
    assert (await store.append(purchase(7))).position.seq == 1


async def test_a_full_disk_fails_the_write_and_keeps_what_was_there(store):
    await made_show(store)
    await store.append(Append(show=SLUG, events=[said("before")]))

    def no_more_pages(connection):
        pages = connection.execute(text("PRAGMA page_count")).scalar()
        connection.execute(text(f"PRAGMA max_page_count={pages}"))

    await store._write_alone(no_more_pages)
    large = [said("x" * 90) for _ in range(500)]
    made = await asyncio.gather(
        store.append(Append(show=SLUG, events=large)),
        store.put_products([product(f"SKU-{n}") for n in range(500)]),
        return_exceptions=True,
    )
    assert [str(one) for one in made] == ["The database failed: database or disk is full"] * 2
    assert texts(await store.events(SLUG)) == ["before"]
    await store._write_alone(lambda sql: sql.execute(text("PRAGMA max_page_count=100000")).all())
    await store.append(Append(show=SLUG, events=[said("after")]))
    assert texts(await store.events(SLUG)) == ["before", "after"]


async def test_no_error_text_holds_what_was_to_be_written(store):
    with pytest.raises(StoreError) as caught:
        await store._write_alone(
            lambda sql: sql.execute(text("SELECT :s FROM no"), {"s": "whsec_x"})
        )
    assert str(caught.value) == "The database failed: no such table: no"


async def test_a_full_disk_is_named_where_only_one_write_meets_it(store):
    """The failure undoes the whole transaction, its savepoints too."""

    def no_more_pages(connection):
        pages = connection.execute(text("PRAGMA page_count")).scalar()
        connection.execute(text(f"PRAGMA max_page_count={pages}"))

    await store._write_alone(no_more_pages)
    with pytest.raises(StoreError, match="disk is full"):
        await store.put_products([product(f"SKU-{n}") for n in range(5000)])
    assert await store.products() == []
