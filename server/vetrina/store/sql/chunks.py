"""Chunking: long lists of values, in pieces that one statement can bind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

# SQLite binds at most 32,766 values in one statement, PostgreSQL's driver 32,767.
SLICE = 10_000


def slices(values: Sequence[T]) -> Iterator[list[T]]:
    """The values, at most `SLICE` at a time, ready for an `IN`."""
    for start in range(0, len(values), SLICE):
        yield bound(values[start : start + SLICE])


def bound(values: Sequence[T]) -> list[T]:
    """Values for an `IN`: the last one is repeated up to a power of two.

    Each length of a list is another statement, to be understood and kept by driver and database;
    so there are fifteen of them instead of thousands.
    """
    if not values:
        return []
    size = 1 << (len(values) - 1).bit_length()
    return [*values, *[values[-1]] * (size - len(values))]
