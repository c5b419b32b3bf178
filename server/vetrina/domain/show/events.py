"""Facts, in the past tense, in the order of their `seq`. `at` is the server's time in ms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from vetrina.domain.catalogue.product import BagEntry, Product
from vetrina.domain.json_form import SPARSE, TEAM
from vetrina.domain.money import Money
from vetrina.domain.show.values import Deal, Disclosure, Host, Pin
from vetrina.domain.show.voucher_events import VoucherClosed as VoucherClosed
from vetrina.domain.show.voucher_events import VoucherCloseReason as VoucherCloseReason
from vetrina.domain.show.voucher_events import VoucherLeftChanged as VoucherLeftChanged
from vetrina.domain.show.voucher_events import VoucherOffered as VoucherOffered

UnpinReason = Literal["unpinned", "expired", "removed", "show_ended"]
DealEndReason = Literal["time", "sold_out", "cancelled", "show_ended"]
StockCause = Literal["sold", "told"]
"""Why a stock is another one: a connected shop sold `pieces` of it, or the store had it so already
and the show is told. Else somebody set it."""


@dataclass(frozen=True, slots=True)
class ShowStarted:
    """The show is live, or its rehearsal began."""

    at: int
    status: Literal["live", "rehearsal"]


@dataclass(frozen=True, slots=True)
class ShowPaused:
    """The host pauses."""

    at: int


@dataclass(frozen=True, slots=True)
class ShowResumed:
    """The show goes on."""

    at: int


@dataclass(frozen=True, slots=True)
class ShowEnded:
    """The end. Pins and deals were closed by events of their own before."""

    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowEdited:
    """What the show says of itself from now on: all of it, changed or not."""

    at: int
    title: str
    currency: str
    host: Host | None
    starts_at: int | None
    archived: bool


@dataclass(frozen=True, slots=True)
class ProductPinned:
    """`pin` replaces what its slot held."""

    at: int
    pin: Pin


@dataclass(frozen=True, slots=True)
class ProductUnpinned:
    """The slot is empty now."""

    at: int
    slot: int
    sku: str
    reason: UnpinReason


@dataclass(frozen=True, slots=True)
class DealAnnounced:
    """A deal will start at `deal.starts_at`."""

    at: int
    deal: Deal


@dataclass(frozen=True, slots=True)
class DealStarted:
    """The deal runs until `deal.ends_at`."""

    at: int
    deal: Deal


@dataclass(frozen=True, slots=True)
class DealStockChanged:
    """`left` of the deal's own quantity remain.

    `held`: checkouts that are not paid yet hold pieces of it, which may come back.
    """

    at: int
    deal: str
    left: int
    cause: StockCause | None = field(default=None, metadata=TEAM)
    pieces: int = field(default=0, metadata=TEAM)
    held: bool = field(default=False, metadata=TEAM)


@dataclass(frozen=True, slots=True)
class DealEnded:
    """Final. The same product on offer again is a new deal."""

    at: int
    deal: str
    sku: str
    reason: DealEndReason


@dataclass(frozen=True, slots=True)
class StockChanged:
    """The product's stock. None: no longer tracked.

    Where that of a `variant` changed, `variant_quantity` is its own, and `quantity` their sum.
    """

    at: int
    sku: str
    quantity: int | None
    variant: str | None = field(default=None, metadata=SPARSE)
    variant_quantity: int | None = field(default=None, metadata=SPARSE)
    cause: StockCause | None = field(default=None, metadata=TEAM)
    pieces: int = field(default=0, metadata=TEAM)


@dataclass(frozen=True, slots=True)
class SoldItem:
    """What was bought, as viewers may read it. `variant`: the SKU of the choice."""

    sku: str
    title: str
    quantity: int
    variant: str | None = field(default=None, metadata=SPARSE)

    @property
    def bought(self) -> str:
        """What an order calls it: the variant's SKU, or the product's."""
        return self.variant or self.sku


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseConfirmed:
    """A paid order, verified by its shop's signature. `amounts` (per currency) is for control."""

    at: int
    purchase: str
    items: tuple[SoldItem, ...]
    name: str | None
    region: str | None
    occurred_at: int
    test: bool
    amounts: tuple[Money, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseReversed:
    """Money given back: `items` no longer count. `complete`: nothing of the order is left."""

    at: int
    purchase: str
    items: tuple[SoldItem, ...]
    complete: bool
    reason: str
    test: bool
    amounts: tuple[Money, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseAdded:
    """Counted and not announced: what came back, was added to an order, or a renewal.

    `complete`: it counts as an order, else the order counts already.
    """

    at: int
    purchase: str
    items: tuple[SoldItem, ...]
    complete: bool
    test: bool
    amounts: tuple[Money, ...] = ()


@dataclass(frozen=True, slots=True)
class Announced:
    """A line of text for every screen."""

    at: int
    text: str
    until: int | None


@dataclass(frozen=True, slots=True)
class AnnouncementCleared:
    """The line is gone: cleared by hand, or its time came."""

    at: int


@dataclass(frozen=True, slots=True)
class DisclosureSet:
    """The advertising label from now on."""

    at: int
    disclosure: Disclosure


@dataclass(frozen=True, slots=True)
class BagChanged:
    """`items` is the whole bag in order; `products` those that this event adds or changes."""

    at: int
    items: tuple[BagEntry, ...]
    products: tuple[Product, ...]


@dataclass(frozen=True, slots=True)
class Panicked:
    """Every overlay is clear until `calmed`."""

    at: int


@dataclass(frozen=True, slots=True)
class Calmed:
    """Overlays show again."""

    at: int


Event = (
    ShowStarted
    | ShowPaused
    | ShowResumed
    | ShowEnded
    | ShowEdited
    | ProductPinned
    | ProductUnpinned
    | DealAnnounced
    | DealStarted
    | DealStockChanged
    | DealEnded
    | VoucherOffered
    | VoucherLeftChanged
    | VoucherClosed
    | StockChanged
    | PurchaseConfirmed
    | PurchaseReversed
    | PurchaseAdded
    | Announced
    | AnnouncementCleared
    | DisclosureSet
    | BagChanged
    | Panicked
    | Calmed
)


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a show's log. Two positions compare only within one `epoch`."""

    epoch: str
    seq: int

    def is_behind(self, other: Position) -> bool:
        """Whether `other` is further in the same log; other logs do not compare."""
        return other.epoch == self.epoch and other.seq > self.seq


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with its number. `by` says who caused it: a key's label, a shop, or None."""

    seq: int
    event: Event
    by: str | None = None
