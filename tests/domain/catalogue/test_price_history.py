"""What a reduction may be compared with, held against a history told day by day."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.builders import NOW, eur, product
from tests.properties import times
from vetrina.domain.catalogue.price_history import (
    DAY_MS,
    PRIOR_PRICE_MS,
    Offered,
    history_of,
    honest,
    lowest_before,
    prior_price,
    reference_price,
)
from vetrina.domain.catalogue.variant import Variant, summary
from vetrina.domain.money import Money

SKU = "MUG-1"
MUG = product(price=2490, prior_price=eur(2990))


def days(number):
    return NOW - number * DAY_MS


def own(amount, since, until=None):
    """A price that held from so many days ago to so many days ago."""
    return Offered(SKU, eur(amount), days(since), None if until is None else days(until))


def deal(amount, ago):
    return Offered(SKU, eur(amount), days(ago) - 60_000, days(ago), "deal")


def compared(*offers, declared=2990, price=2490):
    found = reference_price(SKU, eur(price), eur(declared), history_of(offers), NOW)
    return found.amount


def struck(*offers, declared=2990, price=2490):
    return prior_price(SKU, eur(price), eur(declared), history_of(offers), NOW).amount


def test_without_a_history_the_declaration_stands():
    assert struck() == 2990
    assert honest(MUG, {}, NOW) is MUG


def test_without_a_declaration_nothing_is_compared():
    plain = replace(MUG, prior_price=None)
    history = history_of([own(3500, 9, 2), own(2490, 2)])
    assert honest(plain, history, NOW) is plain
    assert reference_price(SKU, plain.price, None, history, NOW) is None


@pytest.mark.parametrize(
    ("before", "prior"),
    [
        ([own(2790, 40, 5)], 2790),
        ([own(3500, 40, 5)], 2990),
        ([own(2600, 60, 36), own(2790, 36, 5)], 2790),
        ([own(2600, 60, 34), own(2790, 34, 5)], 2600),
        ([own(2790, 20, 5), deal(1200, 12)], 1200),
        ([own(2790, 20, 5), deal(1200, 2)], 1200),
        ([replace(own(100, 20, 5), price=Money(100, "USD"))], 2990),
    ],
)
def test_a_reduced_price_is_measured_by_the_30_days_before_it_began(before, prior):
    assert struck(*before, own(2490, 5)) == prior


def test_a_reduction_of_long_ago_keeps_what_it_was_measured_by():
    assert struck(own(2790, 90, 60), own(2490, 60)) == 2790


def test_a_price_that_rose_long_ago_is_what_a_deal_is_measured_by():
    risen = [own(2000, 90, 40), own(2490, 40)]
    assert struck(*risen, declared=2490) == 2490
    assert compared(*risen, declared=2490) == 2490


def test_a_price_that_came_up_again_is_measured_by_the_lower_one():
    assert struck(own(1990, 30, 3), own(2490, 3)) == 1990


def test_a_deal_is_measured_by_everything_until_now():
    assert compared(own(2790, 40, 5), own(2490, 5)) == 2490
    assert compared(own(2065, 29, 10), own(2490, 10)) == 2065
    assert compared(own(2065, 60, 30), own(2490, 30)) == 2490
    assert compared(declared=2200) == 2200


def test_of_equal_prices_the_last_one_is_told():
    offers = [deal(1200, 20), deal(1200, 9), deal(1300, 2)]
    assert lowest_before(history_of(offers), SKU, NOW, "EUR") == offers[1]
    assert lowest_before(history_of(offers), "APR-3", NOW, "EUR") is None


@st.composite
def told(draw):
    """A product's prices one after the other, the last one still in force, and some deals."""
    ends = sorted(draw(st.sets(st.integers(1, 80), max_size=6)), reverse=True)
    amounts = st.integers(1, 30)
    offers, since = [], 90
    for end in ends:
        offers.append(own(draw(amounts), since, end))
        since = end
    offers.append(own(draw(amounts), since))
    deals = draw(st.lists(st.tuples(amounts, st.integers(1, 80)), max_size=4))
    return [*offers, *(deal(amount, ago) for amount, ago in deals)]


def of_each_day(offers, first, last):
    """The naive model: what was asked at noon of each day, and in each deal, in days ago."""
    for ago in range(first, last, -1):
        noon = days(ago) + DAY_MS // 2
        for one in offers:
            if one.kind == "price" and one.from_ms <= noon and (one.until_ms or NOW) > noon:
                yield one.price.amount
    for one in offers:
        if one.kind == "deal" and days(first) < one.until_ms and one.from_ms < days(last):
            yield one.price.amount


@settings(max_examples=times(3))
@given(told(), st.integers(1, 40))
def test_deals_are_compared_as_who_looked_every_day_would(offers, declared):
    price = next(one for one in offers if one.until_ms is None).price.amount
    lowest = min(of_each_day(offers, 30, 0))
    assert compared(*offers, declared=declared, price=price) == min(declared, lowest)


@settings(max_examples=times(3))
@given(told(), st.integers(1, 40))
def test_prices_are_struck_through_as_who_looked_every_day_would(offers, declared):
    present = next(one for one in offers if one.until_ms is None)
    began = (NOW - present.from_ms) // DAY_MS
    price = present.price.amount
    before = min([declared, *of_each_day(offers, began + 30, began)])
    others = [one for one in offers if one is not present]
    lowest = min([declared, max(before, price), *of_each_day(others, 30, 0)])
    assert struck(*offers, declared=declared, price=price) == lowest


@settings(max_examples=times(2))
@given(told(), st.integers(1, 40))
def test_a_bag_may_hold_what_is_shown_in_place_of_what_is_declared(offers, declared):
    """It is never raised, not lowered again by the same history, and a deal claims the same."""
    price = next(one for one in offers if one.until_ms is None).price.amount
    mug = product(price=price, prior_price=eur(declared))
    history = history_of(offers)
    shown = honest(mug, history, NOW)
    assert shown.prior_price.amount <= declared
    assert honest(shown, history, NOW) == shown
    claimed = reference_price(SKU, mug.price, mug.prior_price, history, NOW)
    assert claimed == reference_price(SKU, mug.price, shown.prior_price, history, NOW)


def test_what_ended_30_days_ago_to_the_millisecond_is_over():
    last = Offered(SKU, eur(1200), NOW - 9 * PRIOR_PRICE_MS, NOW - PRIOR_PRICE_MS)
    assert compared(last) == 2490
    assert compared(replace(last, until_ms=NOW - PRIOR_PRICE_MS + 1)) == 1200


def shirt(*offers):
    """Two sizes, each with its price and prior price."""
    variants = [
        Variant(sku=size, price=eur(price), values=(size,), prior_price=eur(prior))
        for size, (price, prior) in zip("SM", offers, strict=True)
    ]
    price, price_to, prior_price, _ = summary(variants)
    return product(
        "SHIRT", price=price.amount, price_to=price_to, prior_price=prior_price,
        options=("Size",), variants=tuple(variants),
    )  # fmt: skip


def priors(shown):
    return [one.prior_price.amount for one in shown.variants]


def test_variants_are_lowered_each_by_its_own_history():
    history = history_of([replace(own(1800, 9, 2), sku="S")])
    shown = honest(shirt((1500, 2500), (1600, 2500)), history, NOW)
    assert (priors(shown), shown.prior_price) == ([1800, 2500], None)


def test_variants_that_share_one_offer_share_what_is_true_for_each():
    history = history_of([replace(own(1800, 9, 2), sku="S"), replace(own(1900, 9, 2), sku="M")])
    shown = honest(shirt((1500, 2500), (1500, 2500)), history, NOW)
    assert (priors(shown), shown.prior_price) == ([1800, 1800], eur(1800))
