"""What is sold at this moment: by the show while its deal runs, else as the catalogue says."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from vetrina.clock import Clock
from vetrina.domain.catalogue.entry import CatalogueEntry, ProductStatus
from vetrina.domain.catalogue.product import Product
from vetrina.domain.selling.pricing import Sellable
from vetrina.domain.show.state import ShowState
from vetrina.domain.show.values import Deal
from vetrina.store.ports.catalogue import CatalogueStore

KEPT_MS: Final = 1_000
MOST_KEPT: Final = 10_000
SELLING: Final = ("rehearsal", "live", "paused")


@dataclass(frozen=True, slots=True)
class _Kept:
    """What of a product only the catalogue knows."""

    min_age: int | None = None
    status: ProductStatus = "active"


class Sellables:
    """Products of a show's bag cost no read in a rush: the show knows them, and what only the
    catalogue knows is remembered for a second."""

    def __init__(self, store: CatalogueStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._kept: dict[str, tuple[int, _Kept]] = {}
        self._asking: dict[str, asyncio.Task[_Kept]] = {}

    async def of(
        self, skus: Collection[str], state: ShowState | None, now: int
    ) -> dict[str, Sellable]:
        """By SKU; those that nobody knows are left out."""
        shown = _products_of(state, skus)
        found = {} if len(shown) == len(set(skus)) else await self._of_catalogue(skus, shown)
        for sku, product in shown.items():
            deal = running_deal(state, sku, now) if state is not None else None
            found[sku] = _of_product(product, sku, deal, await self._kept_of(product.sku))
        return found

    async def _of_catalogue(
        self, skus: Collection[str], known: Collection[str]
    ) -> dict[str, Sellable]:
        owners = await self._store.owners([sku for sku in skus if sku not in known])
        entries = await self._store.entries(list(dict.fromkeys(owners.values())))
        by_sku = {entry.sku: entry for entry in entries}
        return {
            sku: _of_entry(by_sku[owner], sku) for sku, owner in owners.items() if owner in by_sku
        }

    async def _kept_of(self, product: str) -> _Kept:
        until, kept = self._kept.get(product, (0, _Kept()))
        if self._clock.now_ms() < until:
            return kept
        asking = self._asking.get(product)
        if asking is None:
            asking = self._asking[product] = asyncio.create_task(self._ask(product))
            asking.add_done_callback(lambda _: self._asking.pop(product, None))
        return await asyncio.shield(asking)

    async def _ask(self, product: str) -> _Kept:
        entries = await self._store.entries([product])
        kept = _Kept(entries[0].min_age, entries[0].status) if entries else _Kept()
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[product] = (self._clock.now_ms() + KEPT_MS, kept)
        return kept


def running_deal(state: ShowState, sku: str, now: int) -> Deal | None:
    """The deal that counts for a SKU at this time of the server."""
    deal = state.deal_of(sku)
    if deal is None or deal.status != "running" or not deal.starts_at <= now < deal.ends_at:
        return None
    return deal


def _products_of(state: ShowState | None, skus: Iterable[str]) -> dict[str, Product]:
    if state is None or state.status not in SELLING:
        return {}
    found = ((sku, state.item_of(sku)) for sku in skus)
    return {sku: item.product for sku, item in found if item is not None}


def _of_product(product: Product, sku: str, deal: Deal | None, kept: _Kept) -> Sellable:
    """A host may offer a draft; what was archived is sold by nobody."""
    variant = product.variant(sku)
    return Sellable(
        sku=sku,
        product=product.sku,
        title=product.title,
        choice=variant.choice if variant else "",
        image=(variant.image if variant else None) or product.image,
        price=variant.price if variant else product.price,
        deal_price=deal.price_of(sku) if deal else None,
        deal=deal.id if deal else None,
        min_age=kept.min_age,
        status="archived" if kept.status == "archived" else "active",
        choices=bool(product.variants) and variant is None,
    )


def _of_entry(entry: CatalogueEntry, sku: str) -> Sellable:
    product = entry.product()
    variant = product.variant(sku)
    return Sellable(
        sku=sku,
        product=product.sku,
        title=product.title,
        choice=variant.choice if variant else "",
        image=(variant.image if variant else None) or product.image,
        price=variant.price if variant else product.price,
        min_age=entry.min_age,
        status=entry.status,
        choices=bool(product.variants) and variant is None,
    )
