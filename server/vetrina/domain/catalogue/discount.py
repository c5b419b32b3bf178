"""A percentage off a price, to the minor unit. Pure."""

from __future__ import annotations

from vetrina.domain.money import Money


def discounted(price: Money, percent: int) -> Money:
    """`percent` off, a half minor unit rounded up, so that the price never claims too much."""
    return Money((price.amount * (100 - percent) * 2 + 100) // 200, price.currency)


def percent_off(price: Money, was: Money) -> int:
    """How many whole percent `price` is below `was`, rounded down."""
    return (was.amount - price.amount) * 100 // was.amount
