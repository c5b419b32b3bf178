import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetrina.protocol.client.heartbeat import Heartbeat


def beating(interval_ms=25_000, now=0, random=0.5):
    heartbeat = Heartbeat()
    heartbeat.every(interval_ms)
    heartbeat.begin(now, random)
    return heartbeat


@given(st.floats(0, 1, exclude_max=True))
def test_the_first_ping_comes_within_the_second_half_of_the_interval(random):
    heartbeat = beating(random=random)
    assert 12_500 <= heartbeat.wake_at <= 25_000
    assert not heartbeat.ping_due(12_499)
    assert heartbeat.ping_due(25_000)


def test_pings_follow_each_other():
    heartbeat = beating()
    heartbeat.ping(18_750)
    assert not heartbeat.ping_due(43_749)
    assert heartbeat.ping_due(43_750)


def test_a_frame_puts_death_off():
    heartbeat = beating()
    assert heartbeat.silent(62_500)
    heartbeat.received(10_000)
    assert not heartbeat.silent(72_499)
    assert heartbeat.silent(72_500)


def test_a_probe_has_two_seconds():
    heartbeat = beating()
    assert not heartbeat.probing
    heartbeat.probe(1000)
    assert heartbeat.probing
    assert heartbeat.wake_at == 3000
    assert not heartbeat.probe_failed(2999)
    assert heartbeat.probe_failed(3000)
    heartbeat.received(2000)
    assert not heartbeat.probing


def test_answers_belong_to_pings_in_their_order():
    heartbeat = beating()
    heartbeat.ping(10)
    heartbeat.ping(20)
    assert [heartbeat.answered() for _ in range(3)] == [10, 20, None]


@pytest.mark.parametrize(
    ("wish", "dead_after"),
    [
        (25_000, 62_500),
        (1, 2_500),
        (10**9, 112_500),
        (None, 62_500),
        ("7", 62_500),
        (True, 62_500),
    ],
)
def test_the_interval_is_bounded(wish, dead_after):
    heartbeat = beating(wish)
    assert not heartbeat.silent(dead_after - 1)
    assert heartbeat.silent(dead_after)
