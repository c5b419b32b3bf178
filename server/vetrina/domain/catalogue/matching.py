"""Which product a line of an order means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from vetrina.domain.selling.order import Order, OrderLine


def matched(order: Order, matches: Mapping[str, str]) -> Order:
    """The order with our SKUs, as far as `matches` (the shop's reference to ours) knows them.

    A line keeps the name that reversals call it by, so that a later match moves no refund.
    """
    return replace(order, lines=tuple(_matched(line, matches) for line in order.lines))


def unmatched(order: Order, matches: Mapping[str, str]) -> list[OrderLine]:
    """The lines that no match is known for; those the shop gives no reference to are left out."""
    return [line for line in order.lines if line.refs and _match(line, matches) is None]


def _match(line: OrderLine, matches: Mapping[str, str]) -> str | None:
    return next((matches[ref] for ref in line.refs if ref in matches), None)


def _matched(line: OrderLine, matches: Mapping[str, str]) -> OrderLine:
    sku = _match(line, matches)
    if sku is None or sku == line.sku:
        return replace(line, refs=())
    return replace(line, sku=sku, key=line.name, refs=())
