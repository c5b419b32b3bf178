"""Which product a line of an order means."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from vetrina.domain.money import totals
from vetrina.domain.selling.order import Order, OrderLine

# How alike two SKUs must be for one to be shown beside the other, from 0 to 1.
ALIKE = 0.75


def folded(sku: str) -> str:
    """A SKU without what nobody sees or cares for: case, spaces around it, how accents are kept."""
    composed = unicodedata.normalize("NFC", sku).strip().casefold()
    return unicodedata.normalize("NFC", composed)


@dataclass(frozen=True, slots=True)
class SkuIndex:
    """The catalogue's SKUs: as they are, and by their folded form, where that names one alone."""

    skus: frozenset[str]
    by_folded: Mapping[str, str]

    @classmethod
    def of(cls, skus: Iterable[str]) -> SkuIndex:
        """Two products that differ in case alone are found only as they are written."""
        known = frozenset(skus)
        groups: dict[str, list[str]] = {}
        for sku in known:
            groups.setdefault(folded(sku), []).append(sku)
        return cls(known, {key: group[0] for key, group in groups.items() if len(group) == 1})

    def find(self, sku: str) -> str | None:
        """The product's own spelling, or None."""
        return sku if sku in self.skus else self.by_folded.get(folded(sku))

    def similar(self, sku: str) -> str | None:
        """The product whose SKU is most like one that finds none, or None."""
        close = difflib.get_close_matches(folded(sku), self.by_folded, n=1, cutoff=ALIKE)
        return self.by_folded[close[0]] if close else None


def matched(order: Order, matches: Mapping[str, str], index: SkuIndex) -> Order:
    """The order with our SKUs, as far as `matches` (the shop's reference to ours) or the catalogue
    knows them, and without what is no goods: that was paid beside them.

    A line keeps the name that reversals call it by, so that a later match moves no refund.
    """
    lines = [_matched(line, matches, index) for line in order.lines]
    extras = [line for line in lines if not (line.goods or line.sku in index.skus)]
    beside = tuple(line.amount for line in extras if line.amount is not None)
    kept = tuple(line for line in lines if line not in extras)
    return replace(order, lines=kept, beside=totals((*order.beside, *beside)))


def unmatched(order: Order, matches: Mapping[str, str], index: SkuIndex) -> list[OrderLine]:
    """The lines that no product is known for; those the shop gives no reference to are left out."""
    return [
        line
        for line in order.lines
        if line.goods and line.refs and _match(line, matches, index) is None
    ]


def _match(line: OrderLine, matches: Mapping[str, str], index: SkuIndex) -> str | None:
    said = next((matches[ref] for ref in line.refs if ref in matches), None)
    return said or index.find(line.sku)


def _matched(line: OrderLine, matches: Mapping[str, str], index: SkuIndex) -> OrderLine:
    sku = _match(line, matches, index)
    if sku is None or sku == line.sku:
        return replace(line, refs=())
    return replace(line, sku=sku, key=line.name, refs=())
