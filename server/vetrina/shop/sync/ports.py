"""What a sync needs of the catalogue and of the shows that are on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from vetrina.domain.catalogue.entry import CatalogueEntry
from vetrina.domain.money import Money
from vetrina.store.ports.connections import ConnectionStore
from vetrina.store.ports.polls import PollStore
from vetrina.store.ports.syncs import SyncStore

PutEntries = Callable[[str, Sequence[CatalogueEntry]], Awaitable[None]]
"""Insert or replace products of a source; the shows that hold them follow. Raises Refused."""
SetStock = Callable[[str, int], Awaitable[None]]
"""Nothing happens where there is no such SKU."""
DealtPrices = Callable[[], Awaitable[Mapping[str, Money]]]
"""The SKUs that have a deal now, each with the price that it had when that began."""
Archive = Callable[[Collection[str]], Awaitable[None]]
"""The products of these SKUs leave the shop tab."""
PutReferences = Callable[[str, Mapping[str, str]], Awaitable[None]]
"""What a connection's orders call products, and our SKUs for them."""


@dataclass(frozen=True, slots=True)
class CataloguePorts:
    """The ways into the catalogue."""

    put_entries: PutEntries
    set_stock: SetStock
    dealt_prices: DealtPrices
    put_references: PutReferences
    archive: Archive


class SyncingStore(ConnectionStore, PollStore, SyncStore, Protocol):
    """What a sync needs of the store."""
