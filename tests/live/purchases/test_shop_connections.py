"""Connections are found by everybody who asks, from the first moment after a start."""

from __future__ import annotations

import asyncio

from vetrina.connectors import CONNECTORS
from vetrina.live.purchases.shop_connections import NOTE_EVERY_MS, Connections


async def test_deliveries_that_come_together_after_a_restart_all_find_their_connection(stage):
    before = Connections(stage.store, stage.clock, CONNECTORS)
    made, _ = await before.create("generic", show=None, secret=None, options={})

    after = Connections(stage.store, stage.clock, CONNECTORS)
    found = await asyncio.gather(*(after.get(made.id) for _ in range(8)))
    assert [one and one.id for one in found] == [made.id] * 8


async def test_a_connection_made_while_others_are_read_is_known(stage):
    connections = Connections(stage.store, stage.clock, CONNECTORS)
    _, (made, _) = await asyncio.gather(
        connections.all(), connections.create("generic", show=None, secret=None, options={})
    )
    assert await connections.get(made.id) is not None


async def test_what_another_process_made_is_found_once_the_memory_is_old(stage):
    here = Connections(stage.store, stage.clock, CONNECTORS)
    assert await here.all() == []
    there = Connections(stage.store, stage.clock, CONNECTORS)
    await there.create("generic", show=None, secret=None, options={})

    assert await here.all() == []
    stage.clock.advance(Connections.FRESH_MS)
    assert len(await here.all()) == 1


async def test_a_delivery_to_an_address_that_another_process_has_just_made_finds_it(stage):
    """Shops say hello to a new address at once. A flood of made-up ones costs few reads."""
    here = Connections(stage.store, stage.clock, CONNECTORS)
    assert await here.all() == []
    there = Connections(stage.store, stage.clock, CONNECTORS)
    made, _ = await there.create("generic", show=None, secret=None, options={})
    read, reads = stage.store.connections, []

    async def counted():
        reads.append(1)
        return await read()

    stage.store.connections = counted
    stage.clock.advance(Connections.UNKNOWN_MS)
    assert await here.get(made.id) is not None
    for number in range(100):
        assert await here.get(f"con_{number}") is None
    assert len(reads) == 1


class SetBack:
    """A clock whose wall time was set back by an hour; what passes since then is true."""

    def __init__(self, clock):
        self._clock = clock
        self.monotonic = clock.monotonic

    def now_ms(self):
        return self._clock.now_ms() - 3_600_000


async def test_a_delivery_on_its_way_does_not_bring_a_removed_connection_back(stage):
    connections = Connections(stage.store, stage.clock, CONNECTORS)
    made, _ = await connections.create("generic", show=None, secret=None, options={})
    assert await connections.remove(made.id)
    await connections.note(made, "not signed")
    assert await connections.get(made.id) is None
    await connections.drop_older_secrets(made)
    assert await connections.all() == []


async def test_a_clock_that_is_set_back_does_not_keep_the_memory_old(stage):
    here = Connections(stage.store, stage.clock, CONNECTORS)
    there = Connections(stage.store, stage.clock, CONNECTORS)
    made, _ = await there.create("generic", show=None, secret=None, options={})
    found = await here.get(made.id)
    await here.note(found, "first")
    here._clock = SetBack(stage.clock)
    stage.clock.advance(NOTE_EVERY_MS)
    await here.note(found, "second")
    assert (await stage.store.connection(made.id)).last_refusal == "second"
    await there.remove(made.id)
    assert await here.get(made.id) is None


async def test_a_secret_let_go_of_elsewhere_is_good_for_less_than_a_second_without_a_message(stage):
    here = Connections(stage.store, stage.clock, CONNECTORS)
    there = Connections(stage.store, stage.clock, CONNECTORS)
    made, old = await there.create("generic", show=None, secret=None, options={})
    changed, new = await there.add_secret(made, None)
    assert (await here.get(made.id)).secrets == (new, old)
    await there.drop_older_secrets(changed)
    stage.clock.advance(999)
    assert (await here.get(made.id)).secrets == (new,)


async def test_a_secret_let_go_of_elsewhere_is_refused_at_once_after_a_message(stage):
    here = Connections(stage.store, stage.clock, CONNECTORS)

    async def tell(connection_id):
        here.reread(connection_id)

    there = Connections(stage.store, stage.clock, CONNECTORS, tell)
    made, old = await there.create("generic", show=None, secret=None, options={})
    changed, new = await there.add_secret(made, None)
    assert (await here.get(made.id)).secrets == (new, old)
    await there.drop_older_secrets(changed)
    assert (await here.get(made.id)).secrets == (new,)
    await there.remove(made.id)
    assert await here.get(made.id) is None


async def test_an_answer_that_was_on_its_way_during_a_change_is_not_kept(stage):
    """The store was asked before the change and answers after the message of it."""
    here = Connections(stage.store, stage.clock, CONNECTORS)
    there = Connections(stage.store, stage.clock, CONNECTORS)
    made, _ = await there.create("generic", show=None, secret=None, options={})
    changed, new = await there.add_secret(made, None)
    read = stage.store.connections

    async def slow():
        found = await read()
        await there.drop_older_secrets(changed)
        here.reread(made.id)
        return found

    stage.store.connections = slow
    await here.get(made.id)
    stage.store.connections = read
    assert (await here.get(made.id)).secrets == (new,)


async def test_a_bus_that_fails_does_not_keep_a_secret_from_being_let_go_of(stage):
    async def fail(_):
        raise ConnectionError("away")

    here = Connections(stage.store, stage.clock, CONNECTORS, fail)
    made, _ = await here.create("generic", show=None, secret=None, options={})
    changed, new = await here.add_secret(made, None)
    assert (await here.drop_older_secrets(changed)).secrets == (new,)
