"""Three processes behind nginx: whoever of them ends, nobody misses anything."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.deploy.clusters import Cluster, ClusterViewer, cluster, followers
from tests.waiting import until

VIEWERS = 9


@pytest.fixture
async def three(tmp_path: Path, postgres: str) -> AsyncIterator[Cluster]:
    async with cluster(tmp_path / "cluster", postgres) as opened:
        yield opened


def saw(crowd: list[ClusterViewer], texts: list[str]) -> bool:
    return all(follower.texts == texts for follower in crowd)


async def test_a_killed_process_costs_nobody_an_event(three: Cluster) -> None:
    texts = ["before", "while one is dead", "and another one"]
    async with followers(three.nginx, VIEWERS) as crowd:
        await three.announce(texts[0])
        three.processes[0].kill()
        await three.announce(texts[1])
        await until(lambda: saw(crowd, texts[:2]))
        three.processes[1].kill()
        await three.announce(texts[2])
        await until(lambda: saw(crowd, texts))
    assert [follower.snapshots for follower in crowd] == [1] * VIEWERS
    assert sum(follower.returns for follower in crowd) >= VIEWERS // 3


async def test_a_rolling_restart_leaves_nobody_behind(three: Cluster) -> None:
    """One that was just started has no past to resume from, so some come back to a snapshot."""
    told: list[str] = []
    rolling = True

    async def talk() -> None:
        while rolling:
            told.append(f"line {len(told)}")
            await three.announce(told[-1])

    async with followers(three.nginx, VIEWERS) as crowd:
        talking = asyncio.create_task(talk())
        for process in three.processes:
            assert await asyncio.to_thread(process.stop) in (0, -signal.SIGTERM)
            await asyncio.to_thread(process.start)
        rolling = False
        await talking
        await until(lambda: {one.last_text for one in crowd} == {told[-1]})
    assert len(told) > len(three.processes)
    assert all(follower.returns for follower in crowd)


async def test_nothing_is_missed_while_the_bus_is_away(three: Cluster) -> None:
    async with followers(three.nginx, VIEWERS) as crowd:
        await three.announce("with it")
        await three.bus.close()
        await three.announce("without it", "still without it")
        await until(lambda: saw(crowd, ["with it", "without it", "still without it"]))
        await three.bus.open()
        await three.announce("with it again")
        await until(lambda: len(crowd[0].texts) == 4)
        await until(lambda: saw(crowd, crowd[0].texts))
    assert sum(follower.returns for follower in crowd) == 0


async def test_each_process_answers_by_the_one_address(three: Cluster) -> None:
    """What was written through one can be read from every other at once."""
    await three.announce("hear, hear")
    for process in three.processes:
        show = await asyncio.to_thread(process.call, "GET", "/api/v1/shows/drop")
        assert show["state"]["announcement"]["text"] == "hear, hear"
