"""The hub: its timer, revoked keys, rooms that may go."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

import orjson
import pytest

from tests.fakes import FakeClock, settled
from tests.realtime.facts import NOW, announced, publish, room
from tests.realtime.fakes import FakeMember
from vetrina.metrics import Metrics
from vetrina.protocol.close_codes import CloseCode
from vetrina.protocol.server_session import SessionLimits
from vetrina.realtime.client import Client
from vetrina.realtime.hub import IDLE_MS, Hub


@pytest.fixture
def clock():
    return FakeClock(NOW)


@pytest.fixture
def hub(clock):
    return Hub(clock, Metrics(), manners=SessionLimits(heartbeat_ms=5_000), assets="9f31c2")


@asynccontextmanager
async def running(hub):
    task = asyncio.create_task(hub.run())
    await settled()
    yield
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def pass_time(clock, ms):
    """Tick by tick, as time does."""
    for _ in range(0, ms, 250):
        clock.advance(250)
        await settled(3)


def connect(hub, role="viewer", key_id=None):
    member = FakeMember()
    client = Client(member, hub.clock, hub.house)
    hub.attach(client)
    frame = {"type": "hello", "v": 1, "role": role, "show": "drop", "key": "k"}
    hello = client.receive(orjson.dumps(frame))
    client.admit(hub.get("drop"), hello, key_id)
    return member, client


def test_a_room_follows_the_rules_of_the_house(hub):
    hub.add(room("MUG-1"))
    member, _ = connect(hub)
    (welcome,) = member.frames()
    assert (welcome["heartbeat_ms"], welcome["assets"]) == (5_000, "9f31c2")
    assert hub.get("nope") is None


def test_a_revoked_key_closes_its_sockets_and_no_others(hub):
    hub.add(room("MUG-1"))
    revoked, _ = connect(hub, "overlay", "key_1")
    other, _ = connect(hub, "overlay", "key_2")
    viewer, _ = connect(hub)
    hub.close_key("key_1")
    assert (revoked.closed, other.closed, viewer.closed) == (CloseCode.REVOKED, None, None)
    assert hub.is_revoked("key_1")
    assert not hub.is_revoked("key_2")


def test_a_client_that_is_gone_is_looked_after_no_more(hub):
    hub.add(room("MUG-1"))
    _, client = connect(hub)
    hub.detach(client)
    hub.detach(client)
    assert not hub.clients
    assert len(hub.get("drop").seating) == 0


async def test_silent_clients_are_found_within_a_second(hub, clock):
    hub.add(room("MUG-1"))
    member, _ = connect(hub)
    async with running(hub):
        await pass_time(clock, 12_000)
        assert member.closed is None
        await pass_time(clock, 1_500)
        assert member.closed == CloseCode.SILENT


async def test_signals_come_at_most_once_a_second(hub, clock):
    hub.add(room("MUG-1"))
    member, _ = connect(hub)
    async with running(hub):
        for _ in range(8):
            connect(hub)
            await pass_time(clock, 250)
    signals = [frame for frame in member.frames() if frame["type"] == "signal"]
    assert [signal["viewers"] for signal in signals] == [5, 9]


async def test_a_client_that_has_caught_up_gets_its_snapshot_at_the_next_tick(hub, clock):
    hub.add(room("MUG-1"))
    member, _ = connect(hub)
    member.reading = False
    for _ in range(1_000):
        publish(hub.get("drop"), announced("x" * 100))
    member.reading = True
    member.read()
    member.frames()
    async with running(hub):
        await pass_time(clock, 250)
    assert member.frames()[0]["seq"] == 1_000


@pytest.mark.parametrize(
    ("status", "stays"),
    [("draft", False), ("rehearsal", True), ("live", True), ("paused", True), ("ended", False)],
)
async def test_a_show_that_nobody_watches_may_leave_memory_unless_it_runs(
    hub, clock, status, stays
):
    show = room("MUG-1")
    show.state = replace(show.state, status=status)
    hub.add(show)
    async with running(hub):
        await pass_time(clock, IDLE_MS)
        assert hub.get("drop") is show
        await pass_time(clock, 1_000)
        assert (hub.get("drop") is show) == stays


async def test_a_show_that_somebody_watches_stays(hub, clock):
    hub.add(room("MUG-1"))
    _, client = connect(hub, "overlay")
    async with running(hub):
        for _ in range(IDLE_MS // 10_000 + 1):
            await pass_time(clock, 10_000)
            client.receive(b'{"type":"ping"}')
        assert hub.get("drop") is not None
