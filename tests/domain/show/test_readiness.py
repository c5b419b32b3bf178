"""What is said before a show goes live."""

from dataclasses import replace

import pytest

from tests.domain.builders import product
from vetrina.domain.show.readiness import CheckItem, ShopHealth, before_live

LINKED = product(link="https://shop.example/mug")
FINE = {"overlays": 1, "public": True, "shops": [], "products": [LINKED]}
GOOD = ShopHealth(id="c1", name="Shopify", has_secret=True, refused=False)
BARE = replace(GOOD, id="c2", name="Stripe", has_secret=False)
REFUSED = replace(GOOD, id="c3", name="Own shop", refused=True)


def told(**changes):
    return [(check.code, check.items) for check in before_live(**{**FINE, **changes})]


@pytest.mark.parametrize("changes", [{}, {"products": []}, {"shops": [GOOD]}, {"overlays": 3}])
def test_nothing_is_said_where_nothing_is_amiss(changes):
    assert told(**changes) == []


@pytest.mark.parametrize(
    ("changes", "code", "items"),
    [
        ({"overlays": 0}, "no_overlay", ()),
        ({"public": False}, "no_public_address", ()),
        ({"shops": [GOOD, BARE]}, "shop_without_secret", (CheckItem("c2", "Stripe"),)),
        ({"shops": [REFUSED, GOOD]}, "shop_refused", (CheckItem("c3", "Own shop"),)),
        (
            {"products": [LINKED, product("APR-3")]},
            "products_without_link",
            (CheckItem("APR-3", "Title of APR-3"),),
        ),
    ],
)
def test_each_thing_amiss_is_said_with_what_it_is_about(changes, code, items):
    assert told(**changes) == [(code, items)]


def test_a_shop_without_a_secret_is_not_also_one_that_refuses():
    both = replace(BARE, refused=True)
    assert [code for code, _ in told(shops=[both])] == ["shop_without_secret"]


def test_the_worst_comes_first():
    amiss = told(overlays=0, public=False, shops=[REFUSED, BARE], products=[product()])
    assert [code for code, _ in amiss] == [
        "no_overlay",
        "no_public_address",
        "shop_without_secret",
        "shop_refused",
        "products_without_link",
    ]
