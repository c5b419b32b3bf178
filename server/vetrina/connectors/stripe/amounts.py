"""Amounts as Stripe counts them. Nothing else of ours knows its digits."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from vetrina.connectors.payload import exact_money
from vetrina.domain.errors import InvalidValue
from vetrina.domain.money import Money

MOST_MINOR: Final = 10**12
# Digits after the decimal point by Stripe's own count, where it is not two. ISK and UGX have none
# in ISO 4217 and two here; MGA has two there and none here.
_DIGITS = {
    **dict.fromkeys(
        "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split(), 0
    ),
    **dict.fromkeys("BHD JOD KWD OMR TND".split(), 3),
}  # fmt: skip
# Their smallest coin is a hundredth, though three digits are written: the last one is zero.
_LAST_ZERO = 3


def minor_units(amount: int, currency: str) -> Money:
    """An amount in Stripe's smallest unit as money of ours."""
    amount = min(max(amount, 0), MOST_MINOR)
    return exact_money(Decimal(amount).scaleb(-_digits(currency)), currency)


def stripe_amount(money: Money) -> int:
    """Money of ours in Stripe's smallest unit. Raises InvalidValue for what it cannot charge."""
    digits = _digits(money.currency)
    exact = money.decimal().scaleb(digits)
    step = 10 if digits == _LAST_ZERO else 1
    if exact % step:
        raise InvalidValue(
            "amount", f"Stripe cannot charge {money.decimal()} {money.currency}: too fine an amount"
        )
    return int(exact)


def _digits(currency: str) -> int:
    return _DIGITS.get(currency, 2)
