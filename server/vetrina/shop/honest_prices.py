"""Prior prices of the shop tab: never above what the price history knows, as in every show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vetrina.domain.catalogue.entry import CatalogueEntry
from vetrina.domain.catalogue.price_history import (
    PRIOR_PRICE_MS,
    PriceHistory,
    history_of,
    honest,
)
from vetrina.store.ports.prices import PriceStore


async def honest_entries(
    store: PriceStore, entries: Sequence[CatalogueEntry], now: int
) -> list[CatalogueEntry]:
    """The products as visitors may see them. Nothing is read where none declares a prior price."""
    skus = [variant.sku for entry in entries if _declares(entry) for variant in entry.variants]
    if not skus:
        return list(entries)
    history = history_of(await store.prices(skus, now - PRIOR_PRICE_MS))
    return [_honest(entry, history, now) if _declares(entry) else entry for entry in entries]


def _declares(entry: CatalogueEntry) -> bool:
    return any(variant.prior_price is not None for variant in entry.variants)


def _honest(entry: CatalogueEntry, history: PriceHistory, now: int) -> CatalogueEntry:
    product = honest(entry.product(), history, now)
    alone = replace(entry.variants[0], prior_price=product.prior_price)
    return replace(entry, variants=product.variants or (alone,))
