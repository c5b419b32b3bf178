"""Slow clients: told less, then given a snapshot, then closed; with the guard and without."""

import pytest

from tests.realtime.facts import NOW, announced, publish, room
from tests.realtime.fakes import FakeMember
from vetrina.protocol.close_codes import CloseCode
from vetrina.realtime.subscriber import (
    OVERLAY_PATIENCE,
    SLOW_RETRY_MS,
    VIEWER_PATIENCE,
    SlowConsumerLimits,
    Subscriber,
)

WITHOUT_GUARD = SlowConsumerLimits(soft_bytes=10**12, hard_bytes=10**12, lag_ms=10**12)
EVENT_BYTES = 200


def stuck(show, patience=None, role="viewer"):
    """A client that joined, read its snapshot and then stopped reading."""
    member = FakeMember()
    seat = Subscriber(member, role, patience)
    show.join(seat, None, NOW)
    member.frames()
    member.reading = False
    return member, seat


def storm(show, events):
    for number in range(events):
        publish(show, announced(f"{number:0100}"))


def test_with_the_guard_a_client_that_does_not_read_holds_little():
    show = room("MUG-1")
    member, _ = stuck(show)
    storm(show, 5_000)
    assert VIEWER_PATIENCE.soft_bytes < member.peak_bytes <= VIEWER_PATIENCE.soft_bytes + 400
    assert 10 * member.peak_bytes < 5_000 * EVENT_BYTES


def test_without_the_guard_it_would_hold_everything():
    show = room("MUG-1")
    member, _ = stuck(show, WITHOUT_GUARD)
    storm(show, 5_000)
    assert member.peak_bytes > 5_000 * EVENT_BYTES * 0.9


def test_others_are_served_meanwhile():
    show = room("MUG-1")
    stuck(show)
    healthy = FakeMember()
    show.join(Subscriber(healthy, "viewer"), None, NOW)
    storm(show, 1_000)
    assert len(healthy.frames()) == 1_001


def test_a_client_that_catches_up_gets_one_snapshot_for_all_it_missed():
    show = room("MUG-1")
    member, _ = stuck(show)
    storm(show, 1_000)
    show.look_after_slow(NOW + 5_000)
    assert member.closed is None
    member.reading = True
    member.read()
    read = member.frames()
    show.look_after_slow(NOW + 5_250)
    (welcome,) = member.frames()
    assert welcome["seq"] == 1_000
    assert welcome["state"]["announcement"]["text"] == f"{999:0100}"
    assert 0 < read[-1]["seq"] < 1_000
    show.look_after_slow(NOW + 5_500)
    publish(show, announced("after"))
    assert member.frames()[0]["events"][0]["text"] == "after"


def test_a_client_that_has_caught_up_is_forgiven_however_late_we_look():
    """A laptop that slept wakes up hours later: its clients did nothing wrong."""
    show = room("MUG-1")
    member, _ = stuck(show)
    storm(show, 1_000)
    member.read()
    show.look_after_slow(NOW + 3_600_000)
    assert member.closed is None


def test_a_client_that_takes_too_long_is_closed_and_holds_nothing():
    show = room("MUG-1")
    member, seat = stuck(show)
    storm(show, 1_000)
    show.look_after_slow(NOW + VIEWER_PATIENCE.lag_ms)
    assert member.closed is None
    show.look_after_slow(NOW + VIEWER_PATIENCE.lag_ms + 1)
    assert (member.closed, member.retry_ms) == (CloseCode.SLOW, SLOW_RETRY_MS)
    assert member.buffered_bytes == 0
    assert seat not in show.seating.viewers
    assert not show.seating.lagging


@pytest.mark.parametrize(
    ("role", "closed"), [("viewer", CloseCode.SLOW), ("control", CloseCode.SLOW), ("overlay", None)]
)
def test_one_giant_frame_is_forgiven_to_an_overlay_only(role, closed):
    show = room("MUG-1")
    member, _ = stuck(show, role=role)
    member.send(b"x" * (VIEWER_PATIENCE.hard_bytes + 1))
    publish(show, announced())
    show.look_after_slow(NOW)
    assert member.closed == closed
    assert OVERLAY_PATIENCE.hard_bytes > VIEWER_PATIENCE.hard_bytes


def test_a_lagging_client_gets_no_signals():
    show = room("MUG-1")
    member, seat = stuck(show)
    storm(show, 1_000)
    before = member.buffered_bytes
    assert not seat.signal(b"{}")
    assert member.buffered_bytes == before


def test_a_client_that_asks_and_never_reads_is_closed():
    member = FakeMember(reading=False)
    seat = Subscriber(member, "viewer", SlowConsumerLimits(soft_bytes=10, hard_bytes=1_000))
    for _ in range(200):
        seat.answer(b'{"type":"pong"}')
    assert member.closed == CloseCode.SLOW
    assert member.peak_bytes <= 1_000 + 15


def test_who_leaves_while_lagging_is_forgotten():
    show = room("MUG-1")
    _, seat = stuck(show)
    storm(show, 1_000)
    assert show.seating.lagging == {seat}
    show.leave(seat, NOW)
    assert show.seating.lagging == set()


def test_every_change_is_counted():
    show = room("MUG-1")
    quick, _ = stuck(show)
    stuck(show)
    storm(show, 1_000)
    quick.read()
    show.look_after_slow(NOW + 1_000)
    show.look_after_slow(NOW + 20_000)
    text = show.house.metrics.render().decode()
    for change, count in (("entered", 2), ("recovered", 1), ("closed", 1)):
        assert f'vetrina_lagging_total{{change="{change}"}} {count}.0' in text
