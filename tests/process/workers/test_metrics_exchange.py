"""Workers that ask each other for their numbers."""

import asyncio
import contextlib
import tempfile
from pathlib import Path

import pytest

from vetrina.metrics import Metrics
from vetrina.process.workers.metrics_exchange import MetricsExchange


@pytest.fixture
def folder():
    """A short path: the address of a Unix socket has a hundred characters."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@contextlib.asynccontextmanager
async def exchanges(folder, many):
    made = []
    for number in range(many):
        metrics = Metrics()
        metrics.rooms.set(10 + number)
        made.append(MetricsExchange(folder, number, metrics))
        await made[-1].open()
    try:
        yield made
    finally:
        for each in made:
            await each.close()


def rooms(text):
    lines = text.decode().splitlines()
    return [line for line in lines if line.startswith(("vetrina_rooms{", "vetrina_workers"))]


async def test_each_tells_the_numbers_of_all(folder):
    async with exchanges(folder, 3) as all_of_them:
        told = [rooms(await each.render()) for each in all_of_them]
    assert [sorted(lines) for lines in told] == [
        [
            'vetrina_rooms{worker="0"} 10.0',
            'vetrina_rooms{worker="1"} 11.0',
            'vetrina_rooms{worker="2"} 12.0',
            "vetrina_workers_answering 3",
        ]
    ] * 3
    assert list(folder.iterdir()) == []


async def test_one_that_died_is_left_out_until_it_is_back(folder):
    async with exchanges(folder, 1) as [alive]:
        killed = await asyncio.start_unix_server(lambda *_: None, folder / "1.metrics")
        killed.close()
        (folder / "1.metrics").touch()
        assert rooms(await alive.render()) == [
            'vetrina_rooms{worker="0"} 10.0', "vetrina_workers_answering 1",
        ]  # fmt: skip
        back = MetricsExchange(folder, 1, Metrics())
        await back.open()
        assert rooms(await alive.render())[-1] == "vetrina_workers_answering 2"
        await back.close()


async def test_one_that_does_not_answer_is_not_waited_for(folder, monkeypatch):
    monkeypatch.setattr("vetrina.process.workers.metrics_exchange.ANSWER_WITHIN_S", 0.05)
    done = asyncio.Event()

    async def silent(_reader, writer):
        await done.wait()
        writer.close()

    async with exchanges(folder, 1) as [alive]:
        stuck = await asyncio.start_unix_server(silent, folder / "1.metrics")
        assert rooms(await alive.render())[-1] == "vetrina_workers_answering 1"
        done.set()
        stuck.close()
