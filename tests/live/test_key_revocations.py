"""KeyRevocations that no message told of: the command line's, another process's."""

import asyncio

from tests.fakes import settled
from tests.store.builders import key
from tests.waiting import PATIENCE_S
from vetrina.live.key_revocations import POLL_EVERY_MS, KeyRevocations


async def test_a_key_revoked_elsewhere_is_published_once_within_a_second(stage):
    store, clock, told = stage.store, stage.clock, []
    await store.add_key(key("key-1", created_at=clock.now_ms()), "a")

    async def tell(key_id):
        told.append(key_id)

    revocations = KeyRevocations(store, clock, tell)
    await revocations.poll()
    assert told == []
    await store.revoke_key("key-1", clock.now_ms())
    for _ in range(3):
        clock.advance(POLL_EVERY_MS)
        await revocations.poll()
    assert told == ["key-1"]
    assert POLL_EVERY_MS < 1_000


async def test_it_looks_again_and_again(stage):
    store, clock, told = stage.store, stage.clock, asyncio.Queue()
    task = asyncio.create_task(KeyRevocations(store, clock, told.put).run())
    while clock.sleepers == 0:
        await settled()
    await store.add_key(key("key-1", created_at=clock.now_ms()), "a")
    await store.revoke_key("key-1", clock.now_ms())
    clock.advance(POLL_EVERY_MS)
    assert await asyncio.wait_for(told.get(), PATIENCE_S) == "key-1"
    task.cancel()
