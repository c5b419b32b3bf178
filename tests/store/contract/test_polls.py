"""What every store promises of the polls of shops."""

import asyncio
from dataclasses import replace

import pytest

from tests.store.builders import NOW, connection
from vetrina.store.ports.polls import Poll

POLL = Poll(
    connection="c1",
    address="https://shop.example",
    key="ck_1",
    secret="cs_1",
    since=NOW,
    page="3",
    last_failure="refused",
)


@pytest.fixture
async def stores_with_shops(store):
    for connection_id in ("c1", "c2"):
        await store.add_connection(connection(connection_id))
    return store


async def test_a_poll_is_read_as_it_was_written(stores_with_shops):
    store = stores_with_shops
    other = replace(POLL, connection="c2", secret=None, page=None)
    await store.put_poll(other)
    await store.put_poll(POLL)
    assert await store.poll("c1") == POLL
    assert await store.polls() == [POLL, other]
    assert await store.poll("c3") is None


async def test_where_a_poll_stands_is_noted_and_its_key_stays(stores_with_shops):
    store = stores_with_shops
    await store.put_poll(POLL)
    now = replace(POLL, key="", secret=None, since=NOW + 1, page=None, found=4, last_poll_at=NOW)
    assert await store.note_poll(now) is True
    assert await store.poll("c1") == replace(now, key="ck_1", secret="cs_1")


async def test_a_poll_that_asks_elsewhere_by_now_is_not_moved(stores_with_shops):
    """The seller moved the shop while a round ran: its cursor is not that of the new shop."""
    store = stores_with_shops
    await store.put_poll(POLL)
    assert await store.note_poll(replace(POLL, address="https://old.example", found=9)) is False
    assert await store.note_poll(replace(POLL, connection="c2")) is False
    assert await store.polls() == [POLL]


async def test_a_poll_goes_by_itself_and_with_its_connection(stores_with_shops):
    store = stores_with_shops
    await store.put_poll(POLL)
    assert await store.remove_poll("c1") is True
    assert await store.remove_poll("c1") is False
    await store.put_poll(POLL)
    await store.remove_connection("c1")
    assert await store.polls() == []


async def test_a_poll_is_replaced_by_whoever_writes_last(stores):
    await stores[0].add_connection(connection())
    await asyncio.gather(*(store.put_poll(POLL) for store in stores * 3))
    assert await stores[0].polls() == [POLL]


def test_a_key_is_in_no_text_about_a_poll():
    assert "ck_1" not in repr(POLL)
    assert "cs_1" not in repr(POLL)
