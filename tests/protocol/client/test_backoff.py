import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetrina.protocol.client.backoff import (
    CAP_MS,
    FLOOR_MS,
    LONGEST_ADVICE_MS,
    Backoff,
    usable_range,
)
from vetrina.protocol.close_codes import CloseCode

LOST = 1006
randoms = st.floats(0, 1, exclude_max=True)


def waits(role, random, codes):
    backoff = Backoff(role, lambda: random)
    return [backoff.next(code, None) for code in codes]


def test_the_upper_bound_doubles_up_to_the_cap():
    almost = 1 - 1e-12
    assert waits("overlay", almost, [LOST] * 7) == [999, 1999, 3999, 7999, 9999, 9999, 9999]
    assert waits("viewer", almost, [LOST] * 7)[-2:] == [29_999, 29_999]


@given(randoms, st.sampled_from(sorted(CAP_MS)), st.integers(1, 100))
def test_no_wait_is_shorter_than_the_floor_or_longer_than_the_cap(random, role, failures):
    for wait in waits(role, random, [LOST] * failures):
        assert FLOOR_MS <= wait <= CAP_MS[role]


@pytest.mark.parametrize(
    ("code", "most"), [(CloseCode.RECONNECT, 1000), (CloseCode.RESTART, 3000), (LOST, 1000)]
)
def test_the_first_wait_depends_on_the_code(code, most):
    assert waits("viewer", 1 - 1e-12, [code])[0] == most - 1


def test_a_server_that_always_wants_a_reconnect_is_not_hammered():
    assert waits("viewer", 0.0, [CloseCode.RECONNECT] * 3) == [0, FLOOR_MS, FLOOR_MS]


def test_forgiving_begins_anew():
    backoff = Backoff("viewer", lambda: 0.5)
    first = [backoff.next(LOST, None) for _ in range(3)]
    backoff.forgive()
    assert [backoff.next(LOST, None) for _ in range(3)] == first


def test_advice_counts_more_than_the_code():
    assert Backoff("viewer", lambda: 0.5).next(CloseCode.RECONNECT, (2000, 4000)) == 3000


@pytest.mark.parametrize(
    "span", [None, 5, "500", [], [5], [3000, 10], [-1, 5], ["1", "2"], [True, 3], [0, 1e400]]
)
def test_what_is_no_advice(span):
    assert usable_range(span) is None


def test_advice_is_bounded():
    assert usable_range([500, 3000]) == (500, 3000)
    assert usable_range([10**9, 10**9]) == (LONGEST_ADVICE_MS, LONGEST_ADVICE_MS)
