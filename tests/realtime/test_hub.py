"""The hub: its timer, revoked keys, rooms that may go."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

import orjson
import pytest

from tests.fakes import FakeClock, settled
from tests.realtime.facts import NOW, announced, publish, replica
from tests.realtime.fakes import FakeTransport
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
    return Hub(clock, Metrics(), limits=SessionLimits(heartbeat_ms=5_000), assets="9f31c2")


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
    transport = FakeTransport()
    client = Client(transport, hub.clock, hub.config)
    hub.attach(client)
    frame = {"type": "hello", "v": 1, "role": role, "show": "drop", "key": "k"}
    hello = client.receive(orjson.dumps(frame))
    client.admit(hub.get("drop"), hello, key_id)
    return transport, client


def test_a_room_has_the_configuration_of_the_hub(hub):
    hub.open(replica("MUG-1"))
    transport, _ = connect(hub)
    (welcome,) = transport.frames()
    assert (welcome["heartbeat_ms"], welcome["assets"]) == (5_000, "9f31c2")
    assert hub.get("nope") is None


def test_a_revoked_key_closes_its_sockets_and_no_others(hub):
    hub.open(replica("MUG-1"))
    revoked, _ = connect(hub, "overlay", "key_1")
    other, _ = connect(hub, "overlay", "key_2")
    viewer, _ = connect(hub)
    hub.close_key("key_1")
    assert (revoked.closed, other.closed, viewer.closed) == (CloseCode.REVOKED, None, None)
    assert hub.is_revoked("key_1")
    assert not hub.is_revoked("key_2")


def test_a_client_that_is_gone_is_looked_after_no_more(hub):
    hub.open(replica("MUG-1"))
    _, client = connect(hub)
    hub.detach(client)
    hub.detach(client)
    assert not hub.clients
    assert len(hub.get("drop").subscribers) == 0


async def test_silent_clients_are_found_within_a_second(hub, clock):
    hub.open(replica("MUG-1"))
    transport, _ = connect(hub)
    async with running(hub):
        await pass_time(clock, 12_000)
        assert transport.closed is None
        await pass_time(clock, 1_500)
        assert transport.closed == CloseCode.SILENT


async def test_signals_come_at_most_every_other_second(hub, clock):
    hub.open(replica("MUG-1"))
    transport, _ = connect(hub)
    async with running(hub):
        for _ in range(16):
            connect(hub)
            await pass_time(clock, 250)
    signals = [frame for frame in transport.frames() if frame["type"] == "signal"]
    assert [signal["viewers"] for signal in signals] == [5, 13]


async def test_a_client_that_has_caught_up_gets_its_snapshot_at_the_next_tick(hub, clock):
    hub.open(replica("MUG-1"))
    transport, _ = connect(hub)
    transport.reading = False
    for _ in range(1_000):
        publish(hub.get("drop"), announced("x" * 100))
    transport.reading = True
    transport.read()
    transport.frames()
    async with running(hub):
        await pass_time(clock, 250)
    assert transport.frames()[0]["seq"] == 1_000


@pytest.mark.parametrize(
    ("status", "stays"),
    [("draft", False), ("rehearsal", True), ("live", True), ("paused", True), ("ended", False)],
)
async def test_a_show_that_nobody_watches_may_leave_memory_unless_it_runs(
    hub, clock, status, stays
):
    known = replica("MUG-1")
    known.state = replace(known.state, status=status)
    show = hub.open(known)
    async with running(hub):
        await pass_time(clock, IDLE_MS)
        assert hub.get("drop") is show
        await pass_time(clock, 1_000)
        assert (hub.get("drop") is show) == stays


async def test_a_show_that_somebody_watches_stays(hub, clock):
    hub.open(replica("MUG-1"))
    _, client = connect(hub, "overlay")
    async with running(hub):
        for _ in range(IDLE_MS // 10_000 + 1):
            await pass_time(clock, 10_000)
            client.receive(b'{"type":"ping"}')
        assert hub.get("drop") is not None
