"""Places in the list of products, as they stand in an address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetrina.store.ports.shop import Place
from vetrina.web.pages.shop_view import place_of, place_text

PLACES = st.builds(Place, st.booleans(), st.integers(0, 2**63 - 1), st.integers(0, 2**31 - 1))


@given(PLACES)
def test_a_place_is_read_as_it_was_written(place):
    assert place_of(place_text(place)) == place


@pytest.mark.parametrize(
    "text", ["", "0-1", "0-1-2-3", "2-1-1", "0--1-1", "0-x-1", f"0-{2**63}-1", "0-1-²"]
)
def test_what_is_no_place_is_none(text):
    assert place_of(text) is None
