"""Clients for whom bytes wait: who goes, and when."""

import pytest

from tests.fakes import FakeClock
from tests.realtime.facts import NOW, room
from tests.realtime.fakes import FakeTransport
from vetrina.metrics import Metrics
from vetrina.protocol.close_codes import CloseCode
from vetrina.realtime.client import Client
from vetrina.realtime.hub_config import HubConfig
from vetrina.realtime.slow_consumers import PendingBytes, SlowConsumers


@pytest.fixture
def slow_consumers():
    return SlowConsumers(Metrics(), PendingBytes(most_bytes=1_000, most_ms=25_000))


def waiting(slow_consumers, size, role="viewer", since=NOW):
    transport = FakeTransport(reading=False)
    client = Client(transport, FakeClock(NOW), HubConfig())
    show = room("MUG-1")
    hello = client.receive(
        b'{"type":"hello","v":1,"role":"%b","show":"drop","key":"k"}' % role.encode()
    )
    client.admit(show, hello)
    transport.waiting.clear()
    transport.send(b"x" * size)
    slow_consumers.begin(client, since)
    return transport, client


def test_who_takes_nothing_for_too_long_is_closed(slow_consumers):
    transport, _ = waiting(slow_consumers, 10)
    slow_consumers.check(NOW + 25_000)
    assert transport.closed is None
    slow_consumers.check(NOW + 25_001)
    assert (transport.closed, transport.retry_ms) == (CloseCode.SLOW, (500, 3_000))


def test_the_first_stall_counts_until_all_is_read(slow_consumers):
    transport, client = waiting(slow_consumers, 10)
    slow_consumers.begin(client, NOW + 20_000)
    slow_consumers.end(client)
    slow_consumers.begin(client, NOW + 20_000)
    slow_consumers.check(NOW + 45_000)
    assert transport.closed is None


def test_when_all_hold_too_much_viewers_go_first_and_overlays_last(slow_consumers):
    overlay, _ = waiting(slow_consumers, 300, "overlay")
    control, _ = waiting(slow_consumers, 300, "control")
    viewers = [waiting(slow_consumers, 300)[0] for _ in range(2)]
    slow_consumers.check(NOW)
    assert [transport.closed for transport in (*viewers, control, overlay)] == [
        CloseCode.SLOW, CloseCode.SLOW, CloseCode.SLOW, None,
    ]  # fmt: skip


def test_up_to_the_limit_nobody_goes(slow_consumers):
    transports = [waiting(slow_consumers, 500)[0] for _ in range(2)]
    slow_consumers.check(NOW)
    assert [transport.closed for transport in transports] == [None, None]
    assert slow_consumers._metrics.buffered_bytes._value.get() == 1_000
