"""What a product costs at a moment: the cases that the browser runs too."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from vetrina.domain.catalogue.product import Product
from vetrina.domain.catalogue.variant import Variant
from vetrina.domain.money import Money
from vetrina.domain.show.offer import offer_of
from vetrina.domain.show.values import Deal

FIXTURE = Path(__file__).resolve().parents[2] / "fixtures" / "offer.json"
CASES = json.loads(FIXTURE.read_text("utf-8"))["cases"]


def money(value: dict | None) -> Money | None:
    return Money(**value) if value else None


def product_of(case: dict) -> Product:
    price, prior = money(case["price"]), money(case["prior_price"])
    mug = Product(sku="MUG", title="Mug", price=price, prior_price=prior, stock=case["stock"])
    if "price_to" not in case:
        return mug
    prices = {"S": price, "L": money(case["price_to"])}
    variants = [Variant(sku=size, values=(size,), price=one) for size, one in prices.items()]
    return replace(mug, options=("Size",), variants=tuple(variants), price_to=prices["L"])


def deal_of(case: dict, product: Product) -> Deal:
    prices = {name: money(case.get(name)) for name in ("price", "price_to", "was")}
    given = {"id": "d1", "number": 1, "product": product, "per_viewer": None}
    return Deal(**given, **(case | prices))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_offer_is_that_of_the_browser(case):
    product = product_of(case["product"])
    deal = deal_of(case["deal"], product) if case["deal"] else None
    expected = {"price_to": None, **case["offer"]}
    assert asdict(offer_of(product, deal, case["now"])) == expected
