"""The counting of `make chaos`: it must see what it says was not there."""

import asyncio
import time

import pytest

from loadtests.chaos.cluster import NO_LIMITS
from loadtests.chaos.report import page, table
from loadtests.chaos.runner import Row
from loadtests.chaos.traffic import Traffic
from loadtests.chaos.viewer import ClusterViewer
from tests.waiting import PATIENCE_S
from vetrina.settings import Settings

HEAD = {"type": "welcome", "epoch": "e", "seq": 7}
GOOD = Row("a fault", 150, 1_000, 5, 0, 0, 0.25, 1.5)


@pytest.fixture
def viewer():
    made = ClusterViewer("drop", [1], 0)
    made._take({**HEAD, "state": {}})
    return made


def announced(*numbers):
    now = time.time_ns()
    events = [{"type": "announced", "seq": n, "text": f"{n} {now}"} for n in numbers]
    return {"type": "events", "seq": numbers[-1], "events": events}


def test_events_in_order_are_counted(viewer):
    viewer._take(announced(8, 9))
    viewer._take({"type": "signal", "viewers": 3})
    viewer._take(announced(10))
    assert (viewer.events, viewer.lost, viewer.doubled) == (3, 0, 0)
    assert viewer.position == ("e", 10)
    assert sorted(viewer.texts) == [8, 9, 10]
    assert 0 <= viewer.latest_s < 5


@pytest.mark.parametrize(
    ("numbers", "lost", "doubled"), [((10,), 2, 0), ((8, 10), 1, 0), ((7, 8), 0, 1)]
)
def test_a_gap_is_a_loss_and_what_was_there_a_double(viewer, numbers, lost, doubled):
    viewer._take(announced(*numbers))
    assert (viewer.lost, viewer.doubled) == (lost, doubled)


def test_merged_purchases_count_for_as_many_as_they_stand_for(viewer):
    merged = {"type": "purchases_merged", "seq": 10, "count": 3}
    viewer._take({"type": "events", "seq": 10, "events": [merged]})
    assert (viewer.events, viewer.lost) == (3, 0)


def test_who_resumes_goes_on_and_who_gets_a_snapshot_begins_again(viewer):
    viewer._take(HEAD)
    assert (viewer.returns, viewer.snapshots, viewer.position) == (1, 1, ("e", 7))
    viewer._take({**HEAD, "seq": 20, "state": {}})
    viewer._take(announced(21))
    assert (viewer.snapshots, viewer.lost, viewer.doubled) == (2, 0, 0)


def test_a_snapshot_that_leads_back_is_a_double(viewer):
    viewer._take({**HEAD, "seq": 5, "state": {}})
    assert viewer.doubled == 2


def test_a_row_is_kept_when_nothing_was_lost_or_doubled_and_it_healed():
    assert GOOD.kept
    for bad in ({"lost": 1}, {"doubled": 1}, {"healed_s": None}):
        fields = {name: getattr(GOOD, name) for name in GOOD.__slots__}
        assert not Row(**{**fields, **bad}).kept


def test_the_page_has_a_line_for_each_fault():
    assert table([GOOD, GOOD]).row_count == 2
    text = page([GOOD], "a machine", ["open files: 94 before, 95 after"])
    assert "| a fault | 150 | 1,000 | 5 | 0 | 0 | 0.2 s | 1.5 s |" in text
    assert text.endswith("- open files: 94 before, 95 after\n")


def test_no_limit_that_is_not_tested_stands_in_the_way():
    """On a slow machine it stopped: its own speaker was answered 429."""
    rates = ("_per_minute", "_per_second", "_per_address")
    limits = {name for name in Settings.model_fields if name.endswith(rates)}
    assert set(NO_LIMITS) == limits | {"connections_max"}


async def test_whoever_is_answered_429_or_409_asks_again_as_told():
    answers = iter((b"429 No\r\nretry-after: 0", b"409 No", b"503 No", b"200 OK"))
    keys = []

    async def serve(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        keys.append(next(line for line in head.splitlines() if b"idempotency" in line.lower()))
        body = b'{"seq": 5}'
        writer.write(b"HTTP/1.1 %s\r\ncontent-length: %d\r\n" % (next(answers), len(body)))
        writer.write(b"connection: close\r\n\r\n" + body)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        traffic = Traffic("drop", [server.sockets[0].getsockname()[1]])
        async with asyncio.timeout(PATIENCE_S):
            await traffic.announce()
        await traffic.close()
    assert (traffic.head, traffic.repeated, len(set(keys))) == (5, 3, 1)
