"""Commands, in the imperative. Each may be refused by `rules.decide`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypedDict

from vetrina.domain.catalogue.product import Product
from vetrina.domain.errors import InvalidValue
from vetrina.domain.money import Money
from vetrina.domain.selling.reservation import StockCount
from vetrina.domain.selling.voucher import Voucher
from vetrina.domain.show.values import DisclosureType, Host


@dataclass(frozen=True, slots=True)
class StartShow:
    """Go live, or with `rehearsal` start one: everything in it is marked `test` for good."""

    rehearsal: bool = False


@dataclass(frozen=True, slots=True)
class PauseShow:
    """Stop the show for a while; pins and deals go on."""


@dataclass(frozen=True, slots=True)
class ResumeShow:
    """Go on after a pause."""


@dataclass(frozen=True, slots=True)
class EndShow:
    """End for good: pins come off, deals end."""


@dataclass(frozen=True, slots=True)
class PinProduct:
    """Show a product of the bag, in place of what its slot holds. `ttl_s` None: until replaced."""

    sku: str
    slot: int = 1
    ttl_s: int | None = None


@dataclass(frozen=True, slots=True)
class UnpinProduct:
    """Take the product of a slot off the screen."""

    slot: int = 1


@dataclass(frozen=True, slots=True)
class PinNext:
    """Pin what follows slot 1's product in the bag, from the top again after the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartDeal:
    """Sell a product cheaper for `duration_s`, after an announced countdown of `lead_s`.

    At a `price`, or by a `percent`, which each variant's own price is lowered by.
    """

    sku: str
    price: Money | None = None
    percent: int | None = None
    duration_s: int
    lead_s: int | None = None
    quantity: int | None = None
    per_viewer: int | None = None

    def __post_init__(self) -> None:
        if (self.price is None) == (self.percent is None):
            raise InvalidValue("price", "expected either a price or a percent")
        if self.percent is not None and not 1 <= self.percent <= 99:
            raise InvalidValue("percent", "expected a whole number from 1 to 99")


@dataclass(frozen=True, slots=True)
class EndDeal:
    """End a deal now, for good. `deal` is its id."""

    deal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferVoucher:
    """Offer a voucher by tap, to the first `quantity` people, for `duration_s`.

    `voucher` is its code, which nobody is told. None: as many, and as long, as it says itself.
    """

    voucher: str
    quantity: int | None = None
    duration_s: int | None = None


@dataclass(frozen=True, slots=True)
class CloseVoucher:
    """Take the offer of a voucher off every screen. `voucher` is the id of the offer."""

    voucher: str


@dataclass(frozen=True, slots=True)
class SetStock:
    """Set how many there are, of a variant where there are some. None: not tracked."""

    sku: str
    quantity: int | None


@dataclass(frozen=True, slots=True)
class Announce:
    """Put a line of text on every screen, until a time (ms) or until cleared."""

    text: str
    until: int | None = None


@dataclass(frozen=True, slots=True)
class ClearAnnouncement:
    """Take the announcement away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDisclosure:
    """Change the advertising label; the fields are those of `stage.Disclosure`."""

    type: DisclosureType
    label: str | None = None
    brand: str | None = None
    shown: Literal["always", "periodic"] = "always"
    interval_s: int = 600
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Panic:
    """Clear every overlay at once."""


@dataclass(frozen=True, slots=True)
class Calm:
    """Show everything again."""


@dataclass(frozen=True, slots=True)
class RehearsePurchase:
    """A purchase marked `test`. Exists in a rehearsal only."""

    sku: str
    quantity: int = 1
    name: str | None = None


@dataclass(frozen=True, slots=True)
class SetBag:
    """The bag becomes these products in this order. `force` ends deals of those that leave."""

    products: tuple[Product, ...]
    force: bool = False


@dataclass(frozen=True, slots=True)
class RefreshProducts:
    """The catalogue changed: take the new version of those products that are in the bag."""

    products: tuple[Product, ...]


class ShowChanges(TypedDict, total=False):
    """What of a show is to change; what is left out stays."""

    title: str
    currency: str
    host: Host | None
    starts_at: int | None
    archived: bool


@dataclass(frozen=True, slots=True)
class EditShow:
    """Change what a show says of itself, or put it away; an ended one too."""

    changes: ShowChanges


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowVoucher:
    """`OfferVoucher` with the voucher that was looked up; `left` of it, None for no limit."""

    voucher: Voucher
    alias: str
    left: int | None
    quantity: int | None
    duration_s: int | None


@dataclass(frozen=True, slots=True)
class TellVoucherLeft:
    """What the store counts of an offer."""

    voucher: str
    left: int


@dataclass(frozen=True, slots=True)
class TellStock:
    """What the store counts of products and of this show's deals."""

    count: StockCount


# What `POST …/commands` accepts.
PublicCommand = (
    StartShow
    | PauseShow
    | ResumeShow
    | EndShow
    | PinProduct
    | UnpinProduct
    | PinNext
    | StartDeal
    | EndDeal
    | OfferVoucher
    | CloseVoucher
    | SetStock
    | Announce
    | ClearAnnouncement
    | SetDisclosure
    | Panic
    | Calm
    | RehearsePurchase
)

# These come from calls of their own, or are made on the way.
Command = (
    PublicCommand | SetBag | RefreshProducts | EditShow | ShowVoucher | TellVoucherLeft | TellStock
)
