"""What delivery costs, as a product's page says it before anybody orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from vetrina.domain.markets.market import Market
from vetrina.web.pages.words import Words

LISTED: Final = 4


@dataclass(frozen=True, slots=True)
class Delivery:
    """`Delivery to Italy`, `€4.90, free from €60.00`."""

    name: str
    cost: str


def deliveries(markets: Sequence[Market], words: Words, currency: str) -> Sequence[Delivery]:
    """One line for each market that takes the currency of the product, the first ones."""
    able = [one for one in markets if one.shipping.currency == currency]
    return [
        Delivery(words("delivery_to", market=market.name), _cost(market, words))
        for market in able[:LISTED]
    ]


def delivery_text(markets: Sequence[Market], words: Words, currency: str) -> str:
    """The first of them in one line; empty without one."""
    lines = deliveries(markets, words, currency)
    return f"{lines[0].name}: {lines[0].cost}" if lines else ""


def _cost(market: Market, words: Words) -> str:
    if not market.shipping.amount:
        return words("free")
    price = words.money(market.shipping)
    if market.free_from is None:
        return price
    return words("free_from", price=price, **{"from": words.money(market.free_from)})
