"""A connection that is made again for ever still ends when it should."""

from __future__ import annotations

import asyncio

from tests.bus.timings import BRISK
from tests.waiting import PATIENCE_S, until
from vetrina.bus.redis.reconnect import keep_connected


async def test_a_connection_that_breaks_while_it_is_closed_ends() -> None:
    """The end of a server takes its Valkey along, and a worker went on connecting for ever."""
    broken: list[str] = []

    async def serve() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(asyncio.Event().wait())
            await asyncio.sleep(0)
            asyncio.get_running_loop().call_soon(running.cancel)
            raise ConnectionError

    running = asyncio.create_task(keep_connected(serve, broken.append, BRISK.backoff()))
    done, _ = await asyncio.wait({running}, timeout=PATIENCE_S)
    assert done
    assert running.cancelled()
    assert broken == ["closed the connection"]


async def test_whatever_breaks_it_is_tried_again() -> None:
    broken: list[str] = []
    errors: list[Exception] = [ConnectionRefusedError(111, "refused"), ValueError("a bug")]

    async def serve() -> None:
        if errors:
            raise errors.pop(0)
        await asyncio.Event().wait()

    running = asyncio.create_task(keep_connected(serve, broken.append, BRISK.backoff()))
    await until(lambda: not errors)
    running.cancel()
    await asyncio.wait({running})
    assert broken == ["cannot be reached (Connection refused)", "closed the connection"]
