"""Money in minor units."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from vetrina.domain.money import Money, exponent, totals

FIXTURE = Path(__file__).resolve().parents[1] / "fixtures" / "money.json"


def test_exponents_are_those_of_the_browser() -> None:
    """The fixture is run by static/js/shared/offer.js as well."""
    cases = json.loads(FIXTURE.read_text("utf-8"))
    exponents = cases["exponents"]
    assert exponents
    assert {currency: exponent(currency) for currency in exponents} == exponents


@given(st.lists(st.builds(Money, st.integers(-(10**9), 10**9), st.sampled_from(["EUR", "JPY"]))))
def test_totals_keep_currencies_apart(amounts: list[Money]) -> None:
    sums = {money.currency: money.amount for money in totals(amounts)}
    for currency in {money.currency for money in amounts}:
        assert sums[currency] == sum(m.amount for m in amounts if m.currency == currency)
