"""Who comes too late in a rush is told so without asking the store again and again.

The answer of the store is good for a moment, in which a piece may have come back: then one buyer
asks again, and the others are told the same until the store has answered, or for a moment more.
Nothing is ever sold by memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vetrina.clock import Clock
from vetrina.domain.errors import Refused
from vetrina.domain.selling.reservation import Claim, DealId

GOOD_FOR_MS: Final = 100
AT_MOST_MS: Final = 400
"""So long where the one who asks again is not answered."""
MOST: Final = 10_000
Key = tuple[str, DealId | None, bool]


class AllGone(Refused):
    """Nothing of it is left for anybody, whoever asks: `claim` is what was wanted."""

    def __init__(self, refused: Refused, claim: Claim) -> None:
        super().__init__(refused.code, refused.message, refused.details)
        self.claim = claim


@dataclass(slots=True)
class _Told:
    """What the store said. From `again` on somebody asks it again, at `over` all do."""

    refused: Refused
    again: int
    over: int


class SoldOut:
    """What the store said a moment ago."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._told: dict[Key, _Told] = {}

    def check(self, claim: Claim) -> None:
        """Raises AllGone: the same that somebody else was told just now. Whoever is not told so
        asks the store, for all of them."""
        if not self._told:
            return
        now = self._clock.now_ms()
        for key in _keys(claim):
            told = self._told.get(key)
            if told is None or now >= told.over:
                continue
            if now >= told.again:
                told.again = told.over
                return
            raise AllGone(told.refused, claim)

    def known(self, claim: Claim) -> Refused | None:
        """What is told for as long as somebody asks again; None where the store is to be asked."""
        now = self._clock.now_ms()
        for key in _keys(claim):
            told = self._told.get(key)
            if told is not None and now < told.over:
                return told.refused
        return None

    def note(self, claim: Claim, refused: Refused) -> bool:
        """Remember it where nothing at all is left: then True."""
        items = refused.details.get("items", ()) if refused.code == "sold_out" else ()
        gone = {item["sku"] for item in items if item["left"] == 0}
        if len(self._told) >= MOST:
            self._told.clear()
        now = self._clock.now_ms()
        for key in _keys(claim):
            if key[0] in gone:
                self._told[key] = _Told(refused, now + GOOD_FOR_MS, now + AT_MOST_MS)
            else:
                self._told.pop(key, None)
        return bool(gone)

    def forget(self, claim: Claim) -> None:
        """Pieces are there, or may have come back."""
        if self._told:
            for key in _keys(claim):
                self._told.pop(key, None)


def _keys(claim: Claim) -> list[Key]:
    return [(part.sku, part.deal, claim.stocked) for part in claim.parts]
