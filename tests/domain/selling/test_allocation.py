"""Sums in parts add up, with the values that the reference gives."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetrina.domain.selling.allocation import percent_of, share_of, spread, tax_inside

amounts = st.integers(0, 10**12)


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (1000, (1999, 1999, 1999), (334, 333, 333)),
        (1000, (4999, 1999, 999), (625, 250, 125)),
        (100, (333, 333, 334), (33, 33, 34)),
        (100, (1, 1, 9998), (0, 0, 100)),
        (0, (0, 0), (0, 0)),
        (5, (0, 5, 0), (0, 5, 0)),
    ],
)
def test_b1_to_b4_a_discount_is_spread_by_largest_remainder(amount, weights, parts):
    assert spread(amount, weights) == parts


def test_there_must_be_something_to_spread_over():
    with pytest.raises(ValueError, match="expected a weight"):
        spread(1, (0, 0))


@given(st.lists(amounts, min_size=1, max_size=30), st.data())
def test_parts_add_up_and_none_is_more_than_its_weight(weights, data):
    amount = data.draw(st.integers(0, sum(weights)))
    parts = spread(amount, weights)
    assert sum(parts) == amount
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))


def test_b5_percent_is_rounded_half_up():
    assert percent_of(3490, 1500) == 524
    assert percent_of(10, 500) == 1
    assert percent_of(999, 10_000) == 999


def test_b6_pieces_given_back_one_by_one():
    ends = [share_of(4374, pieces, 4) for pieces in range(5)]
    assert [b - a for a, b in pairwise(ends)] == [1093, 1094, 1093, 1094]


@given(amounts, st.integers(1, 10**6), st.data())
def test_shares_only_grow_and_end_at_what_was_paid(paid, quantity, data):
    first = data.draw(st.integers(0, quantity))
    more = data.draw(st.integers(first, quantity))
    assert 0 <= share_of(paid, first, quantity) <= share_of(paid, more, quantity) <= paid
    assert share_of(paid, quantity, quantity) == paid


def test_b7_the_tax_inside():
    assert tax_inside(4374, 2200) == 789
    assert tax_inside(4374, 0) == 0
    assert tax_inside(20_000, 10_000) == 10_000
