"""Price history port: what products were offered for, in the catalogue and in deals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from vetrina.domain.catalogue.price_history import Offered


class PriceStore(Protocol):
    """Written with what changes prices: `put_products` and `Append.past_deals`."""

    async def prices(self, skus: Sequence[str], since: int) -> list[Offered]:
        """What these products were offered for after `since` (ms), oldest first.

        And before it what was offered in the 30 days before a product's present price began.
        """
        ...
