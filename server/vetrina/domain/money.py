"""Money in minor units, so that no sum is ever a float."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from vetrina.domain.errors import InvalidValue

# ISO 4217 table A.1: the currencies whose minor unit is not a hundredth.
_EXPONENTS = {
    **dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0
    ),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}


def exponent(currency: str) -> int:
    """Digits after the decimal point of a currency: EUR 2, JPY 0, KWD 3."""
    return _EXPONENTS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (1890 EUR cents) with its ISO 4217 code."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if len(self.currency) != 3 or not (self.currency.isascii() and self.currency.isalpha()):
            raise InvalidValue(
                "currency", f"expected three letters such as EUR, got {self.currency!r}"
            )
        if self.currency != self.currency.upper():
            raise InvalidValue("currency", f"expected capitals, got {self.currency!r}")
        if abs(self.amount) > 10**18:
            raise InvalidValue("amount", "expected at most 10^18 minor units")

    def decimal(self) -> Decimal:
        """The exact amount in major units: 18.90 for 1890 EUR cents."""
        return Decimal(self.amount).scaleb(-exponent(self.currency))


def totals(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """Sum per currency, in alphabetical order; currencies are never converted."""
    sums: dict[str, int] = {}
    for money in amounts:
        sums[money.currency] = sums.get(money.currency, 0) + money.amount
    return tuple(Money(amount, currency) for currency, amount in sorted(sums.items()))
