"""Lists for `IN` keep their values, and have few lengths."""

import pytest

from vetrina.store.sql.chunks import SLICE, bound, slices


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 512, 513, SLICE])
def test_the_last_value_fills_up_to_a_power_of_two(count):
    values = [str(number) for number in range(count)]
    made = bound(values)
    assert made[:count] == values
    assert set(made[count:]) <= set(values[-1:])
    assert len(made) in {0, *(2**power for power in range(15))}


def test_a_long_list_is_cut():
    pieces = list(slices(range(2 * SLICE + 1)))
    assert [len(piece) for piece in pieces] == [16_384, 16_384, 1]
    assert sorted({value for piece in pieces for value in piece}) == list(range(2 * SLICE + 1))
