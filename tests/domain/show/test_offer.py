"""What a product costs at a moment: the cases that the browser runs too."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from vetrina.domain.catalogue.product import Product
from vetrina.domain.catalogue.variant import Variant
from vetrina.domain.money import Money
from vetrina.domain.show.offer import offer_of, variant_offer
from vetrina.domain.show.values import Deal, VariantPrice

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


def test_a_variant_costs_its_own_price_and_its_own_in_a_deal():
    small = Variant(
        sku="S", values=("S",), price=Money(1000, "EUR"), prior_price=Money(1500, "EUR")
    )
    large = Variant(sku="L", values=("L",), price=Money(2000, "EUR"), stock=3)
    shirt = Product(
        sku="T", title="T", price=small.price, price_to=large.price, options=("Size",),
        variants=(small, large),
    )  # fmt: skip
    alone = variant_offer(shirt, small, None, 0)
    assert (alone.price, alone.was, alone.price_to) == (small.price, small.prior_price, None)
    assert variant_offer(shirt, large, None, 0).few == 3
    deal = Deal(
        id="d1", number=1, product=shirt, price=Money(900, "EUR"), was=None, percent=10,
        status="running", starts_at=0, ends_at=10, quantity=None, left=None, per_viewer=None,
        price_to=Money(1800, "EUR"),
        prices=(VariantPrice("S", Money(900, "EUR")), VariantPrice("L", Money(1800, "EUR"))),
    )  # fmt: skip
    dealt = variant_offer(shirt, small, deal, 5)
    assert (dealt.price, dealt.was, dealt.percent) == (Money(900, "EUR"), None, 10)
    assert variant_offer(shirt, large, deal, 5).price == Money(1800, "EUR")
    assert variant_offer(shirt, large, deal, 10).price == large.price
