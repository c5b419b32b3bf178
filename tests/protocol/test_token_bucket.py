"""The bucket of tokens."""

from vetrina.protocol.token_bucket import TokenBucket


def test_so_many_at_once_and_then_so_many_a_second():
    allowance = TokenBucket(per_s=2, at_once=3)
    assert [allowance.take(0) for _ in range(4)] == [True, True, True, False]
    assert [allowance.take(500), allowance.take(500)] == [True, False]


def test_what_is_saved_up_has_a_limit():
    allowance = TokenBucket(per_s=2, at_once=3)
    assert allowance.take(0)
    assert [allowance.take(60_000) for _ in range(4)] == [True, True, True, False]


def test_refused_tries_cost_nothing():
    allowance = TokenBucket(per_s=1, at_once=1)
    assert allowance.take(0)
    assert [allowance.take(now) for now in range(0, 1_000, 250)] == [False] * 4
    assert allowance.take(1_000)
