"""Which place sends what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetrina.domain.errors import InvalidValue
from vetrina.domain.selling.places import Allocated, Place, allocate, by_place

MILAN = Place(code="milan", name="Milan", priority=1, main=True)
ROME = Place(code="rome", name="Rome", priority=2)
TURIN = Place(code="turin", name="Turin", priority=3)
ALL = (MILAN, ROME, TURIN)


def test_the_first_place_that_has_everything_sends_everything():
    free = {"milan": {"A": 1}, "rome": {"A": 2, "B": 1}, "turin": {"A": 9, "B": 9}}
    assert allocate({"A": 1}, ALL, free) == [Allocated("milan", "A", 1)]
    assert allocate({"A": 2, "B": 1}, ALL, free) == [
        Allocated("rome", "A", 2),
        Allocated("rome", "B", 1),
    ]


def test_else_it_is_split_over_few():
    free = {"milan": {"A": 1}, "rome": {"A": 3}, "turin": {"B": 1}}
    assert allocate({"A": 4, "B": 1}, ALL, free) == [
        Allocated("rome", "A", 3),
        Allocated("milan", "A", 1),
        Allocated("turin", "B", 1),
    ]


def test_what_nobody_has_is_for_the_main_place_to_find():
    assert allocate({"A": 4}, ALL, {"milan": {"A": 1}, "rome": {"A": 1}}) == [
        Allocated("milan", "A", 3),
        Allocated("rome", "A", 1),
    ]


def test_what_is_not_counted_goes_along_with_the_rest():
    free: dict[str, dict[str, int | None]] = {
        "milan": {"A": 0, "CARD": None},
        "rome": {"A": 1, "CARD": None},
    }
    assert {one.place for one in allocate({"A": 1, "CARD": 1}, ALL, free)} == {"rome"}


def test_without_places_nothing_is_allocated():
    assert allocate({"A": 1}, (), {}) == []


def test_the_main_place_holds_what_is_at_no_other():
    assert by_place(ALL, 10, {"rome": 3}) == {"milan": 7, "rome": 3, "turin": 0}
    assert by_place(ALL, None, {"rome": 3}) == {"milan": None, "rome": 3, "turin": 0}
    assert by_place(ALL, 4, {"rome": 3, "turin": 3}) == {"milan": 0, "rome": 3, "turin": 1}


@pytest.mark.parametrize("change", [{"code": "Rome"}, {"name": " "}, {"priority": -1}])
def test_places_that_cannot_be(change):
    with pytest.raises(InvalidValue):
        Place(**{"code": "rome", "name": "Rome", **change})


codes = st.sampled_from(["milan", "rome", "turin"])
pieces = st.integers(0, 20)
skus = st.sampled_from("ABC")


@given(
    st.dictionaries(skus, pieces),
    st.dictionaries(codes, st.dictionaries(skus, st.none() | pieces)),
)
def test_allocated_pieces_always_add_up(wanted, free):
    allocated = allocate(wanted, ALL, free)
    sums: dict[str, int] = {}
    for one in allocated:
        sums[one.sku] = sums.get(one.sku, 0) + one.pieces
        there = free.get(one.place, {}).get(one.sku, 0)
        assert one.place == "milan" or there is None or one.pieces <= there
    assert sums == {sku: n for sku, n in wanted.items() if n}
    assert len({(one.place, one.sku) for one in allocated}) == len(allocated)
    alone = [
        place.code
        for place in ALL
        if all(
            (there := free.get(place.code, {}).get(sku, 0)) is None or there >= n
            for sku, n in wanted.items()
        )
    ]
    if alone and sums:
        assert {one.place for one in allocated} == {alone[0]}


@given(pieces, st.dictionaries(st.sampled_from(["rome", "turin"]), pieces))
def test_places_always_add_up_to_what_the_shop_sells(whole, elsewhere):
    told = by_place(ALL, whole, elsewhere)
    assert sum(n or 0 for n in told.values()) == whole
    assert all(n is not None and n >= 0 for n in told.values())
