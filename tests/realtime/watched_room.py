"""A room behind the real endpoint, with raw clients of whom nothing may be left in the end."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson

from tests.realtime.uvicorn_server import WAYS
from tests.waiting import until
from tests.web.live_socket import HELLO, OVERLAY, LiveSocket, live_socket
from tests.websocket.raw_socket import TEXT, RawSocket, frame, raw_socket
from vetrina.realtime.fair_scheduling import LoopScheduler

VIEWER = frame(TEXT, orjson.dumps(HELLO))
ON_AIR = frame(TEXT, orjson.dumps({"type": "hello", "v": 1, "role": "overlay", "key": OVERLAY}))
HALF = frame(TEXT, b'{"type":"ping"}')[:9]


@asynccontextmanager
async def watched_room(way: str = WAYS[0]) -> AsyncIterator[LiveSocket]:
    """Rounds are served in slices of ten."""
    scheduler = LoopScheduler(asyncio.get_running_loop(), slice=10)
    async with live_socket(scheduler=scheduler, way=way) as live:
        tasks, files = len(asyncio.all_tasks()), open_files()
        yield live
        await until(lambda: not live.hub.clients)
        await until(lambda: len(asyncio.all_tasks()) <= tasks and open_files() <= files)
        assert_nothing_left(live)


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208  (a count, of something that has no path)


def assert_nothing_left(live: LiveSocket) -> None:
    crowd, hub = live.endpoint._counter, live.hub
    assert (crowd._total, crowd._by_address, crowd._unknown) == (0, {}, {})
    assert (hub._deadlines._slots, hub.slow_consumers._since) == ({}, {})
    assert len(live.room.subscribers) == len(live.room.subscribers.lagging) == 0
    assert not (live.room._broadcast._late or live.endpoint._answering)
    for role in ("viewer", "overlay", "control"):
        assert live.metric(f'vetrina_connections{{role="{role}"}}') == 0
    hub.slow_consumers.check(live.clock.now_ms())
    assert live.metric("vetrina_buffered_bytes") == 0


@asynccontextmanager
async def viewer(live: LiveSocket) -> AsyncIterator[RawSocket]:
    async with raw_socket(live.address) as client:
        await client.say(VIEWER)
        assert (await read(client))["type"] == "welcome"
        yield client


async def read(client: RawSocket) -> dict[str, Any]:
    told: dict[str, Any] = orjson.loads((await client.read_frame()).data)
    return told


async def read_events(client: RawSocket, count: int) -> list[str]:
    """The texts of so many events; other frames are passed over."""
    texts: list[str] = []
    while len(texts) < count:
        heard = await read(client)
        texts += [event["text"] for event in heard.get("events", ())]
    return texts
