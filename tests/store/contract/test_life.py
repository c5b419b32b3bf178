"""What every store promises of opening and closing."""

import asyncio

import pytest

from tests.fakes import settled
from tests.store.builders import (
    NOW,
    SLUG,
    answer,
    connection,
    key,
    made_show,
    product,
    purchase,
    said,
    texts,
)
from vetrina.store.errors import StoreError
from vetrina.store.ports.shows import Append


async def test_everything_is_there_after_a_restart(make_store):
    before = make_store()
    await before.open()
    await made_show(before)
    await before.append(purchase(1))
    await before.put_products([product(stock=4)])
    await before.add_key(key(), "digest")
    await before.add_connection(connection())
    await before.put_answer(answer())
    salt, events = await before.salt(), await before.events(SLUG)
    await before.close()

    after = make_store()
    await after.open()
    try:
        assert await after.events(SLUG) == events
        appended = await after.append(purchase(2))
        assert (appended.position.epoch, appended.position.seq) == ("kqwhzbea", 2)
        assert await after.products() == [product(stock=4)]
        assert await after.key("digest") == key()
        assert await after.connections() == [connection()]
        assert await after.answer("k1", NOW) == answer()
        assert await after.salt() == salt
    finally:
        await after.close()


async def test_closing_finishes_the_writes_under_way(make_store):
    store = make_store()
    await store.open()
    await made_show(store)
    writes = [
        asyncio.ensure_future(store.append(Append(show=SLUG, events=[said(str(n))])))
        for n in range(50)
    ]
    await settled(3)
    await store.close()
    acknowledged = [one.position.seq for one in await asyncio.gather(*writes)]

    again = make_store()
    await again.open()
    try:
        assert acknowledged == [one.seq for one in await again.events(SLUG)]
        assert texts(await again.events(SLUG)) == [str(n) for n in range(50)]
    finally:
        await again.close()


async def test_a_closed_store_says_so(make_store):
    store = make_store()
    await store.open()
    await store.close()
    for call in (store.ping(), store.append(purchase(1)), store.key("x"), store.salt()):
        with pytest.raises(StoreError, match="closed"):
            await call


async def test_closing_twice_or_unopened_does_no_harm(make_store):
    store = make_store()
    await store.close()
    opened = make_store()
    await opened.open()
    await opened.close()
    await opened.close()


async def test_an_open_store_answers_a_ping(store):
    assert await store.ping() is None


async def test_two_stores_may_open_an_empty_place_at_once(make_store):
    made = [make_store() for _ in range(4)]
    await asyncio.gather(*(store.open() for store in made))
    try:
        await made_show(made[0])
        assert all([await store.show(SLUG) for store in made])
    finally:
        await asyncio.gather(*(store.close() for store in made))
