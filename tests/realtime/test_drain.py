"""The end of a process: everybody is told when to come back, and nothing waits without end."""

import asyncio

import orjson
import pytest

from tests.fakes import FakeClock, settled
from tests.realtime.facts import NOW, replica
from tests.realtime.fakes import FakeTransport
from vetrina.metrics import Metrics
from vetrina.protocol.close_codes import CloseCode
from vetrina.realtime.client import Client
from vetrina.realtime.hub import Hub


class Leaving(FakeTransport):
    """Notes in which order transports are closed; leaves the hub as a real one does."""

    def __init__(self, hub, order, *, stuck=False):
        super().__init__()
        self.hub = hub
        self.order = order
        self.stuck = stuck
        self.client = Client(self, hub.clock, hub.config)
        hub.attach(self.client)

    def close(self, code, retry_ms=None, message=None):
        if self.closed is None:
            self.order.append(self)
            super().close(code, retry_ms, message)
            if not self.stuck:
                self.hub.detach(self.client)

    def greet(self, role):
        frame = {"type": "hello", "v": 1, "role": role, "show": "drop", "key": "k"}
        hello = self.client.receive(orjson.dumps(frame))
        self.client.admit(self.hub.get("drop"), hello)
        return self


@pytest.fixture
def clock():
    return FakeClock(NOW)


@pytest.fixture
def hub(clock):
    hub = Hub(clock, Metrics())
    hub.open(replica("MUG-1"))
    return hub


async def drained(hub, clock, spread_s, budget_ms, **options):
    """How long it took, in the clock's milliseconds."""
    started = clock.now_ms()
    task = asyncio.create_task(hub.shutdown(spread_s, **options))
    await settled()
    while not task.done():
        assert clock.now_ms() - started <= budget_ms, "the shutdown takes too long"
        clock.advance(50)
        await settled(3)
    await task
    return clock.now_ms() - started


async def test_viewers_go_first_and_overlays_last(hub, clock):
    order = []
    roles = ("overlay", "viewer", "control", "viewer")
    transports = [Leaving(hub, order).greet(role) for role in roles]
    await drained(hub, clock, 0, 0)
    assert [transport.client.role for transport in order] == [
        "viewer",
        "viewer",
        "control",
        "overlay",
    ]
    assert {transport.closed for transport in transports} == {CloseCode.RESTART}
    assert hub.draining


async def test_viewers_are_spread_over_the_given_time(hub, clock):
    order = []
    transports = [Leaving(hub, order).greet("viewer") for _ in range(100)]
    took = await drained(hub, clock, 2.0, 2_100)
    assert took == 2_000
    first, last = order[0].retry_ms, order[-1].retry_ms
    assert first == (2_500, 5_000)
    assert last[0] < first[0]
    assert len({transport.retry_ms for transport in transports}) == 20


async def test_a_few_viewers_are_spread_too(hub, clock):
    """One every half second, not all of them in the first four tenths."""
    order = []
    for _ in range(4):
        Leaving(hub, order).greet("viewer")
    task = asyncio.create_task(hub.shutdown(2.0))
    await settled()
    gone = [len(order)]
    for _ in range(40):
        clock.advance(50)
        await settled(3)
        gone.append(len(order))
    await task
    assert [gone.index(many) * 50 for many in (1, 2, 3, 4)] == [0, 500, 1_000, 1_500]


async def test_where_others_serve_on_everybody_comes_back_at_once(hub, clock):
    order = []
    for _ in range(8_000):
        Leaving(hub, order).greet("viewer")
    await drained(hub, clock, 8.0, 8_100, elsewhere=True)
    assert {transport.retry_ms for transport in order} == {(500, 3_000)}


async def test_half_of_the_viewers_are_gone_at_half_time(hub, clock):
    order = []
    for _ in range(100):
        Leaving(hub, order).greet("viewer")
    task = asyncio.create_task(hub.shutdown(2.0))
    await settled()
    for _ in range(19):
        clock.advance(50)
        await settled(3)
    assert len(order) == 50
    task.cancel()


async def test_without_viewers_nobody_waits(hub, clock):
    order = []
    Leaving(hub, order).greet("overlay")
    assert await drained(hub, clock, 10.0, 0) == 0
    assert order[0].retry_ms == (500, 3_000)


async def test_who_has_not_said_hello_is_sent_away_too(hub, clock):
    order = []
    Leaving(hub, order)
    await drained(hub, clock, 0, 0)
    assert order[0].closed == CloseCode.RESTART


async def test_a_client_that_does_not_go_is_not_waited_for(hub, clock):
    Leaving(hub, [], stuck=True).greet("viewer")
    assert await drained(hub, clock, 0, 3_100) == 3_000


async def test_more_clients_come_back_over_a_longer_time(hub, clock):
    order = []
    for _ in range(8_000):
        Leaving(hub, order).greet("viewer")
    await drained(hub, clock, 0, 0)
    assert order[0].retry_ms == (500, 4_500)
