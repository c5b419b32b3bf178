"""Checkout port: reservations, and the orders that come of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from vetrina.domain.selling.checkout import Checkout
from vetrina.domain.selling.order_facts import OrderFact
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.domain.selling.reservation import Claim, DealId, StockCount
from vetrina.domain.show.values import Deal

StockChange = Literal["none", "release", "sell", "take_again", "restock"]
"""What becomes of the pieces of a checkout together with its facts.

release: they come back, of stock, deal and voucher. sell: they are sold for good. take_again: as
the claim did before, all or none, and sold. restock: those of `restocked` come back to the stock
alone, a deal and a voucher stay used.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCheckout:
    """A checkout to be reserved. `token` is the digest of the buyer's token.

    `expires_at` is when its stock comes back unless it is paid. An open checkout of the same buyer
    that has no session yet makes room for it: `replaces` is its id.
    """

    checkout: Checkout
    claim: Claim
    token: str
    expires_at: int
    replaces: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChange:
    """Facts to be added to an order that is at `version`. `payment` and `payer` as facts tell."""

    id: str
    version: int
    facts: Sequence[OrderFact]
    stock: StockChange = "none"
    restocked: Sequence[tuple[str, int]] = ()
    expires_at: int | None = None
    """A new deadline; None leaves it."""


@dataclass(frozen=True, slots=True)
class Reserved:
    """A checkout's reservation as it stands in the store."""

    claim: Claim
    sold: bool


@dataclass(frozen=True, slots=True)
class OrderPlace:
    """Where an order stands in the list: what to go on after."""

    placed_at: int
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedOrders:
    """Which orders are asked for; None for all. `text` is a number, or words of what was bought.

    `status` is a word of an axis; `open` is what is to be shipped, `disputed` an open dispute.
    """

    show: str | None = None
    market: str | None = None
    status: str | None = None
    text: str | None = None
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Orders, the last placed first. `next` None: there are no more."""

    orders: Sequence[OwnOrder]
    next: OrderPlace | None


class CheckoutStore(Protocol):
    """Checkouts and orders of ours."""

    async def reserve(self, new: NewCheckout) -> OwnOrder:
        """All parts of the claim are taken, or none: one conditional write, in every process alike.

        Raises Refused: sold_out, limit_reached, deal_over, voucher_refused. `left` of a sold out
        one is told in its `details`.
        """
        ...

    async def change_order(self, change: OrderChange) -> OwnOrder:
        """Add facts, and do what they do to stock, in one transaction.

        Raises Conflict where the order is at another version: read it and decide again; LookupError
        for an unknown one; Refused for a `take_again` that is sold out: nothing is written then.
        """
        ...

    async def own_order(self, id: str) -> OwnOrder | None:
        """By its id."""
        ...

    async def order_of_token(self, token: str) -> OwnOrder | None:
        """By the digest of the buyer's token."""
        ...

    async def order_of_session(self, session: str) -> OwnOrder | None:
        """By the payment provider's name of its page."""
        ...

    async def order_of_payment(self, payment: str) -> OwnOrder | None:
        """By the payment provider's name of the payment."""
        ...

    async def open_checkout_of(self, buyer: str) -> OwnOrder | None:
        """The newest open checkout of a buyer whose stock is kept; None when there is none."""
        ...

    async def due_checkouts(self, now: int, limit: int = 100) -> list[OwnOrder]:
        """Open ones whose time is over, the longest first."""
        ...

    async def untold_orders(self, limit: int = 100) -> list[OwnOrder]:
        """Those whose show does not know of all money that came or went since the last `Told`."""
        ...

    async def unsent_refunds(self, limit: int = 100) -> list[OwnOrder]:
        """Those with a refund that was asked for and that nobody has sent."""
        ...

    async def pending_refunds(self, limit: int = 100) -> list[OwnOrder]:
        """Those with a refund that the provider took in and has not paid yet, the oldest first."""
        ...

    async def own_orders(
        self, wanted: WantedOrders, after: OrderPlace | None = None, limit: int = 50
    ) -> OrderPage:
        """A page of what was placed."""
        ...

    async def count_deals(self, show: str, deals: Sequence[Deal]) -> None:
        """Count what is left of deals that are on, unless that is done already.

        Appends do so by themselves; these began under an earlier version.
        """
        ...

    async def stocks(self, skus: Sequence[str]) -> dict[str, int | None]:
        """What can still be sold, by SKU of products without options and of variants."""
        ...

    async def count_stock(self, skus: Sequence[str], deals: Sequence[DealId]) -> StockCount:
        """What is left of all these, and what unpaid checkouts hold, at one moment.

        `skus` are those of products without options and of variants; unknown ones are left out.
        """
        ...

    async def deals_left(self, deals: Sequence[DealId]) -> dict[DealId, tuple[int | None, int]]:
        """What is left of deals, and how much of them is reserved and not paid yet."""
        ...
