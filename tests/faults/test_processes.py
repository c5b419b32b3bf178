"""Whole server processes over one store and one Valkey: one is killed, or stands still."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest

from loadtests.chaos.traffic import Traffic
from loadtests.chaos.viewer import ClusterViewer, connected_viewers
from tests.process_tree import frozen, watched
from tests.running_server import Served, make_show, served
from tests.valkey import ValkeyServer
from tests.waiting import PATIENCE_S, until

SHOW = "drop"
VIEWERS = 6
HEARTBEAT_MS = "1000"
"""A viewer gives a silent process up after two and a half of them."""
ANSWERS_S = 1.0
GAUGES = ("vetrina_connections{", "vetrina_buffered_bytes ")


@pytest.fixture
async def pair(tmp_path: Path, valkey: ValkeyServer) -> AsyncIterator[list[Served]]:
    """Two processes over one SQLite file, with the show."""
    with ExitStack() as stack:
        processes = [
            stack.enter_context(
                served(tmp_path / "data", redis=valkey.url, heartbeat_ms=HEARTBEAT_MS)
            )
            for _ in range(2)
        ]
        make_show(processes[0], SHOW)
        yield processes


@asynccontextmanager
async def traffic_and_viewers(
    processes: Sequence[Served],
) -> AsyncIterator[tuple[Traffic, list[ClusterViewer]]]:
    """At the end of the block everybody knows everything, and then everybody leaves."""
    ports = [process.port for process in processes]
    async with AsyncExitStack() as stack:
        traffic = Traffic(SHOW, ports, ANSWERS_S)
        stack.push_async_callback(traffic.close)
        await traffic.open()
        viewers = await stack.enter_async_context(connected_viewers(SHOW, ports, VIEWERS))
        yield traffic, viewers
        log = await traffic.log()
        await until(lambda: all(one.position and one.position[1] == len(log) for one in viewers))
    kinds = Counter(event["type"] for event in log)
    assert [event["seq"] for event in log] == list(range(1, len(log) + 1))
    assert kinds["purchase_confirmed"] == len(traffic.orders)
    told = {event["seq"]: event["text"] for event in log if event["type"] == "announced"}
    assert list(told.values()) == traffic.texts, "each acknowledged command once, in order"
    for one in viewers:
        assert (one.lost, one.doubled) == (0, 0)
        assert one.texts.items() <= told.items()
        if one.snapshots == 1:
            assert one.texts == told


def eventually(condition: Callable[[], object]) -> None:
    """Ask again and again, in a thread of its own, while people watch."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, condition


async def everybody_left(process: Served) -> None:
    """Wait until it keeps nothing for anybody any more."""
    await asyncio.to_thread(eventually, lambda: set(gauges(process).values()) == {0.0})


def gauges(process: Served) -> dict[str, float]:
    lines = httpx.get(f"{process.address}/metrics", timeout=PATIENCE_S).text.splitlines()
    pairs = [line.rsplit(" ", 1) for line in lines if line.startswith(GAUGES)]
    return {name: float(value) for name, value in pairs}


def announced(process: Served) -> str:
    """What a process believes to have been said last."""
    show = process.call("GET", f"/api/v1/shows/{SHOW}")
    return show["state"]["announcement"]["text"]


async def test_one_is_killed_while_people_buy(pair: list[Served]) -> None:
    async with traffic_and_viewers(pair) as (traffic, viewers):
        async with traffic.running(every_s=0.02):
            await until(lambda: len(traffic.texts) > 5)
            await asyncio.to_thread(pair[0].kill)
            said = len(traffic.texts)
            await until(lambda: len(traffic.texts) > said + 5)
            await asyncio.to_thread(pair[0].start)
            said = len(traffic.texts)
            await until(lambda: len(traffic.texts) > said + 5)
        assert sum(one.returns for one in viewers) >= VIEWERS // 2
        # Who came from the dead one went on with the other where it was.
        assert [one.snapshots for one in viewers] == [1] * VIEWERS
    for process in pair:
        await everybody_left(process)


async def test_one_stands_still_and_goes_on(pair: list[Served]) -> None:
    """Its sockets are open, and it says nothing: viewers go to the other one by themselves."""
    async with traffic_and_viewers(pair) as (traffic, viewers):
        await traffic.announce()
        with frozen(pair[0].process.pid):
            for _ in range(3):
                await traffic.announce()
            await until(lambda: all(len(one.texts) == len(traffic.texts) for one in viewers))
        last = traffic.texts[-1]
        await asyncio.to_thread(eventually, lambda: announced(pair[0]) == last)
    for process in pair:
        await everybody_left(process)


async def test_both_are_killed_at_once(pair: list[Served], valkey: ValkeyServer) -> None:
    """And Valkey with them: a power cut."""
    async with traffic_and_viewers(pair) as (traffic, _), traffic.running(every_s=0.02):
        await until(lambda: len(traffic.texts) > 5)
        with watched(*(process.process.pid for process in pair)) as ends:
            for process in pair:
                process.process.kill()
            valkey.kill()
            assert await asyncio.to_thread(ends.wait) == set()
        valkey.start()
        for process in pair:
            await asyncio.to_thread(process.kill)
            await asyncio.to_thread(process.start)
        said = len(traffic.texts)
        await until(lambda: len(traffic.texts) > said + 5)
