"""The forms of answers, for the description of the interface. Field names are those on the wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from server.domain.catalog import Product
from server.domain.events import SoldItem
from server.domain.money import Money
from server.domain.show import ShowStatus
from server.domain.stage import Announcement, Deal, Disclosure, Host, Pin
from server.store.base import Role


@dataclass(frozen=True)
class Products:
    """Products of the catalogue."""

    products: list[Product]


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


@dataclass(frozen=True)
class Bag:
    """The products of one show, in order."""

    show: str
    currency: str
    products: list[BagProduct]


@dataclass(frozen=True)
class ListedShow:
    """A show in the list of shows."""

    slug: str
    title: str
    status: ShowStatus
    currency: str


@dataclass(frozen=True)
class Shows:
    """All shows, newest first."""

    shows: list[ListedShow]


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
    """What everybody sees of a show. The bag is fetched on its own."""

    show: ShowHead
    pins: list[Pin]
    deals: list[Deal]
    ticker: list[Purchase]
    announcement: Announcement | None
    viewers: int
    panic: bool


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
    """One overlay: null where it has not told, or cannot know. `paint_ms`: from event to paint."""

    id: str
    label: str
    connected: bool
    visible: bool | None
    active: bool | None
    painted_seq: int | None
    painted_at: int | None
    paint_ms: int | None
    heartbeat_age_ms: int
    engine: str | None


@dataclass(frozen=True)
class OverlayInstances:
    """All overlays of a show that are connected or left lately."""

    overlays: list[OverlayInstance]


@dataclass(frozen=True, kw_only=True)
class ListedKey:
    """A key without its secret."""

    id: str
    role: Role
    label: str
    actions: list[str]
    created_at: int
    revoked_at: int | None


@dataclass(frozen=True, kw_only=True)
class NewKey(ListedKey):
    """A new key. `key` is told this once; `url` is where it is used."""

    key: str
    url: str


@dataclass(frozen=True)
class Keys:
    """The keys of one show, oldest first."""

    keys: list[ListedKey]


@dataclass(frozen=True, kw_only=True)
class ListedConnection:
    """A webhook address and how it fares; `last_refusal` says why the last one was refused.

    `secrets`: how many are good; more than one while a secret is being replaced.
    """

    id: str
    kind: str
    show: str | None
    url: str
    secrets: int
    created_at: int
    last_delivery_at: int | None
    last_verified_at: int | None
    last_refused_at: int | None
    last_refusal: str | None


@dataclass(frozen=True)
class Connections:
    """All connections, oldest first."""

    connections: list[ListedConnection]


@dataclass(frozen=True, kw_only=True)
class NewConnection:
    """A new webhook address. `secret` is told this once."""

    id: str
    kind: str
    show: str | None
    secret: str
    url: str


@dataclass(frozen=True)
class NewSecret:
    """One more secret of a connection, told this once."""

    id: str
    secret: str
    secrets: int


@dataclass(frozen=True)
class Picture:
    """An uploaded picture, made smaller and freed of everything but its pixels."""

    url: str
    width: int
    height: int


@dataclass(frozen=True)
class LoginLink:
    """A link that logs one device in, once."""

    url: str
    expires_at: int


@dataclass(frozen=True)
class LoggedIn:
    """A control key for all shows."""

    key: str


@dataclass(frozen=True)
class HookDone:
    """The action is done, or was done before; `seq` is where the show stands."""

    action: str
    seq: int


@dataclass(frozen=True)
class Health:
    """The process answers."""

    status: Literal["ok"]


@dataclass(frozen=True)
class Readiness:
    """Whether the process can serve, and every reason why not."""

    ready: bool
    reasons: list[str]
