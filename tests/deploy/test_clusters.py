"""Three processes behind nginx: whoever of them ends, nobody misses anything."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.deploy.clusters import Cluster, ClusterViewer, cluster, connected_viewers
from tests.waiting import until

VIEWERS = 9


@pytest.fixture
async def three(tmp_path: Path, postgres: str) -> AsyncIterator[Cluster]:
    async with cluster(tmp_path / "cluster", postgres) as opened:
        yield opened


def saw(viewers: list[ClusterViewer], texts: list[str]) -> bool:
    return all(viewer.texts == texts for viewer in viewers)


async def test_a_killed_process_costs_nobody_an_event(three: Cluster) -> None:
    texts = ["before", "while one is dead", "and another one"]
    async with connected_viewers(three.nginx, VIEWERS) as viewers:
        await three.announce(texts[0])
        three.processes[0].kill()
        await three.announce(texts[1])
        await until(lambda: saw(viewers, texts[:2]))
        three.processes[1].kill()
        await three.announce(texts[2])
        await until(lambda: saw(viewers, texts))
    assert [viewer.snapshots for viewer in viewers] == [1] * VIEWERS
    assert sum(viewer.returns for viewer in viewers) >= VIEWERS // 3


async def test_a_rolling_restart_leaves_nobody_behind(three: Cluster) -> None:
    """One that was just started has no past to resume from, so some come back to a snapshot."""
    told: list[str] = []
    rolling = True

    async def talk() -> None:
        while rolling:
            told.append(f"line {len(told)}")
            await three.announce(told[-1])

    async with connected_viewers(three.nginx, VIEWERS) as viewers:
        talking = asyncio.create_task(talk())
        for process in three.processes:
            assert await asyncio.to_thread(process.stop) in (0, -signal.SIGTERM)
            await asyncio.to_thread(process.start)
        rolling = False
        await talking
        await until(lambda: {one.last_text for one in viewers} == {told[-1]})
    assert len(told) > len(three.processes)
    assert all(viewer.returns for viewer in viewers)


async def test_nothing_is_missed_while_the_bus_is_away(three: Cluster) -> None:
    async with connected_viewers(three.nginx, VIEWERS) as viewers:
        await three.announce("with it")
        await three.bus.close()
        await three.announce("without it", "still without it")
        await until(lambda: saw(viewers, ["with it", "without it", "still without it"]))
        await three.bus.open()
        await three.announce("with it again")
        await until(lambda: len(viewers[0].texts) == 4)
        await until(lambda: saw(viewers, viewers[0].texts))
    assert sum(viewer.returns for viewer in viewers) == 0


async def test_each_process_answers_by_the_one_address(three: Cluster) -> None:
    """What was written through one can be read from every other at once."""
    await three.announce("hear, hear")
    for process in three.processes:
        show = await asyncio.to_thread(process.call, "GET", "/api/v1/shows/drop")
        assert show["state"]["announcement"]["text"] == "hear, hear"
