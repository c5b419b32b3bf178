"""Pages: a part of a long list, by key, so that a page costs the same wherever it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some entries in their order. `next` is what to go on after, None at the end of the list.

    What is added or changed between two pages moves nothing from one to the other.
    """

    items: Sequence[T]
    next: int | None
