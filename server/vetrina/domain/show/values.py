"""What a show has on stage: pins, deals, the announcement, the disclosure, the host."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from vetrina.domain.catalogue.price_history import Offered
from vetrina.domain.catalogue.product import Product
from vetrina.domain.errors import InvalidValue
from vetrina.domain.json_form import SPARSE, TEAM
from vetrina.domain.money import Money

DealStatus = Literal["announced", "running"]
DisclosureType = Literal["own_brand", "paid_partnership", "affiliate", "gifted", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A product on screen. `expires_at` None: until it is replaced or taken off."""

    slot: int
    number: int
    product: Product
    pinned_at: int
    expires_at: int | None


@dataclass(frozen=True, slots=True)
class VariantPrice:
    """What a variant costs in a deal."""

    sku: str
    price: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """A flash deal that is announced or running; ended deals live in the log.

    `was` and `percent` come from the lowest price of the last 30 days and are None without one.
    `left` counts down from `quantity`; both are None when the deal has no limit of its own.
    `prices` are those of the variants, `price` the lowest and `price_to` the highest of them.
    `ends_at` never moves back.
    """

    id: str
    number: int
    product: Product
    price: Money
    was: Money | None
    percent: int | None
    status: DealStatus
    starts_at: int
    ends_at: int
    quantity: int | None
    left: int | None
    per_viewer: int | None
    price_to: Money | None = field(default=None, metadata=SPARSE)
    prices: tuple[VariantPrice, ...] = field(default=(), metadata=TEAM)

    def price_of(self, sku: str) -> Money:
        """What a variant costs in this deal; its own price where it came after the start."""
        told = next((one.price for one in self.prices if one.sku == sku), None)
        variant = None if told else self.product.variant(sku)
        return told or (variant.price if variant else self.price)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedVoucher:
    """A voucher that is given by tap, to `quantity` people or to everybody (None).

    Either `percent` or `amount` off, from `min_spend` on; `skus`: of these products alone. Its code
    is told nobody here: `alias` is what the shop calls it.
    """

    id: str
    alias: str
    percent: int | float | None
    amount: Money | None
    min_spend: Money | None
    quantity: int | None
    left: int | None
    ends_at: int | None
    skus: tuple[str, ...] = field(default=(), metadata=SPARSE)


@dataclass(frozen=True, slots=True)
class PastDeal:
    """A deal that ran and is over: the memory behind the cooldown and the prior price.

    `started_at` None: it was not written down.
    """

    sku: str
    price: Money
    ended_at: int
    started_at: int | None = None

    def offered(self) -> Offered:
        """As the price history has it: it held for a moment at least."""
        began = self.ended_at if self.started_at is None else self.started_at
        first = min(began, self.ended_at - 1)
        return Offered(self.sku, self.price, first, self.ended_at, "deal")


@dataclass(frozen=True, slots=True)
class Announcement:
    """A line of text on every screen. `until` None: until it is cleared."""

    text: str
    until: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """The advertising label. On from the start; `none` only with a recorded reason."""

    type: DisclosureType = "own_brand"
    label: str | None = None
    brand: str | None = None
    shown: Literal["always", "periodic"] = "always"
    interval_s: int = 600
    reason: str | None = None

    def __post_init__(self) -> None:
        for name, text, most in (
            ("label", self.label, 40),
            ("brand", self.brand, 60),
            ("reason", self.reason, 200),
        ):
            if text is not None and (not text.strip() or len(text) > most):
                raise InvalidValue(name, f"expected 1 to {most} characters, or null")
        if not 60 <= self.interval_s <= 1800:
            raise InvalidValue("interval_s", "expected 60 to 1800 seconds")


@dataclass(frozen=True, slots=True)
class Host:
    """Who sells: shown on the viewer page."""

    name: str
    url: str | None = None

    def __post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > 80:
            raise InvalidValue("host.name", "expected 1 to 80 characters")
        if self.url is not None and not self.url.startswith(("https://", "http://")):
            raise InvalidValue("host.url", "expected an address that starts with https://")
