"""An order of ours: a checkout and what has happened to it since, on its axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vetrina.domain.selling.checkout import Checkout
from vetrina.domain.selling.order_facts import OrderFact

OrderAxis = Literal["open", "placed", "closed", "cancelled"]
MoneyAxis = Literal["none", "awaiting", "paid", "partly_refunded", "refunded"]
DisputeAxis = Literal["none", "open", "won", "lost"]
FulfilmentAxis = Literal["open", "partly_shipped", "shipped", "delivered", "returned"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an order stands."""

    order: OrderAxis = "open"
    money: MoneyAxis = "none"
    dispute: DisputeAxis = "none"
    fulfilment: FulfilmentAxis = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnOrder:
    """`facts` are its whole log: their number is its version. `number` is what people call it,
    None until it is placed."""

    checkout: Checkout
    expires_at: int
    number: int | None = None
    facts: tuple[OrderFact, ...] = ()

    @property
    def version(self) -> int:
        """How many facts there are."""
        return len(self.facts)
