"""Look-ups share a connection; a wrong one spoils no other."""

import asyncio

import pytest
from sqlalchemy import text

from tests.fakes import settled
from tests.store.builders import SLUG, key, made_show
from vetrina.store.errors import StoreError
from vetrina.store.sql.store import sqlite_store


@pytest.fixture
async def store(tmp_path):
    made = sqlite_store(tmp_path)
    await made.open()
    yield made
    await made.close()


async def test_a_look_up_that_fails_fails_for_itself(store):
    await made_show(store)

    def bug(connection, items):
        raise ZeroDivisionError

    asked = await asyncio.gather(
        store.show(SLUG),
        store._row(text("SELECT * FROM nowhere")),
        store._look_up(bug, 1),
        store.head(SLUG),
        return_exceptions=True,
    )
    assert [type(one).__name__ for one in asked] == [
        "Show",
        "StoreFault",
        "ZeroDivisionError",
        "Position",
    ]
    assert str(asked[1]) == "The database failed: no such table: nowhere"


async def test_look_ups_that_wait_together_are_one_visit(store, monkeypatch):
    await store.add_key(key(), "digest")
    visits = []
    read = store._database.read

    def counted(work):
        visits.append(work)
        return read(work)

    monkeypatch.setattr(store._database, "read", counted)
    asks = [asyncio.ensure_future(store.key("digest")) for _ in range(40)]
    await settled(2)
    asks += [asyncio.ensure_future(store.seen_deliveries("c1", ["d"])) for _ in range(40)]
    assert await asyncio.gather(*asks) == [key()] * 40 + [set()] * 40
    assert len(visits) <= 2


async def test_a_log_that_cannot_be_read_says_which(store):
    await made_show(store)
    row = {"show": SLUG, "type": "from_the_future"}
    wrong = text("INSERT INTO events VALUES (:show, 1, :type, 1, NULL, '{}')")
    await store._write_alone(lambda connection: connection.execute(wrong, row))
    with pytest.raises(StoreError, match=r"show spring-drop cannot be read.*from_the_future"):
        await store.events(SLUG)
