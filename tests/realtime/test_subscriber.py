"""Slow clients: told less, then given a snapshot, then closed; with the guard and without."""

import pytest

from tests.realtime.facts import NOW, announced, publish, room
from tests.realtime.fakes import FakeTransport
from vetrina.protocol.close_codes import CloseCode
from vetrina.realtime.subscriber import (
    OVERLAY_LIMITS,
    SLOW_RETRY_MS,
    VIEWER_LIMITS,
    SlowConsumerLimits,
    Subscriber,
)

WITHOUT_GUARD = SlowConsumerLimits(soft_bytes=10**12, hard_bytes=10**12, lag_ms=10**12)
EVENT_BYTES = 200


def stuck(show, limits=None, role="viewer"):
    """A client that joined, read its snapshot and then stopped reading."""
    transport = FakeTransport()
    subscriber = Subscriber(transport, role, limits)
    show.join(subscriber, None, NOW)
    transport.frames()
    transport.reading = False
    return transport, subscriber


def storm(show, events):
    for number in range(events):
        publish(show, announced(f"{number:0100}"))


def test_with_the_guard_a_client_that_does_not_read_holds_little():
    show = room("MUG-1")
    transport, _ = stuck(show)
    storm(show, 5_000)
    assert VIEWER_LIMITS.soft_bytes < transport.peak_bytes <= VIEWER_LIMITS.soft_bytes + 400
    assert 10 * transport.peak_bytes < 5_000 * EVENT_BYTES


def test_without_the_guard_it_would_hold_everything():
    show = room("MUG-1")
    transport, _ = stuck(show, WITHOUT_GUARD)
    storm(show, 5_000)
    assert transport.peak_bytes > 5_000 * EVENT_BYTES * 0.9


def test_others_are_served_meanwhile():
    show = room("MUG-1")
    stuck(show)
    healthy = FakeTransport()
    show.join(Subscriber(healthy, "viewer"), None, NOW)
    storm(show, 1_000)
    assert len(healthy.frames()) == 1_001


def test_a_client_that_catches_up_gets_one_snapshot_for_all_it_missed():
    show = room("MUG-1")
    transport, _ = stuck(show)
    storm(show, 1_000)
    show.check_slow(NOW + 5_000)
    assert transport.closed is None
    transport.reading = True
    transport.read()
    read = transport.frames()
    show.check_slow(NOW + 5_250)
    (welcome,) = transport.frames()
    assert welcome["seq"] == 1_000
    assert welcome["state"]["announcement"]["text"] == f"{999:0100}"
    assert 0 < read[-1]["seq"] < 1_000
    show.check_slow(NOW + 5_500)
    publish(show, announced("after"))
    assert transport.frames()[0]["events"][0]["text"] == "after"


def test_a_client_that_has_caught_up_is_forgiven_however_late_we_look():
    """A laptop that slept wakes up hours later: its clients did nothing wrong."""
    show = room("MUG-1")
    transport, _ = stuck(show)
    storm(show, 1_000)
    transport.read()
    show.check_slow(NOW + 3_600_000)
    assert transport.closed is None


def test_a_client_that_takes_too_long_is_closed_and_holds_nothing():
    show = room("MUG-1")
    transport, subscriber = stuck(show)
    storm(show, 1_000)
    show.check_slow(NOW + VIEWER_LIMITS.lag_ms)
    assert transport.closed is None
    show.check_slow(NOW + VIEWER_LIMITS.lag_ms + 1)
    assert (transport.closed, transport.retry_ms) == (CloseCode.SLOW, SLOW_RETRY_MS)
    assert transport.buffered_bytes == 0
    assert subscriber not in show.subscribers.viewers
    assert not show.subscribers.lagging


@pytest.mark.parametrize(
    ("role", "closed"), [("viewer", CloseCode.SLOW), ("control", CloseCode.SLOW), ("overlay", None)]
)
def test_one_giant_frame_is_forgiven_to_an_overlay_only(role, closed):
    show = room("MUG-1")
    transport, _ = stuck(show, role=role)
    transport.send(b"x" * (VIEWER_LIMITS.hard_bytes + 1))
    publish(show, announced())
    show.check_slow(NOW)
    assert transport.closed == closed
    assert OVERLAY_LIMITS.hard_bytes > VIEWER_LIMITS.hard_bytes


def test_a_lagging_client_gets_no_signals():
    show = room("MUG-1")
    transport, subscriber = stuck(show)
    storm(show, 1_000)
    before = transport.buffered_bytes
    assert not subscriber.signal(b"{}")
    assert transport.buffered_bytes == before


def test_a_client_that_asks_and_never_reads_is_closed():
    transport = FakeTransport(reading=False)
    subscriber = Subscriber(
        transport, "viewer", SlowConsumerLimits(soft_bytes=10, hard_bytes=1_000)
    )
    for _ in range(200):
        subscriber.answer(b'{"type":"pong"}')
    assert transport.closed == CloseCode.SLOW
    assert transport.peak_bytes <= 1_000 + 15


def test_who_leaves_while_lagging_is_forgotten():
    show = room("MUG-1")
    _, subscriber = stuck(show)
    storm(show, 1_000)
    assert show.subscribers.lagging == {subscriber}
    show.leave(subscriber, NOW)
    assert show.subscribers.lagging == set()


def test_every_change_is_counted():
    show = room("MUG-1")
    quick, _ = stuck(show)
    stuck(show)
    storm(show, 1_000)
    quick.read()
    show.check_slow(NOW + 1_000)
    show.check_slow(NOW + 20_000)
    text = show.config.metrics.render().decode()
    for change, count in (("entered", 2), ("recovered", 1), ("closed", 1)):
        assert f'vetrina_lagging_total{{change="{change}"}} {count}.0' in text
