"""Prices as files write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetrina.domain.errors import InvalidValue
from vetrina.domain.money import Money, exponent
from vetrina.shop.imports.decimals import currency_in, decimal_mark, read_price
from vetrina.shop.imports.findings import UnreadableFile


@pytest.mark.parametrize(
    ("texts", "mark"),
    [
        (["19.90"], "."),
        (["19,90"], ","),
        (["1.234,50"], ","),
        (["1,234.50"], "."),
        (["1.234.567"], ","),
        (["1,234", "5.00"], "."),
        (["0,125"], ","),
        (["1234", "20"], None),
        (["", "free"], None),
    ],
)
def test_one_price_tells_for_all(texts, mark):
    assert decimal_mark(texts) == mark


def test_a_file_of_doubtful_prices_is_asked_about():
    with pytest.raises(UnreadableFile, match="in two ways"):
        decimal_mark(["1,234", "12.500"])


@pytest.mark.parametrize(
    ("text", "mark", "currency", "amount"),
    [
        ("19.90", ".", "EUR", 1990),
        ("€ 19,90", ",", "EUR", 1990),
        ("EUR 19.90", ".", "EUR", 1990),
        ("1,234.50 BDT", ".", "BDT", 123450),
        ("1.234,50 EUR", ",", "EUR", 123450),
        ("1'234.50", ".", "CHF", 123450),
        ("1 234,50", ",", "PLN", 123450),
        ("1,23,456.00", ".", "INR", 12345600),
        ("4999", ".", "JPY", 4999),
        ("4999.00", ".", "JPY", 4999),
        ("1.234", ".", "KWD", 1234),
        ("$5", ".", "CAD", 500),
        ("7.", ".", "EUR", 700),
    ],
)
def test_a_price_is_exact(text, mark, currency, amount):
    assert read_price(text, mark, currency) == Money(amount, currency)


@pytest.mark.parametrize(
    ("text", "mark", "said"),
    [
        ("19,90", ".", "decimal point, got “19,90”"),
        ("1.2.3", ".", "decimal point"),
        ("19.90 USD", ".", "a price in EUR"),
        ("$19.90", ".", "a price in EUR"),
        ("19.999", ".", "at most 2 decimals"),
        ("-1", ".", "zero or more"),
        ("", ".", "a price such as"),
        ("about ten", ".", "a price such as"),
        ("1,2345.00", ".", "decimal point"),
    ],
)
def test_what_is_no_price_is_refused(text, mark, said):
    with pytest.raises(InvalidValue, match=said):
        read_price(text, mark, "EUR")


@pytest.mark.parametrize(
    ("text", "currency"), [("19 EUR", "EUR"), ("€19", "EUR"), ("$19", None), ("19", None)]
)
def test_the_currency_that_a_price_names(text, currency):
    assert currency_in(text) == currency


@given(
    amount=st.integers(0, 10**12),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
    mark=st.sampled_from([".", ","]),
    grouped=st.booleans(),
)
def test_what_is_written_with_one_mark_is_read_back(amount, currency, mark, grouped):
    places = exponent(currency)
    whole, rest = divmod(amount, 10**places)
    other = "." if mark == "," else ","
    digits = f"{whole:,}".replace(",", other) if grouped else str(whole)
    text = f"{digits}{mark}{rest:0{places}d}" if places else digits
    assert read_price(text, mark, currency) == Money(amount, currency)
