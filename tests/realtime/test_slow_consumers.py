"""Clients for whom bytes wait: who goes, and when."""

import pytest

from tests.fakes import FakeClock
from tests.realtime.facts import NOW, room
from tests.realtime.fakes import FakeMember
from vetrina.metrics import Metrics
from vetrina.protocol.close_codes import CloseCode
from vetrina.realtime.client import Client
from vetrina.realtime.hub_config import HubConfig
from vetrina.realtime.slow_consumers import PendingBytes, SlowConsumers


@pytest.fixture
def stalled():
    return SlowConsumers(Metrics(), PendingBytes(most_bytes=1_000, most_ms=25_000))


def waiting(stalled, size, role="viewer", since=NOW):
    member = FakeMember(reading=False)
    client = Client(member, FakeClock(NOW), HubConfig())
    show = room("MUG-1")
    hello = client.receive(
        b'{"type":"hello","v":1,"role":"%b","show":"drop","key":"k"}' % role.encode()
    )
    client.admit(show, hello)
    member.waiting.clear()
    member.send(b"x" * size)
    stalled.begin(client, since)
    return member, client


def test_who_takes_nothing_for_too_long_is_closed(stalled):
    member, _ = waiting(stalled, 10)
    stalled.check(NOW + 25_000)
    assert member.closed is None
    stalled.check(NOW + 25_001)
    assert (member.closed, member.retry_ms) == (CloseCode.SLOW, (500, 3_000))


def test_the_first_stall_counts_until_all_is_read(stalled):
    member, client = waiting(stalled, 10)
    stalled.begin(client, NOW + 20_000)
    stalled.end(client)
    stalled.begin(client, NOW + 20_000)
    stalled.check(NOW + 45_000)
    assert member.closed is None


def test_when_all_hold_too_much_viewers_go_first_and_overlays_last(stalled):
    overlay, _ = waiting(stalled, 300, "overlay")
    control, _ = waiting(stalled, 300, "control")
    viewers = [waiting(stalled, 300)[0] for _ in range(2)]
    stalled.check(NOW)
    assert [member.closed for member in (*viewers, control, overlay)] == [
        CloseCode.SLOW, CloseCode.SLOW, CloseCode.SLOW, None,
    ]  # fmt: skip


def test_up_to_the_limit_nobody_goes(stalled):
    members = [waiting(stalled, 500)[0] for _ in range(2)]
    stalled.check(NOW)
    assert [member.closed for member in members] == [None, None]
    assert stalled._metrics.buffered_bytes._value.get() == 1_000
