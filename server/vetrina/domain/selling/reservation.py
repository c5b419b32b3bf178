"""Reservations: all of a checkout is taken or none of it. Pure; the store asks it in a group.

What can still be sold is the stock of a SKU, what is left of a deal and of a voucher: whatever is
reserved is out of these numbers already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DealId:
    """A deal of a show."""

    show: str
    deal: str


@dataclass(frozen=True, slots=True)
class Part:
    """Pieces of one SKU, of a deal or of none. `product` is the SKU of the whole product."""

    sku: str
    product: str
    quantity: int
    deal: DealId | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """All that one checkout takes. `buyer` is the salted hash of the browser's token.

    Without `stocked` the stock of the shop stays as it is: in a rehearsal.
    """

    buyer: str
    parts: tuple[Part, ...]
    voucher: str | None = None
    stocked: bool = True


@dataclass(slots=True)
class DealLeft:
    """`left` None: not limited. One that is not `open` sells nothing more."""

    left: int | None
    per_viewer: int | None
    ends_at: int
    open: bool = True


@dataclass(slots=True)
class VoucherLeft:
    """`left` None: not limited. `by_tap`: good only for those who were given it."""

    left: int | None
    per_buyer: int | None
    starts_at: int | None
    ends_at: int | None
    by_tap: bool = False


@dataclass(slots=True)
class Available:
    """What the store holds of all that some claims are about, in one transaction.

    `stocks`: by SKU of a variant or of a product without options; None not tracked, absent
    unknown. `bought` and `used`: by deal or voucher, and buyer, pieces and checkouts so far.
    """

    stocks: dict[str, int | None] = field(default_factory=dict)
    deals: dict[DealId, DealLeft] = field(default_factory=dict)
    bought: dict[tuple[DealId, str], int] = field(default_factory=dict)
    vouchers: dict[str, VoucherLeft] = field(default_factory=dict)
    used: dict[tuple[str, str], int] = field(default_factory=dict)
    paid: dict[tuple[DealId, str], int] = field(default_factory=dict)
    paid_with: dict[tuple[str, str], int] = field(default_factory=dict)
    """As `bought` and `used`, by payer: what was sold to whoever paid with one e-mail address."""
    given: set[tuple[str, str, bool]] = field(default_factory=set)
    """Vouchers that were given by tap: code, buyer, and whether in a rehearsal."""


@dataclass(frozen=True, slots=True)
class StockCount:
    """What the store counts at one moment. `stocks`: by SKU of a variant or of a product without
    options, None not tracked. `left`: of deals, None not limited.

    `held` and `held_in`: pieces by SKU and by deal that checkouts hold which are not paid yet.
    """

    stocks: Mapping[str, int | None]
    held: Mapping[str, int]
    left: Mapping[DealId, int | None]
    held_in: Mapping[DealId, int]
