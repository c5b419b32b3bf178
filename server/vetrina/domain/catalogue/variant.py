"""Variants: the choices of a product, each with its own SKU, price and stock. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from vetrina.domain.catalogue.fields import FIELD_CHECKS
from vetrina.domain.errors import InvalidValue
from vetrina.domain.money import Money

OPTIONS: Final = 3
VARIANTS: Final = 100
OPTION_CHARS: Final = 120

Summary = tuple[Money, Money | None, Money | None, int | None]
"""What variants come to: `price`, `price_to`, `prior_price` and `stock` of their product."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One choice of a product. `values` stand in the order of the product's options."""

    sku: str
    price: Money
    values: tuple[str, ...] = ()
    prior_price: Money | None = None
    stock: int | None = None
    image: str | None = None

    def __post_init__(self) -> None:
        for field in ("sku", "stock", "image"):
            FIELD_CHECKS[field](getattr(self, field))
        if self.price.amount < 0:
            raise InvalidValue("price", "expected zero or more minor units")
        if self.prior_price is not None and self.prior_price.currency != self.price.currency:
            raise InvalidValue("prior_price", f"expected {self.price.currency} like the price")

    @property
    def choice(self) -> str:
        """The values as people read them: `M / black`. A shop may leave one blank."""
        return " / ".join(filter(None, self.values))


def summary(variants: Sequence[Variant]) -> Summary:
    """The lowest price, the highest where they differ, the prior price that all share with the
    price, and the pieces in sum, None where those of one are not tracked."""
    prices = [variant.price for variant in variants]
    low, high = min(prices, key=_amount), max(prices, key=_amount)
    priors = {variant.prior_price for variant in variants}
    shared = priors.pop() if low == high and len(priors) == 1 else None
    stocks = [variant.stock for variant in variants]
    total = sum(stock for stock in stocks if stock is not None)
    return low, high if high != low else None, shared, None if None in stocks else total


def check_variants(sku: str, options: Sequence[str], variants: Sequence[Variant]) -> None:
    """Raises InvalidValue where options and variants of a product do not fit each other."""
    check_count("options", options, OPTIONS)
    check_count("variants", variants, VARIANTS)
    for option in options:
        if not 1 <= len(option.strip()) <= OPTION_CHARS:
            raise InvalidValue("options", f"expected names of 1 to {OPTION_CHARS} characters")
    if len(set(options)) < len(options):
        raise InvalidValue("options", "expected another name for each option")
    if not options or not variants:
        raise InvalidValue("variants", "expected options and variants, or neither")
    _check_values(options, variants)
    _check_skus(sku, variants)
    if len({variant.price.currency for variant in variants}) > 1:
        raise InvalidValue("price", "expected one currency for all variants")


def _check_values(options: Sequence[str], variants: Sequence[Variant]) -> None:
    taken: dict[tuple[str, ...], str] = {}
    for variant in variants:
        if len(variant.values) != len(options):
            raise InvalidValue(
                "options",
                f"expected a value for {' and '.join(options)} of {variant.sku}, got"
                f" {', '.join(variant.values) or 'none'}",
            )
        if any(len(value) > OPTION_CHARS for value in variant.values):
            raise InvalidValue("options", f"expected values of at most {OPTION_CHARS} characters")
        other = taken.setdefault(variant.values, variant.sku)
        if other != variant.sku:
            message = f"{other} and {variant.sku} are both {variant.choice}"
            raise InvalidValue("options", message)


def _check_skus(sku: str, variants: Sequence[Variant]) -> None:
    if len({variant.sku for variant in variants}) < len(variants):
        raise InvalidValue("sku", "expected another one for each variant")
    if any(variant.sku == sku for variant in variants):
        raise InvalidValue("sku", f"expected another one for the product than variant {sku} has")


def check_count(field: str, values: Sequence[object], most: int) -> None:
    """Raises InvalidValue where there are too many."""
    if len(values) > most:
        raise InvalidValue(field, f"expected at most {most}, got {len(values)}")


def _amount(price: Money) -> int:
    return price.amount
