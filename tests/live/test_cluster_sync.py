"""The comparing of heads goes on whatever fails, and ends when it should."""

from __future__ import annotations

import asyncio

import pytest

from tests.fakes import FakeClock, settled
from tests.live.conftest import SLUG
from tests.live.second_process import Process, joined
from tests.waiting import PATIENCE_S
from vetrina.domain.show import commands as cmd
from vetrina.live.cluster_sync import EVERY_MS
from vetrina.store.errors import StoreError


@pytest.mark.parametrize("turns", range(8))
async def test_it_ends_although_a_doubt_comes_in_that_instant(
    pair: list[Process], turns: int
) -> None:
    """The cancellation was taken for one of its own, and the server waited for its end for ever."""
    _, other = pair
    running = asyncio.create_task(other.sync.run())
    await settled()
    other.doubt()
    for _ in range(turns):
        await asyncio.sleep(0)
    running.cancel()
    done, _ = await asyncio.wait({running}, timeout=PATIENCE_S)
    assert done


async def test_a_store_that_is_away_is_asked_again_soon(
    pair: list[Process], clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    """It failed as a whole before, and was started again after half a minute."""
    one, other = pair
    transport, watcher = await joined(other)
    one.bus._exchange.losing = True
    heads = other.store.heads

    async def away(_: object) -> object:
        raise StoreError("the database does not answer")

    other.store.heads = away  # type: ignore[method-assign,assignment]
    running = asyncio.create_task(other.sync.run())
    for _ in range(3):
        await settled()
        clock.advance(EVERY_MS)
    assert not running.done()
    assert caplog.text.count("cannot compare with the store") == 1
    other.store.heads = heads  # type: ignore[method-assign]
    appended = await one.shows.handle(SLUG, [cmd.PinProduct("MUG-1")])
    async with asyncio.timeout(PATIENCE_S):
        while watcher.position != appended.position:
            clock.advance(EVERY_MS)
            await asyncio.to_thread(int)
            watcher.take(transport.frames())
    running.cancel()
