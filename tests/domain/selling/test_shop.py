"""What a shop's profile may hold."""

import pytest

from vetrina.domain.errors import InvalidValue
from vetrina.domain.selling.shop import LINKS, ShopLink, ShopProfile


@pytest.mark.parametrize("handle", ["", "-a", "a-", "A", "a b", "ä", "a/b", "x" * 65, "a\n"])
def test_a_handle_is_a_name_in_addresses(handle):
    with pytest.raises(InvalidValue, match="handle"):
        ShopProfile(handle=handle, name="Shop")


@pytest.mark.parametrize("handle", ["a", "1", "bottega-giulia", "x" * 64])
def test_a_good_handle_is_taken(handle):
    assert ShopProfile(handle=handle, name="Shop").handle == handle


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("accent", "#1f6b3"),
        ("accent", "#1F6B3A"),
        ("accent", "#1f6b3a\n"),
        ("links", (ShopLink("A", "/a"),) * (LINKS + 1)),
        ("returns", "x" * 201),
    ],
)
def test_what_does_not_fit_is_named(field, value):
    with pytest.raises(InvalidValue, match=field):
        ShopProfile(**{"handle": "a", "name": "Shop", field: value})
