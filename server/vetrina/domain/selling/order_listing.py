"""A shop's order as it stands in the seller's list: what it is found by. Pure."""

from __future__ import annotations

from typing import Final

from vetrina.domain.catalogue.matching import folded
from vetrina.domain.selling.order_record import OrderRecord, sums_of
from vetrina.domain.selling.own_order import MoneyAxis

SEARCH_CHARS: Final = 600


def is_listed(record: OrderRecord) -> bool:
    """An order with lines. Not what only reversals told of, nor a payment of another order."""
    return record.lines is not None and record.also is None


def money_of(record: OrderRecord) -> MoneyAxis:
    """What became of its money, as far as the shop has told."""
    rest = record.rest()
    if not rest.stands:
        return "refunded" if record.lines else "paid"
    sold = sums_of(line.amount for line in record.lines or ())
    less = any(rest.gross.get(currency, 0) < amount for currency, amount in sold.items())
    pieces = sum(line.quantity for line in record.lines or ())
    return "partly_refunded" if less or sum(rest.kept) < pieces else "paid"


def search_text(record: OrderRecord) -> str:
    """What a search looks through: what was bought."""
    lines = record.lines or ()
    texts = (text for line in lines for text in (line.title, line.sku) if text)
    return folded(" ".join(texts))[:SEARCH_CHARS]
