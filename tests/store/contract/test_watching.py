"""What every store tells whoever watches it."""

import asyncio

from tests.store.builders import SLUG, made_show, said
from vetrina.store.ports.shows import Append


class Watcher:
    def __init__(self):
        self.tables = []
        self.took = []
        self.store_read = self.tables.append
        self.store_appended = self.took.append


async def test_each_statement_that_reads_is_told_with_its_table(store):
    watcher = Watcher()
    await made_show(store)
    store.watched_by(watcher)
    await store.events(SLUG)
    await store.head(SLUG)
    assert watcher.tables == ["events", "shows"]


async def test_look_ups_that_wait_together_are_told_each(store):
    watcher = Watcher()
    await made_show(store)
    store.watched_by(watcher)
    await asyncio.gather(*(store.seen_deliveries(f"c{n}", ["d"]) for n in range(3)))
    assert set(watcher.tables) == {"receipts"}
    assert 1 <= len(watcher.tables) <= 3


async def test_appends_are_told_with_their_time_and_what_they_read_is_not(store):
    watcher = Watcher()
    await made_show(store)
    store.watched_by(watcher)
    await store.append(Append(show=SLUG, events=[said("a")]))
    assert (len(watcher.took), watcher.tables) == (1, [])
    assert watcher.took[0] > 0
