"""Stripe's digits, both ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetrina.connectors.stripe.amounts import minor_units, stripe_amount
from vetrina.domain.errors import InvalidValue
from vetrina.domain.money import Money

CURRENCIES = "EUR USD JPY KRW ISK UGX MGA HUF TWD KWD BHD TND CLP".split()


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [(5, "UGX", 500), (5, "ISK", 500), (500, "JPY", 500), (500, "MGA", 5),
     (199_000, "HUF", 199_000), (1230, "KWD", 1230)],
)  # fmt: skip
def test_amounts_go_out_in_the_digits_of_stripe(minor: int, currency: str, amount: int) -> None:
    assert stripe_amount(Money(minor, currency)) == amount


@pytest.mark.parametrize(("minor", "currency"), [(1234, "KWD"), (1, "BHD"), (550, "MGA")])
def test_what_stripe_cannot_charge_is_refused(minor: int, currency: str) -> None:
    with pytest.raises(InvalidValue):
        stripe_amount(Money(minor, currency))


@given(st.integers(0, 10**9), st.sampled_from(CURRENCIES))
def test_what_goes_out_comes_back_as_it_was(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    try:
        amount = stripe_amount(money)
    except InvalidValue:
        return
    assert minor_units(amount, currency) == money
