"""Market port: where the shop delivers to, and on what terms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from vetrina.domain.markets.market import Market


class MarketStore(Protocol):
    """The markets of this installation."""

    async def markets(self) -> list[Market]:
        """In the seller's order: the first is the shop's own."""
        ...

    async def put_markets(self, markets: Sequence[Market]) -> None:
        """Make these the markets, in place of those before."""
        ...
