"""Places that goods are sent from, and which of them sends what. Pure.

The main place holds whatever is at no other, so that the sum of all places is what the shop sells,
whoever changed that: a shop with one place has nothing to look after.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from vetrina.domain.errors import InvalidValue

CODE_PATTERN: Final = r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?"
NAME_CHARS: Final = 80
REASON_CHARS: Final = 200
PLACES: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A warehouse, a shop, a cupboard. Orders go to the smallest `priority` first."""

    code: str
    name: str
    priority: int = 0
    main: bool = False

    def __post_init__(self) -> None:
        if re.fullmatch(CODE_PATTERN, self.code) is None:
            raise InvalidValue("code", "expected small letters, digits and hyphens between them")
        if not 1 <= len(self.name.strip()) <= NAME_CHARS:
            raise InvalidValue("name", f"expected 1 to {NAME_CHARS} characters")
        if not 0 <= self.priority <= 1000:
            raise InvalidValue("priority", "expected 0 to 1000")


@dataclass(frozen=True, slots=True)
class Allocated:
    """Pieces that a place is to send."""

    place: str
    sku: str
    pieces: int


def in_order(places: Sequence[Place]) -> list[Place]:
    """The one that sends first comes first."""
    return sorted(places, key=lambda place: (place.priority, place.code))


def by_place(
    places: Sequence[Place], whole: int | None, elsewhere: Mapping[str, int]
) -> dict[str, int | None]:
    """Pieces by place that come to `whole`; `elsewhere` is what was noted of all but the main one.

    Where fewer are left than were noted, the first in order keep theirs. None: not counted.
    """
    left = whole
    told: dict[str, int | None] = {}
    for place in in_order(places):
        if place.main:
            continue
        noted = elsewhere.get(place.code, 0)
        told[place.code] = noted if left is None else min(noted, left)
        left = None if left is None else left - min(noted, left)
    told.update({place.code: left for place in places if place.main})
    return told


def allocate(
    wanted: Mapping[str, int], places: Sequence[Place], free: Mapping[str, Mapping[str, int | None]]
) -> list[Allocated]:
    """Who sends what: the first place that has everything, else as few parcels as places allow.

    `free` is by place and SKU, None where it is not counted. What nobody has is for the main place
    to find.
    """
    left = {sku: pieces for sku, pieces in wanted.items() if pieces > 0}
    order = in_order(places)
    found: list[Allocated] = []
    while left:
        fits = {place.code: _fitting(left, free.get(place.code, {})) for place in order}
        best = max(order, key=lambda place: sum(fits[place.code].values()), default=None)
        if best is None or not any(fits[best.code].values()):
            break
        found += [Allocated(best.code, sku, n) for sku, n in fits[best.code].items() if n]
        left = {
            sku: n - fits[best.code].get(sku, 0)
            for sku, n in left.items()
            if n > fits[best.code].get(sku, 0)
        }
        order = [place for place in order if place.code != best.code]
    main = next((place.code for place in places if place.main), None)
    return _with_rest(found, left, main)


def _fitting(left: Mapping[str, int], free: Mapping[str, int | None]) -> dict[str, int]:
    fitting = {}
    for sku, pieces in left.items():
        there = free.get(sku, 0)
        fitting[sku] = pieces if there is None else max(0, min(pieces, there))
    return fitting


def _with_rest(
    found: list[Allocated], left: Mapping[str, int], main: str | None
) -> list[Allocated]:
    if main is None or not left:
        return found
    sums = {(one.place, one.sku): one.pieces for one in found}
    for sku, pieces in left.items():
        sums[main, sku] = sums.get((main, sku), 0) + pieces
    return [Allocated(place, sku, pieces) for (place, sku), pieces in sums.items()]
