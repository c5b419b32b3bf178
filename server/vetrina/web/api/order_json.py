"""Orders as the interface tells them: in the list, and whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vetrina.domain.money import Money
from vetrina.domain.selling.own_order import (
    DisputeAxis,
    FulfilmentAxis,
    MoneyAxis,
    OrderAxis,
)

TITLES = 3


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where an order comes from: `own`, or the kind of a connection, with its name and the page
    of its shop that lists the orders."""

    kind: str
    name: str | None = None
    url: str | None = None


OWN = Source(kind="own")


@dataclass(frozen=True, kw_only=True)
class ListedOrder:
    """`attention` says what wants somebody: dispute, withdrawal, refund_failed.

    Nothing is known of the parcels, disputes and markets of a connected shop; `fulfilment` is null
    there. `total` is null where the shop told no amounts.
    """

    id: str
    number: int | None
    placed_at: int
    source: Source
    show: str | None
    market: str | None
    test: bool
    order: OrderAxis
    money: MoneyAxis
    dispute: DisputeAxis
    fulfilment: FulfilmentAxis | None
    attention: list[str]
    pieces: int
    titles: list[str]
    total: Money | None
    refunded: Money | None


@dataclass(frozen=True, kw_only=True)
class OrderPageAnswer:
    """A part of the list, the last placed first; `next` is missing where there are no more."""

    orders: list[ListedOrder]
    next: str | None = None


@dataclass(frozen=True, kw_only=True)
class ToldLine:
    """A line: its pieces, those that were refunded, left and came back, those that may do so."""

    sku: str
    product: str | None
    title: str
    choice: str
    image: str | None
    deal: str | None
    quantity: int
    unit: Money | None
    discount: Money | None
    total: Money | None
    refunded: int
    shipped: int
    returned: int
    to_ship: int
    to_return: int


@dataclass(frozen=True, kw_only=True)
class LeftLine:
    """What can still be refunded of a line: its pieces, and what they are worth together."""

    sku: str
    quantity: int
    amount: Money


@dataclass(frozen=True, kw_only=True)
class Left:
    """What can still be refunded."""

    total: Money
    shipping: Money
    lines: list[LeftLine]


@dataclass(frozen=True, kw_only=True)
class ToldRefund:
    """A refund. `state`: asked, refunded or failed; `sent` once the provider knows of it."""

    id: str
    at: int
    amount: Money
    state: str
    sent: bool
    restock: bool
    lines: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class ToldShipment:
    """A parcel."""

    id: str
    at: int
    carrier: str
    tracking: str | None
    lines: Mapping[str, int]
    pieces: int
    by: str | None


@dataclass(frozen=True, kw_only=True)
class ToldFact:
    """One thing that happened; which fields hold something depends on `type`."""

    type: str
    at: int
    by: str | None
    amount: Money | None
    refund: str | None
    pieces: int | None
    carrier: str | None
    why: str | None
    won: bool | None


@dataclass(frozen=True, kw_only=True)
class WholeOrder(ListedOrder):
    """All that is known of an order. `version` is the number of its facts.

    `left` is null for orders of connected shops: they are refunded there. `has_buyer`: name and
    address can be asked for.
    """

    version: int
    lines: list[ToldLine]
    goods: Money | None
    discount: Money | None
    shipping: Money | None
    tax: Money | None
    voucher: str | None
    via: str | None
    left: Left | None
    refunds: list[ToldRefund]
    shipments: list[ToldShipment]
    history: list[ToldFact]
    can_deliver: bool
    has_buyer: bool


@dataclass(frozen=True, kw_only=True)
class ToldBuyer:
    """Whom to deliver to, as the payment provider tells it; kept nowhere."""

    name: str | None
    email: str | None
    phone: str | None
    address: list[str]
