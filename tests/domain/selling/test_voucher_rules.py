"""What vouchers take off, and why they do not."""

from __future__ import annotations

import pytest

from tests.domain.builders import NOW, eur
from tests.domain.selling.test_pricing import ITALY, mug, one, priced, refusal, tee
from vetrina.domain.money import Money
from vetrina.domain.selling.voucher import Voucher


def off(**more: object) -> Voucher:
    return Voucher(code="TEN", **({"amount": eur(1000)} | more))  # type: ignore[arg-type]


def test_b5_percent_of_the_goods():
    voucher = Voucher(code="P15", percent_bps=1500)
    assert priced(one("MUG-1"), sold=(mug(price=eur(3490)),), voucher=voucher).discount == eur(524)


def test_b10_a_voucher_may_bring_the_total_to_zero_and_never_below():
    voucher = off(amount=eur(99_999))
    cart = priced(one("MUG-1"), voucher=voucher)
    assert (cart.discount, cart.total) == (eur(2490), eur(0))
    assert priced(one("MUG-1"), voucher=voucher, market=ITALY).total == eur(499)


def test_b12_shipping_does_not_count_for_the_minimum():
    voucher = off(min_spend=eur(5000))
    short = mug(price=eur(4999))
    refused = refusal(one("MUG-1"), sold=(short,), voucher=voucher, market=ITALY)
    assert refused.code == "voucher_refused"
    assert refused.details["reason"] == "min_spend"
    assert refused.details["goods"] == {"amount": 4999, "currency": "EUR"}
    assert "50.00 EUR" in refused.message
    enough = mug(price=eur(5000))
    assert priced(one("MUG-1"), sold=(enough,), voucher=voucher).total == eur(4000)


def test_b12_the_minimum_is_reached_after_deals():
    voucher = off(min_spend=eur(5000))
    lowered = mug(price=eur(5200), deal="d1", deal_price=eur(4900))
    refused = refusal(one("MUG-1"), sold=(lowered,), voucher=voucher)
    assert (refused.code, refused.details["reason"]) == ("voucher_refused", "min_spend")


def test_only_goods_that_it_is_good_for_count_and_are_lowered():
    whole = off(skus=("TEE",), amount=eur(99_999))
    cart = priced(one("MUG-1"), one("TEE-M", 2), voucher=whole)
    assert [line.discount for line in cart.lines] == [eur(0), eur(3800)]
    variant = priced(one("MUG-1"), one("TEE-M"), voucher=off(skus=("TEE-M",)))
    assert [line.discount for line in variant.lines] == [eur(0), eur(1000)]
    short = refusal(one("MUG-1", 9), one("TEE-M"), voucher=off(skus=("TEE",), min_spend=eur(2000)))
    assert short.details["reason"] == "min_spend"
    assert refusal(one("MUG-1"), voucher=off(skus=("TEE",))).details["reason"] == "products"


@pytest.mark.parametrize(
    "window",
    [
        {"starts_at": NOW + 1},
        {"ends_at": NOW},
        {"show": "another"},
    ],
)
def test_codes_that_are_not_good_all_get_one_answer(window):
    refused = refusal(one("MUG-1"), voucher=off(**window), show="drop")
    assert (refused.code, refused.details) == ("voucher_refused", {"reason": "not_good"})


def test_it_is_good_from_its_start_to_just_before_its_end():
    assert priced(one("MUG-1"), voucher=off(starts_at=NOW, ends_at=NOW + 1)).discount == eur(1000)
    assert priced(one("MUG-1"), voucher=off(show="drop"), show="drop").discount == eur(1000)
    assert refusal(one("MUG-1"), voucher=off(show="drop")).details["reason"] == "not_good"


def test_one_in_another_currency_is_refused():
    voucher = off(amount=Money(1000, "USD"))
    assert refusal(one("MUG-1"), voucher=voucher).details["reason"] == "currency"
    minimum = off(min_spend=Money(1000, "USD"))
    assert refusal(one("MUG-1"), voucher=minimum).details["reason"] == "currency"


def test_one_that_would_take_nothing_off_is_not_spent():
    free = tee(price=eur(0))
    assert refusal(one("TEE-M"), sold=(free,), voucher=off()).details["reason"] == "nothing_off"
