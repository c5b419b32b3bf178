"""The token bucket; its twin in Lua passes the same cases in tests/bus/test_redis_rates.py."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.protocol.token_bucket_cases import CASES
from vetrina.protocol.token_bucket import TokenBucket


@pytest.mark.parametrize("name", CASES)
def test_it_gives_what_the_cases_say(name):
    per_s, burst, tries = CASES[name]
    bucket = TokenBucket(per_s, burst)
    told = [(now, 0 if bucket.take(now) else bucket.wait_ms) for now, _ in tries]
    assert told == list(tries)


def test_what_is_put_back_was_never_taken_and_no_more():
    bucket = TokenBucket(per_s=1, burst=2)
    assert bucket.take(0)
    bucket.put_back()
    bucket.put_back()
    assert [bucket.take(0) for _ in range(3)] == [True, True, False]


@example([0] * 7)  # thirds of a token added up to a little less than a whole one
@given(st.lists(st.integers(0, 3_000), max_size=60))
def test_after_the_wait_there_is_a_token_and_not_before(pauses):
    bucket, now = TokenBucket(per_s=3, burst=4), 0
    for pause in pauses:
        now += pause
        if not bucket.take(now):
            wait_ms = bucket.wait_ms
            assert wait_ms > 0
            assert not bucket.take(now + wait_ms - 1)
            assert bucket.take(now + wait_ms)
            now += wait_ms
