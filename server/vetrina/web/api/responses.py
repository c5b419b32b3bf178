"""Response types, for the description of the interface. Field names are those on the wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vetrina.domain.catalogue.entry import Image, ProductStatus, UnitPrice
from vetrina.domain.catalogue.safety import Safety
from vetrina.domain.catalogue.variant import Variant
from vetrina.domain.money import Money
from vetrina.domain.show.events import SoldItem
from vetrina.domain.show.state import ShowStatus
from vetrina.domain.show.values import Announcement, Deal, Disclosure, Host, OfferedVoucher, Pin
from vetrina.live.catalogue_edits import Removed


@dataclass(frozen=True, kw_only=True)
class CatalogueProduct:
    """A product of the catalogue. Where it has variants, `price` is the lowest, and `price_to` the
    highest where they differ; `options`, `variants` and `price_to` are left out where there are
    none."""

    sku: str
    title: str
    price: Money
    prior_price: Money | None
    image: str | None
    link: str | None
    stock: int | None
    status: ProductStatus
    price_to: Money | None = None
    options: list[str] | None = None
    variants: list[Variant] | None = None


@dataclass(frozen=True, kw_only=True)
class WholeProduct(CatalogueProduct):
    """A product with everything that is known of it. `description` is HTML of a few elements."""

    description: str
    brand: str
    categories: list[str]
    tags: list[str]
    images: list[Image]
    source: str
    unit_price: UnitPrice | None
    min_age: int | None
    safety: Safety | None


@dataclass(frozen=True)
class Products:
    """Products of the catalogue."""

    products: list[CatalogueProduct]


@dataclass(frozen=True)
class ProductPage:
    """Products of the catalogue. `next` is there when more may follow: send it as `after`."""

    products: list[CatalogueProduct]
    next: str | None = None


@dataclass(frozen=True)
class RemovedProduct:
    """What became of a product: `archived` where something refers to it."""

    removed: Removed


@dataclass(frozen=True, kw_only=True)
class BagProduct:
    """A product in a bag: its `number` is unique in the show and never reused."""

    sku: str
    title: str
    price: Money
    prior_price: Money | None
    image: str | None
    link: str | None
    stock: int | None
    number: int
    price_to: Money | None = None


@dataclass(frozen=True)
class Bag:
    """The products of one show, in order."""

    show: str
    currency: str
    products: list[BagProduct]


@dataclass(frozen=True)
class ListedShow:
    """A show in the list of shows. `starts_at`: when it is to begin (ms), where that is told.

    `damaged`: its log cannot be read, so it is set aside.
    """

    slug: str
    title: str
    status: ShowStatus
    currency: str
    host: Host | None
    starts_at: int | None
    archived: bool
    damaged: bool = False


@dataclass(frozen=True)
class Shows:
    """Shows, newest first. `next` is there when more follow: send it as `after`."""

    shows: list[ListedShow]
    next: str | None = None


@dataclass(frozen=True)
class EditedShow:
    """The show as it stands after an edit."""

    show: ListedShow


@dataclass(frozen=True)
class Urls:
    """Where the show is seen and run. `overlay` holds the overlay key."""

    viewer: str
    overlay: str
    control: str


@dataclass(frozen=True)
class CreatedShow:
    """A new show. The overlay key is told this once."""

    show: ListedShow
    overlay_key: str
    urls: Urls


@dataclass(frozen=True)
class ShowHead:
    """The show itself, as every client sees it."""

    slug: str
    title: str
    status: ShowStatus
    currency: str
    disclosure: Disclosure
    host: Host | None
    started_at: int | None
    starts_at: int | None


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """A paid order as viewers may know it; `name` null means nobody is named."""

    purchase: str
    items: list[SoldItem]
    name: str | None
    region: str | None
    occurred_at: int
    at: int
    test: bool


@dataclass(frozen=True)
class State:
    """What everybody sees of a show. The bag is fetched on its own. `vouchers` are those that can
    be taken by tap, left out where there are none."""

    show: ShowHead
    pins: list[Pin]
    deals: list[Deal]
    ticker: list[Purchase]
    announcement: Announcement | None
    viewers: int
    panic: bool
    vouchers: list[OfferedVoucher] | None = None


@dataclass(frozen=True)
class Snapshot:
    """The state at a position; `now` is the server's time."""

    epoch: str
    seq: int
    now: int
    state: State


@dataclass(frozen=True)
class Events:
    """Numbered events; their fields follow from `type`, see /asyncapi.json."""

    epoch: str
    seq: int
    events: list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class OverlayInstance:
    """One overlay: null where it has not told, or cannot know. `paint_ms`: from event to paint.

    `lost`: it is not connected, and was on air when it left.
    """

    id: str
    label: str
    connected: bool
    lost: bool
    visible: bool | None
    active: bool | None
    painted_seq: int | None
    painted_at: int | None
    paint_ms: int | None
    heartbeat_age_ms: int
    engine: str | None


@dataclass(frozen=True)
class OverlayInstances:
    """All overlays of a show that are connected or left lately.

    `complete` is false while other servers are not heard: those connected there may be missing.
    """

    overlays: list[OverlayInstance]
    complete: bool
