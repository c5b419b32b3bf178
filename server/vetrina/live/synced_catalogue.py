"""The way of a connected shop's products into the catalogue, and into the shows that sell them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from vetrina.domain.catalogue.entry import CatalogueEntry
from vetrina.domain.catalogue.product import Product
from vetrina.domain.money import Money
from vetrina.live.service import ShowService
from vetrina.store.ports.store import Store

BY: Final = "sync"


class SyncedCatalogue:
    """Writes through the shows, so that bags, pins and screens follow."""

    def __init__(self, store: Store, shows: ShowService) -> None:
        self._store = store
        self._shows = shows

    async def put_entries(self, source: str, entries: Sequence[CatalogueEntry]) -> None:
        """Insert or replace. What only a seller here declares stays. Raises Refused."""
        products = [product for entry in entries for product in entry.products()]
        known = {one.sku: one for one in await self._store.products([p.sku for p in products])}
        kept = [_as_known(product, known.get(product.sku)) for product in products]
        await self._shows.put_products(kept, by=BY)

    async def set_stock(self, sku: str, quantity: int) -> None:
        """Nothing happens where there is no such SKU."""
        known = await self._store.products([sku])
        if known and known[0].stock != quantity:
            await self._shows.put_products([replace(known[0], stock=quantity)], by=BY)

    async def dealt_prices(self) -> Mapping[str, Money]:
        """The SKUs that have a deal in some show, each with its usual price there."""
        found: dict[str, Money] = {}
        for running in await self._store.running():
            if running.slug in self._shows.damaged:
                continue
            _, state = await self._shows.state(running.slug)
            for deal in state.deals.values():
                found[deal.product.sku] = state.bag[deal.product.sku].product.price
        return found

    async def put_references(self, connection: str, references: Mapping[str, str]) -> None:
        """So that an order finds the product even without its SKU. Raises Refused."""
        await self._shows.matching.put(connection, dict(references))


def _as_known(product: Product, known: Product | None) -> Product:
    """With what the shop did not tell: webhooks leave the link away, and no shop tells an earlier
    price in the sense of the law, so what was declared here counts.
    """
    if known is None:
        return product
    prior = known.prior_price
    if prior is not None and prior.currency != product.price.currency:
        prior = None
    return replace(product, prior_price=prior, link=product.link or known.link)
