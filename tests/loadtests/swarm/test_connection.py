"""When a viewer of the swarm comes back: as `protocol/client` says. No network."""

from __future__ import annotations

import select
import time
from collections.abc import Iterator

import orjson
import pytest

from loadtests.swarm.connection import GONE, UPGRADING
from loadtests.swarm.framing import CLOSE, TEXT, server_frame
from loadtests.swarm.protocols import Vetrina
from loadtests.swarm.swarm import Swarm
from loadtests.swarm.viewer import Viewer
from vetrina.protocol.close_codes import CloseCode
from vetrina.protocol.messages import bye

pytestmark = pytest.mark.skipif(not hasattr(select, "epoll"), reason="the swarm needs Linux: epoll")


@pytest.fixture
def viewer() -> Iterator[Viewer]:
    """One of a swarm that is connected to nothing, about to be let in."""
    swarm = Swarm("127.0.0.1", 1, Vetrina("drop"))
    made = Viewer(swarm, 0, "127.0.0.1")
    made.phase = UPGRADING
    welcome = {"type": "welcome", "epoch": "ep", "seq": 3, "heartbeat_ms": 25000, "state": {}}
    made.receive(server_frame(TEXT, orjson.dumps(welcome)))
    yield made
    swarm.close()


def closed(viewer: Viewer, code: int, said: bytes = b"") -> list[float]:
    """Close its connection, perhaps after a `bye`; the seconds until it comes back."""
    before, known = time.monotonic(), len(viewer.swarm._timers)
    if said:
        viewer.receive(server_frame(TEXT, said))
    viewer.receive(server_frame(CLOSE, code.to_bytes(2, "big")))
    timers = sorted(viewer.swarm._timers, key=lambda timer: timer[1])[known:]
    return [due - before for due, *_ in timers]


@pytest.mark.parametrize(
    ("code", "advised", "shortest", "longest"),
    [
        (CloseCode.RESTART, (70_000, 90_000), 70.0, 90.0),
        (CloseCode.RESTART, None, 0.5, 3.0),
        (CloseCode.SLOW, None, 0.0, 30.0),
        (1006, None, 0.5, 1.0),
    ],
)
def test_it_waits_as_long_as_a_browser_would(
    viewer: Viewer, code: int, advised: tuple[int, int] | None, shortest: float, longest: float
) -> None:
    said = bye(CloseCode(code), advised) if code in set(CloseCode) else b""
    [wait_s] = closed(viewer, code, said)
    busy_s = 60.0  # the machine may be: what counts from below is exact
    assert shortest <= wait_s <= longest + busy_s


def test_it_stays_away_when_coming_back_will_not_help(viewer: Viewer) -> None:
    assert closed(viewer, CloseCode.UNKNOWN_SHOW) == []
    assert (viewer.phase, viewer.swarm.counts.lost) == (GONE, 1)


def test_the_code_of_a_bye_counts_more_than_that_of_a_proxys_close(viewer: Viewer) -> None:
    assert closed(viewer, 1006, bye(CloseCode.UNKNOWN_SHOW)) == []
    assert viewer.phase == GONE


def test_a_new_start_is_asked_for_after_a_resync(viewer: Viewer) -> None:
    assert viewer.resumes
    closed(viewer, CloseCode.RESYNC)
    assert not viewer.resumes
