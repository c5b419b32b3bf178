"""What a viewer of the swarm counts: holes, doubles, snapshots. No network."""

from __future__ import annotations

import select
from collections.abc import Iterator

import orjson
import pytest

from loadtests.swarm.framing import TEXT, server_frame
from loadtests.swarm.protocols import Vetrina
from loadtests.swarm.swarm import Swarm
from loadtests.swarm.viewer import Viewer

pytestmark = pytest.mark.skipif(not hasattr(select, "epoll"), reason="the swarm needs Linux: epoll")


@pytest.fixture
def viewer() -> Iterator[Viewer]:
    """One of a swarm that is connected to nothing."""
    swarm = Swarm("127.0.0.1", 1, Vetrina("drop"))
    yield Viewer(swarm, 0, "127.0.0.1")
    swarm.close()


def events(*seqs: int) -> bytes:
    told = [{"seq": seq, "type": "calmed", "at": 5} for seq in seqs]
    frame = {"type": "events", "seq": seqs[-1], "now": 5, "events": told}
    return server_frame(TEXT, orjson.dumps(frame))


def welcome(seq: int, *, snapshot: bool) -> bytes:
    frame = {"type": "welcome", "epoch": "ep", "seq": seq, "heartbeat_ms": 25000}
    return server_frame(TEXT, orjson.dumps(frame | ({"state": {}} if snapshot else {})))


def test_events_in_order_are_counted_and_nothing_else(viewer: Viewer) -> None:
    viewer.receive(welcome(3, snapshot=True))
    viewer.receive(events(4, 5) + events(6))
    assert (viewer.epoch, viewer.seq, viewer.swarm.head) == ("ep", 6, 6)
    assert viewer.swarm.counts.deliveries == 3
    assert viewer.swarm.counts.faults == 0
    assert len(viewer.swarm.times.delivery) == 3


def test_a_hole_is_missing_and_a_repetition_is_double(viewer: Viewer) -> None:
    viewer.receive(welcome(3, snapshot=True))
    viewer.receive(events(6))
    assert (viewer.swarm.counts.missing, viewer.swarm.counts.doubles) == (2, 0)
    viewer.receive(events(6))
    assert (viewer.swarm.counts.missing, viewer.swarm.counts.doubles) == (2, 1)


def test_a_frame_with_a_hole_inside_is_broken(viewer: Viewer) -> None:
    viewer.receive(welcome(3, snapshot=True))
    viewer.receive(events(4, 6))
    assert viewer.swarm.counts.broken == 1


def test_a_later_snapshot_stands_for_what_was_not_told(viewer: Viewer) -> None:
    viewer.receive(welcome(3, snapshot=True))
    viewer.receive(welcome(9, snapshot=True))
    assert viewer.swarm.counts.by_snapshot == 6
    viewer.receive(events(10))
    assert viewer.swarm.counts.faults == 0


def test_a_return_that_goes_on_elsewhere_is_broken(viewer: Viewer) -> None:
    viewer.receive(welcome(3, snapshot=True))
    viewer.receive(welcome(4, snapshot=False))
    assert viewer.swarm.counts.broken == 1


def test_the_same_text_is_read_once_for_all(viewer: Viewer) -> None:
    other = Viewer(viewer.swarm, 1, "127.0.0.1")
    for each in (viewer, other):
        each.receive(welcome(3, snapshot=True))
        each.receive(events(4))
    assert len(viewer.swarm.known) == 2
    assert (viewer.seq, other.seq) == (4, 4)


def test_a_text_cut_in_two_is_heard_when_it_is_whole(viewer: Viewer) -> None:
    viewer.receive(welcome(3, snapshot=True))
    frame = events(4)
    viewer.receive(frame[:20])
    assert viewer.seq == 3
    viewer.receive(frame[20:])
    assert viewer.seq == 4
    assert viewer.reader is None
