"""Sums in parts: what is spread adds up to the last minor unit. Pure, integers only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

BASIS_POINTS: Final = 10_000


def spread(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    """The amount in proportion to the weights, by largest remainder, ties in their order.

    No part is larger than its weight unless the amount is larger than all of them together.
    """
    whole = sum(weights)
    if not whole:
        if amount:
            raise ValueError(f"expected a weight to spread {amount} over")
        return (0,) * len(weights)
    parts = [amount * weight // whole for weight in weights]
    left = amount - sum(parts)
    by_remainder = sorted(range(len(weights)), key=lambda i: -(amount * weights[i] % whole))
    for place in by_remainder[:left]:
        parts[place] += 1
    return tuple(parts)


def share_of(paid: int, pieces: int, quantity: int) -> int:
    """What so many pieces of a line cost together: the difference of two shares is what the pieces
    between them cost, so that one by one they add up."""
    return paid * pieces // quantity


def percent_of(amount: int, basis_points: int) -> int:
    """A percentage, a half minor unit rounded up."""
    return (amount * basis_points + BASIS_POINTS // 2) // BASIS_POINTS


def tax_inside(amount: int, basis_points: int) -> int:
    """The tax that an amount holds, a half minor unit rounded up."""
    gross = BASIS_POINTS + basis_points
    return (2 * amount * basis_points + gross) // (2 * gross)
