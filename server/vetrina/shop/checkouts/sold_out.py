"""Who comes too late in a rush is told so without asking the store again and again.

The answer of the store is good for a moment, in which a piece may have come back: whoever presses
after it gets it. Nothing is ever sold by memory.
"""

from __future__ import annotations

from typing import Final

from vetrina.clock import Clock
from vetrina.domain.errors import Refused
from vetrina.domain.selling.reservation import Claim, DealId

GOOD_FOR_MS: Final = 100
MOST: Final = 10_000
Key = tuple[str, DealId | None, bool]


class SoldOut:
    """What the store said a moment ago."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: dict[Key, tuple[int, Refused]] = {}

    def check(self, claim: Claim) -> None:
        """Raises Refused: the same that somebody else was told just now."""
        if not self._until:
            return
        now = self._clock.now_ms()
        for key in _keys(claim):
            until, refused = self._until.get(key, (now, None))
            if refused is not None and now < until:
                raise Refused(refused.code, refused.message, refused.details)

    def note(self, claim: Claim, refused: Refused) -> None:
        """Remember it where nothing at all is left."""
        if refused.code != "sold_out":
            return
        items = refused.details.get("items", ())
        gone = {item["sku"] for item in items if item["left"] == 0}
        if len(self._until) >= MOST:
            self._until.clear()
        for key in _keys(claim):
            if key[0] in gone:
                self._until[key] = (self._clock.now_ms() + GOOD_FOR_MS, refused)

    def forget(self, claim: Claim) -> None:
        """Pieces may have come back."""
        for key in _keys(claim):
            self._until.pop(key, None)


def _keys(claim: Claim) -> list[Key]:
    return [(part.sku, part.deal, claim.stocked) for part in claim.parts]
