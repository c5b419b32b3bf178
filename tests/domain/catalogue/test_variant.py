"""Variants: what they come to, and what they cannot be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.builders import eur, product, tee
from vetrina.domain.catalogue.discount import discounted, percent_off
from vetrina.domain.catalogue.entry import CatalogueEntry, entry_of
from vetrina.domain.catalogue.variant import Variant, summary
from vetrina.domain.errors import InvalidValue
from vetrina.domain.money import Money


def test_price_and_stock_of_the_product_are_those_of_its_variants():
    shirt = tee(1900, 1900, 2200, stocks=(3, 5, 0))
    assert (shirt.price, shirt.price_to, shirt.stock) == (eur(1900), eur(2200), 8)
    assert tee(1900).price_to is None
    assert tee(stocks=(3, None, 0)).stock is None, "what is not counted has no sum"


def test_an_earlier_price_is_the_products_only_where_all_share_it():
    shirt = tee(1900)
    alike = shirt.with_variants([replace(v, prior_price=eur(2500)) for v in shirt.variants])
    assert alike.prior_price == eur(2500)
    first, *others = alike.variants
    assert alike.with_variants([replace(first, prior_price=None), *others]).prior_price is None
    assert tee(1900, 2000, 2200).prior_price is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"options": ()}, "variants"),
        ({"variants": ()}, "variants"),
        ({"options": ("Size", "Size")}, "options"),
        ({"options": ("Size", "Colour")}, "options"),
        ({"options": ("A", "B", "C", "D")}, "options"),
        ({"options": ("  ",)}, "options"),
        ({"sku": "TEE-S"}, "sku"),
        ({"price": eur(1)}, "variants"),
        ({"stock": 1}, "variants"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(change, field):
    with pytest.raises(InvalidValue) as refused:
        replace(tee(), **change)
    assert refused.value.field == field


def test_two_variants_are_two_choices_with_two_skus_in_one_currency():
    first, second, third = tee().variants
    for wrong in (
        replace(second, values=first.values),
        replace(second, sku=first.sku),
        replace(second, price=Money(1900, "USD")),
        replace(second, values=("x" * 121,)),
    ):
        with pytest.raises(InvalidValue):
            tee().with_variants([first, wrong, third])


def test_a_hundred_variants_and_no_more():
    def many(n):
        return [Variant(sku=f"V{i}", price=eur(100), values=(str(i),)) for i in range(n)]

    assert len(tee().with_variants(many(100)).variants) == 100
    with pytest.raises(InvalidValue, match="at most 100, got 101"):
        tee().with_variants(many(101))


def test_every_sku_means_the_product_and_names_its_choice():
    shirt = tee()
    assert list(shirt.skus()) == ["TEE", "TEE-S", "TEE-M", "TEE-L"]
    assert (shirt.named("TEE-M"), shirt.named("TEE")) == ("T-shirt – M", "T-shirt")
    assert shirt.with_stock("TEE-S", 9).stock == 14
    assert product().with_stock("MUG-1", 4).stock == 4


@given(st.text("ab ", min_size=1, max_size=200), st.integers(1, 120))
def test_the_choice_is_read_also_behind_the_longest_title(title, chars):
    small, *rest = tee().variants
    long = replace(small, values=("x" * chars,))
    shirt = replace(tee(), title=f"T{title}"[:200]).with_variants([long, *rest])
    told = shirt.named(small.sku)
    assert len(told) <= 200
    assert told.startswith("T") and told.endswith("x" * chars if chars <= 100 else "x…")


def test_stock_of_another_version_leaves_alone_what_that_lacks():
    fewer = tee().with_variants(tee(stocks=(1, 1, 1)).variants[:2])
    assert [v.stock for v in tee().stocked_like(fewer).variants] == [1, 1, 0]


def test_an_entry_is_a_product_and_a_product_an_entry():
    for one in (tee(), product(stock=3, image="https://a.example/a.png")):
        assert entry_of(one).product() == one


def test_without_options_a_product_is_its_own_only_variant():
    one = Variant(sku="A", price=eur(1))
    assert CatalogueEntry(key="handle", title="T", variants=(one,)).sku == "A"
    for wrong in ((), (one, replace(one, sku="B")), (replace(one, values=("x",)),)):
        with pytest.raises(InvalidValue, match="variants"):
            CatalogueEntry(key="handle", title="T", variants=wrong)


amounts = st.integers(0, 10**12)


@given(amounts, st.integers(1, 99))
def test_a_percentage_is_exact_to_half_a_minor_unit(amount, percent):
    price = discounted(eur(amount), percent).amount
    assert abs(price * 100 - amount * (100 - percent)) <= 50
    if amount and price < amount:
        assert percent_off(eur(price), eur(amount)) <= percent + 50 * 100 // amount


@given(st.lists(st.tuples(amounts, st.none() | st.integers(0, 99)), min_size=1, max_size=9))
def test_a_summary_is_the_least_the_most_and_the_sum(rows):
    variants = [
        Variant(sku=f"V{n}", price=eur(price), stock=stock) for n, (price, stock) in enumerate(rows)
    ]
    low, high, _, stock = summary(variants)
    prices, stocks = [price for price, _ in rows], [stock for _, stock in rows]
    assert low.amount == min(prices)
    assert (high or low).amount == max(prices)
    assert stock == (None if None in stocks else sum(stocks))
