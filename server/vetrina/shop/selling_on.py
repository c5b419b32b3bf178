"""Whether visitors pay here, and how: what the pages need to know of the shop's payments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from vetrina.domain.selling.checkout import Adapter
from vetrina.shop.payments.adapters import Adapters


@dataclass(frozen=True, slots=True)
class Selling:
    """By which adapter the shop is paid."""

    adapter: Adapter = "link"

    @property
    def own(self) -> bool:
        """There is a bag; else a product's own link leads to where it is sold."""
        return self.adapter != "link"

    @property
    def holds(self) -> bool:
        """Stock is kept here while somebody pays; else it is the other shop's affair."""
        return self.adapter in ("stripe", "test")

    @property
    def test(self) -> bool:
        """No money is taken."""
        return self.adapter == "test"


class SellingOn(Protocol):
    """Asked for every page."""

    async def selling(self) -> Selling:
        """How the shop sells now."""
        ...


class SellsByAdapter:
    """As the seller chose. Without keys for it nothing is sold here."""

    def __init__(self, adapters: Adapters) -> None:
        self._adapters = adapters

    async def selling(self) -> Selling:
        """How the shop sells now."""
        payments = await self._adapters.current()
        return Selling() if payments is None else Selling(payments.name)
