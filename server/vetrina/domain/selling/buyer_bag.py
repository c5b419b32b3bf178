"""What somebody means to buy: pieces by SKU, a voucher, where to. Pure; it reserves nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

MOST_LINES: Final = 20
MOST_PIECES: Final = 99


@dataclass(frozen=True, slots=True)
class BagLine:
    """Pieces of one SKU. `seen`: what a piece cost on the buyer's screen, in minor units."""

    sku: str
    quantity: int
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerBag:
    """Lines in the order in which they came. `show`: the show that the last one came from;
    `order`: the id of what was last ordered of it, until that is known to be paid."""

    lines: tuple[BagLine, ...] = ()
    voucher: str | None = None
    market: str | None = None
    show: str | None = None
    order: str | None = None

    @property
    def count(self) -> int:
        """All pieces."""
        return sum(line.quantity for line in self.lines)

    @property
    def full(self) -> bool:
        """Whether another SKU finds no room."""
        return len(self.lines) >= MOST_LINES

    def with_more(self, sku: str, quantity: int, seen: int | None = None) -> BuyerBag:
        """So many pieces more; without room for another SKU it stays as it is."""
        held = next((line for line in self.lines if line.sku == sku), None)
        if held is not None:
            return self.with_quantity(sku, held.quantity + quantity, seen)
        if self.full or quantity < 1:
            return self
        line = BagLine(sku, min(quantity, MOST_PIECES), seen)
        return replace(self, lines=(*self.lines, line))

    def with_quantity(self, sku: str, quantity: int, seen: int | None = None) -> BuyerBag:
        """Exactly so many pieces of what is in it; none takes the line out."""
        pieces = min(quantity, MOST_PIECES)
        lines = (
            replace(line, quantity=pieces, seen=line.seen if seen is None else seen)
            if line.sku == sku
            else line
            for line in self.lines
        )
        return replace(self, lines=tuple(line for line in lines if line.quantity > 0))

    def after(self, order: str, bought: Mapping[str, int]) -> BuyerBag:
        """What is left when this order is paid; another one changes nothing."""
        if self.order != order:
            return self
        rest = (replace(one, quantity=one.quantity - bought.get(one.sku, 0)) for one in self.lines)
        lines = tuple(line for line in rest if line.quantity > 0)
        return replace(self, lines=lines, voucher=None, order=None)

    def seen_at(self, prices: Mapping[str, int]) -> BuyerBag:
        """The buyer has seen what each piece costs now."""
        lines = tuple(replace(one, seen=prices.get(one.sku, one.seen)) for one in self.lines)
        return replace(self, lines=lines)
