"""The ports of the store: what survives a restart.

Every implementation passes the contract suite of `tests/store`. Guarantees:

- Order. Events of one show get `seq` 1, 2, 3 … without gaps, in the order of their commits.
- Atomicity. One `Append` is written whole or not at all, its receipts and records with it.
- Durability. A call returns after its commit reached the disk; writes may share a commit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from vetrina.domain.catalogue.product import Product
from vetrina.domain.selling.order_record import OrderRecord
from vetrina.domain.show.events import Event, Position, Recorded
from vetrina.domain.show.values import Host, PastDeal
from vetrina.store.errors import Conflict as Conflict
from vetrina.store.errors import StoreAway as StoreAway
from vetrina.store.errors import StoreError as StoreError
from vetrina.store.errors import StoreFault as StoreFault
from vetrina.store.errors import StoreNotReady as StoreNotReady
from vetrina.store.errors import StoreUnusable as StoreUnusable
from vetrina.store.errors import Taken as Taken
from vetrina.store.ports.clock import ClockStore
from vetrina.store.ports.keys import FirstKey as FirstKey
from vetrina.store.ports.keys import Key as Key
from vetrina.store.ports.keys import KeyStore as KeyStore
from vetrina.store.ports.keys import Remembered as Remembered
from vetrina.store.ports.keys import Role as Role
from vetrina.store.ports.leases import LeaseStore
from vetrina.store.ports.matches import MatchStore
from vetrina.store.ports.polls import PollStore
from vetrina.store.ports.unread import UnreadStore
from vetrina.store.sql.observer import StoreObserver


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """A show's unchanging part. `epoch` is random text, new with every show."""

    slug: str
    title: str
    currency: str
    epoch: str
    created_at: int
    host: Host | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What must be known of a show without reading its log.

    `due_at`: when time alone will next change it (ms), None for never.
    """

    status: str
    due_at: int | None


@dataclass(frozen=True, slots=True)
class Running:
    """A show that is not over. `standing` None: written before standings were kept."""

    slug: str
    created_at: int
    position: Position
    standing: Standing | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A webhook delivery in the inbox, and what it came to (`purchases.SaleOutcome`)."""

    connection: str
    delivery: str
    received_at: int
    outcome: str
    body: bytes
    """The normal form as JSON, without anything personal; never the provider's own body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Append:
    """Facts of one show with all that must be written together with them.

    `after`: the seq they were decided on; None appends whatever came in between.
    `records` and `receipts` that exist already raise Conflict (a record exists with another
    `version`), so that two processes never count the same order.
    `past_deals` are the deals that these events ended.
    `remember` makes the idempotent answer from the position and the numbered events; it runs
    inside the transaction, in any thread, and maybe again with other numbers. A key that was
    answered within 24 h raises Conflict.
    """

    show: str
    events: Sequence[Event]
    by: str | None = None
    after: int | None = None
    standing: Standing | None = None
    """The show's standing after these events, where it changes."""
    receipts: Sequence[Receipt] = ()
    records: Sequence[VersionedRecord] = ()
    past_deals: Sequence[PastDeal] = ()
    remember: Callable[[Position, Sequence[Recorded]], Remembered] | None = None
    again: Callable[[Sequence[Recorded]], Append] | None = None
    """Decides anew on the events that came after `after`, in place of a Conflict; as `remember`."""


@dataclass(frozen=True, slots=True)
class VersionedRecord:
    """An order's record and how often it was written before: 0 for a new one."""

    connection: str
    record: OrderRecord
    version: int


@dataclass(frozen=True, slots=True)
class Appended:
    """Where the show stands now, and the events with their numbers."""

    position: Position
    events: tuple[Recorded, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A provider's webhook address. Secrets are needed in the clear to verify signatures."""

    id: str
    kind: str
    show: str | None
    secrets: tuple[str, ...]
    created_at: int
    options: Mapping[str, str] = field(default_factory=dict)
    last_delivery_at: int | None = None
    last_verified_at: int | None = None
    last_refused_at: int | None = None
    last_refusal: str | None = None
    last_refusal_detail: str | None = None


class ShowStore(Protocol):
    """Shows and their logs."""

    async def create_show(
        self,
        show: Show,
        events: Sequence[Event] = (),
        by: str | None = None,
        standing: Standing | None = None,
        first_key: FirstKey | None = None,
    ) -> Appended:
        """Write a new show with its first events and its first key. Raises Taken.

        It is a draft unless `standing` says otherwise. Raises Conflict when it was answered before.
        """
        ...

    async def show(self, slug: str) -> Show | None:
        """One show, or None."""
        ...

    async def shows(self) -> list[Show]:
        """All shows, newest first."""
        ...

    async def head(self, slug: str) -> Position | None:
        """The newest position of a show; None for an unknown one."""
        ...

    async def heads(self, slugs: Sequence[str]) -> dict[str, Position]:
        """The newest positions of these shows, as far as they exist."""
        ...

    async def running(self) -> list[Running]:
        """Every show that is not over, newest first."""
        ...

    async def set_standing(self, slug: str, standing: Standing) -> None:
        """Correct a show's standing where no event changes it."""
        ...

    async def renew_epoch(self, slug: str, old: str, new: str) -> bool:
        """Make all positions that clients hold void. False: somebody else did so before."""
        ...

    async def append(self, append: Append) -> Appended:
        """Number and write events. Raises Conflict, and LookupError for an unknown show.

        A StockChanged also sets the stock in the catalogue, in the same transaction.
        """
        ...

    async def events(self, slug: str, after: int = 0, limit: int | None = None) -> list[Recorded]:
        """Events with a seq above `after`, oldest first."""
        ...

    async def past_deals(self, skus: Sequence[str], since: int) -> list[PastDeal]:
        """The deals of these products that ended after `since` (ms), in whatever show."""
        ...


class CatalogStore(Protocol):
    """The shop's products."""

    async def put_products(self, products: Sequence[Product]) -> None:
        """Insert or replace by SKU, all or none."""
        ...

    async def products(self, skus: Sequence[str] | None = None) -> list[Product]:
        """Products in order of first appearance; with `skus` only those, in that order."""
        ...


class InboxStore(UnreadStore, Protocol):
    """Webhook connections, their deliveries and the orders that came of them."""

    async def add_connection(self, connection: Connection) -> None:
        """Write a new connection."""
        ...

    async def connection(self, connection_id: str) -> Connection | None:
        """One connection, or None."""
        ...

    async def connections(self) -> list[Connection]:
        """All connections, oldest first."""
        ...

    async def remove_connection(self, connection_id: str) -> bool:
        """Forget a connection; its orders stay counted. False when unknown."""
        ...

    async def set_secrets(self, connection_id: str, secrets: Sequence[str]) -> bool:
        """Replace a connection's secrets, newest first. False when unknown."""
        ...

    async def note_delivery(
        self, connection_id: str, at: int, refusal: str | None, detail: str | None = None
    ) -> None:
        """Note when a delivery came and whether it was verified (refusal None) or why not."""
        ...

    async def seen_deliveries(self, connection: str, deliveries: Sequence[str]) -> set[str]:
        """Those of the given delivery ids that have a receipt."""
        ...

    async def order_records(
        self, connection: str, purchases: Sequence[str]
    ) -> dict[str, VersionedRecord]:
        """The records of the given purchases, as far as there are any."""
        ...

    async def has_counted(self, connection: str) -> bool:
        """Whether any order of this connection counted for a show: a real one, not a test."""
        ...

    async def put_receipts(
        self, receipts: Sequence[Receipt], records: Sequence[VersionedRecord] = ()
    ) -> None:
        """Receipts and records that lead to no event. Raises Conflict like append."""
        ...

    async def salt(self) -> bytes:
        """This installation's own random bytes, made once: for hashes of order numbers."""
        ...


class Store(
    ShowStore,
    CatalogStore,
    KeyStore,
    InboxStore,
    MatchStore,
    PollStore,
    LeaseStore,
    ClockStore,
    Protocol,
):
    """All ports, and their life: open it, use it, close it."""

    async def open(self) -> None:
        """Connect and bring the schema up to date. Raises StoreUnusable."""
        ...

    async def close(self) -> None:
        """Finish the writes under way, then let go of the database."""
        ...

    def watched_by(self, watch: StoreObserver) -> None:
        """Tell this one what is read, and how long appends take. Once, before `open`."""
        ...

    async def ping(self) -> None:
        """Prove that reading works. Raises StoreError."""
        ...
