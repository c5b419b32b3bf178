"""The way of a connected shop's products into the catalogue, and into the shows that sell them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final

from vetrina.domain.catalogue.entry import CatalogueEntry
from vetrina.domain.catalogue.product import Product
from vetrina.domain.money import Money
from vetrina.domain.selling.publishing import as_allowed
from vetrina.live.service import ShowService
from vetrina.store.ports.store import Store

BY: Final = "sync"


class SyncedCatalogue:
    """Writes through the shows, so that bags, pins and screens follow."""

    def __init__(self, store: Store, shows: ShowService) -> None:
        self._store = store
        self._shows = shows

    async def put_entries(self, source: str, entries: Sequence[CatalogueEntry]) -> None:
        """Insert or replace. What only a seller here declares stays. Raises Refused.

        What may not be offered here is a draft, whatever the shop says.
        """
        shop = await self._store.shop()
        known = {one.sku: one for one in await self._store.entries([e.sku for e in entries])}
        told = [replace(_as_known(one, known.get(one.sku)), source=source) for one in entries]
        kept = [as_allowed(one, known.get(one.sku), shop) for one in told]
        await self._make_room(source, kept)
        await self._shows.catalogue.put_entries(kept, by=BY)

    async def set_stock(self, sku: str, quantity: int) -> None:
        """Nothing happens where there is no such SKU."""
        for product in await self._owners([sku]):
            if product.with_stock(sku, quantity) != product:
                await self._shows.catalogue.set_stock(sku, quantity, by=BY)

    async def archive(self, skus: Collection[str]) -> None:
        """The products of these SKUs leave the shop tab; what is in a bag stays there."""
        for product in await self._owners(skus):
            await self._shows.catalogue.archive(product.sku)

    async def dealt_prices(self) -> Mapping[str, Money]:
        """The SKUs that have a deal in some show, each with its usual price there."""
        found: dict[str, Money] = {}
        for running in await self._store.running():
            if running.slug in self._shows.damaged:
                continue
            _, state = await self._shows.state(running.slug)
            for deal in state.deals.values():
                product = state.bag[deal.product.sku].product
                found.update(
                    (sku, (product.variant(sku) or product).price) for sku in product.skus()
                )
        return found

    async def _owners(self, skus: Collection[str]) -> list[Product]:
        owners = await self._store.owners(sorted(skus))
        return await self._store.products(list(dict.fromkeys(owners.values())))

    async def _make_room(self, source: str, entries: Sequence[CatalogueEntry]) -> None:
        """A product of the same shop that came in another shape before goes, where it can."""
        own = {sku: entry.sku for entry in entries for sku in entry.product().skus()}
        owners = await self._store.owners(list(own)) if own else {}
        others = {owner for sku, owner in owners.items() if owner != own[sku]}
        for entry in await self._store.entries(sorted(others)):
            if entry.source == source:
                await self._shows.catalogue.remove(entry.sku)

    async def put_references(self, connection: str, references: Mapping[str, str]) -> None:
        """So that an order finds the product even without its SKU. Raises Refused."""
        await self._shows.matching.put(connection, dict(references))


def _as_known(entry: CatalogueEntry, known: CatalogueEntry | None) -> CatalogueEntry:
    """With what the shop did not tell: webhooks leave the link away, and no shop tells an earlier
    price in the sense of the law, so what was declared here counts.
    """
    if known is None:
        return entry
    declared = {one.sku: one.prior_price for one in known.variants}
    return replace(
        entry,
        link=entry.link or known.link,
        unit_price=entry.unit_price or known.unit_price,
        min_age=entry.min_age or known.min_age,
        safety=entry.safety or known.safety,
        variants=tuple(
            replace(one, prior_price=_of_currency(declared.get(one.sku), one.price))
            for one in entry.variants
        ),
    )


def _of_currency(declared: Money | None, price: Money) -> Money | None:
    return declared if declared and declared.currency == price.currency else None
