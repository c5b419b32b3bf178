"""Store port: all ports over one database, and their life."""

from __future__ import annotations

from typing import Protocol

from vetrina.store.ports.answers import AnswerStore
from vetrina.store.ports.catalogue import CatalogueStore
from vetrina.store.ports.checkouts import CheckoutStore
from vetrina.store.ports.clock import ClockStore
from vetrina.store.ports.connections import ConnectionStore
from vetrina.store.ports.import_jobs import ImportJobStore
from vetrina.store.ports.imports import ImportStore
from vetrina.store.ports.inbox import InboxStore
from vetrina.store.ports.keys import KeyStore
from vetrina.store.ports.leases import LeaseStore
from vetrina.store.ports.markets import MarketStore
from vetrina.store.ports.matches import MatchStore
from vetrina.store.ports.observer import StoreObserver
from vetrina.store.ports.order_hooks import OrderHookStore
from vetrina.store.ports.payments import PaymentStore
from vetrina.store.ports.places import PlaceStore
from vetrina.store.ports.polls import PollStore
from vetrina.store.ports.prices import PriceStore
from vetrina.store.ports.secrets import SecretStore
from vetrina.store.ports.shop import ShopStore
from vetrina.store.ports.shop_orders import ShopOrderStore
from vetrina.store.ports.shows import ShowStore
from vetrina.store.ports.states import StateStore
from vetrina.store.ports.syncs import SyncStore
from vetrina.store.ports.unread import UnreadStore
from vetrina.store.ports.vouchers import VoucherStore


class Store(
    ShowStore,
    StateStore,
    CatalogueStore,
    PriceStore,
    CheckoutStore,
    PlaceStore,
    ImportStore,
    ImportJobStore,
    ShopStore,
    ShopOrderStore,
    MarketStore,
    KeyStore,
    AnswerStore,
    ConnectionStore,
    InboxStore,
    UnreadStore,
    MatchStore,
    PaymentStore,
    PollStore,
    SyncStore,
    LeaseStore,
    SecretStore,
    ClockStore,
    VoucherStore,
    OrderHookStore,
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
