"""How long the server waits before it tries again."""

import random

from hypothesis import given
from hypothesis import strategies as st

from vetrina.backoff import Backoff, delay_s


def longest() -> float:
    """Chance at its upper end."""
    return 1.0


def test_the_pause_doubles_from_failure_to_failure_up_to_the_cap():
    backoff = Backoff(0.5, 3.0, longest)
    assert [backoff.next_s() for _ in range(5)] == [0.5, 1.0, 2.0, 3.0, 3.0]


def test_success_makes_the_next_pause_short_again():
    backoff = Backoff(0.5, 30.0, longest)
    backoff.next_s()
    backoff.next_s()
    backoff.reset()
    assert backoff.next_s() == 0.5


def test_only_a_healthy_run_forgives_earlier_failures():
    backoff = Backoff(0.5, 30.0, longest, healthy_s=60.0)
    assert [backoff.next_s(ran_s) for ran_s in (1.0, 59.9, 60.0, 1.0)] == [0.5, 1.0, 0.5, 1.0]


@given(st.integers(0, 10**9), st.floats(0, 1, exclude_max=True))
def test_jitter_takes_at_most_half_away_however_often_it_failed(failures, chance):
    pause_s = delay_s(failures, 0.1, 5.0, chance)
    ceiling_s = 0.1 * 2.0**failures if failures < 6 else 5.0
    assert ceiling_s / 2 <= pause_s <= ceiling_s


def test_two_processes_do_not_wait_equally_long():
    pauses = {Backoff(1.0, 1.0, random.Random(seed).random).next_s() for seed in range(20)}
    assert len(pauses) == 20
