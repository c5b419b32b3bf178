"""Taking in products of a shop, however they came: whole or not at all, and the newest counts.

The shop is right about what it tells. But the price of a product that has a deal waits for its
end, and nothing is ever taken off the air: what the shop gave up is sold out here.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from vetrina.connectors.catalogues.port import LeftOut, ShopProduct
from vetrina.domain.catalogue.entry import CatalogueEntry
from vetrina.domain.errors import Refused
from vetrina.domain.money import Money
from vetrina.shop.sync.ports import CataloguePorts
from vetrina.store.ports.syncs import SyncedProduct, SyncStore

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A product to be written, and what is to be known of it then."""

    product: ShopProduct
    entry: CatalogueEntry
    synced: SyncedProduct


class TakingIn:
    """The way of a connection's products into the catalogue, one batch after the other."""

    def __init__(self, store: SyncStore, catalogue: CataloguePorts) -> None:
        self._store = store
        self._catalogue = catalogue
        self._taking: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def take(
        self, connection: str, products: Sequence[ShopProduct], round: int
    ) -> list[LeftOut]:
        """Write them; returns those that could not be taken in. Raises StoreError."""
        async with self._taking[connection]:
            return await self._take(connection, products, round)

    async def archive(self, connection: str, ids: Sequence[str]) -> int:
        """These are the shop's no more: sold out here. Returns how many were known."""
        async with self._taking[connection]:
            known = await self._store.synced(connection, ids)
            skus = [sku for product in known.values() for sku in product.skus]
            await self._sell_out(skus)
            await self._catalogue.archive(skus)
            await self._store.forget_synced(connection, list(known))
            return len(known)

    async def keep(self, connection: str, ids: Sequence[str], round: int) -> None:
        """The shop has them still, though they cannot be read: they stay as they are."""
        known = await self._store.synced(connection, ids)
        met = [replace(product, round=round) for product in known.values()]
        await self._store.put_synced(connection, met)

    async def free(self, connection: str, ids: Sequence[str]) -> list[str]:
        """Those of these products that have no deal."""
        known = await self._store.synced(connection, ids)
        dealt = await self._catalogue.dealt_prices()
        return [id for id, product in known.items() if not dealt.keys() & set(product.skus)]

    async def _take(
        self, connection: str, products: Sequence[ShopProduct], round: int
    ) -> list[LeftOut]:
        latest = {product.id: product for product in products}
        known = await self._store.synced(connection, list(latest))
        news = [one for one in latest.values() if _is_news(one, known.get(one.id))]
        free, left_out = await self._with_free_skus(connection, news)
        dealt = await self._catalogue.dealt_prices() if free else {}
        wanted = [_wanted(product, dealt, round) for product in free]
        written, refused = await self._put(connection, wanted)
        await self._sell_out(_given_up(written, known))
        references = {ref: sku for one in written for ref, sku in one.product.references.items()}
        await self._refer(connection, references)
        noted = {one.synced.id: one.synced for one in written}
        met = [replace(one, round=round) for id, one in known.items() if id not in noted]
        await self._store.put_synced(connection, [*noted.values(), *met])
        return [*left_out, *refused]

    async def _with_free_skus(
        self, connection: str, products: Sequence[ShopProduct]
    ) -> tuple[list[ShopProduct], list[LeftOut]]:
        """Of two products with the same SKU nobody could say which is meant: the first keeps it."""
        skus = [variant.sku for product in products for variant in product.entry.variants]
        owners = await self._store.synced_owners(connection, skus)
        free, left_out = [], []
        for product in products:
            own = [variant.sku for variant in product.entry.variants]
            taken = next((sku for sku in own if owners.get(sku, product.id) != product.id), None)
            if taken is not None:
                why = f"{taken} is the SKU of another product, too"
                left_out.append(LeftOut(product.id, product.entry.title, why))
                continue
            owners.update(dict.fromkeys(own, product.id))
            free.append(product)
        return free, left_out

    async def _put(
        self, connection: str, wanted: Sequence[_Wanted]
    ) -> tuple[list[_Wanted], list[LeftOut]]:
        """All at once, or each by itself where one of them is refused."""
        if not wanted:
            return [], []
        try:
            await self._catalogue.put_entries(connection, [one.entry for one in wanted])
        except Refused as error:
            if len(wanted) == 1:
                one = wanted[0]
                return [], [LeftOut(one.product.id, one.entry.title, error.message)]
            parts = [await self._put(connection, [one]) for one in wanted]
            return [one for part in parts for one in part[0]], [
                one for part in parts for one in part[1]
            ]
        return list(wanted), []

    async def _refer(self, connection: str, references: Mapping[str, str]) -> None:
        """Without it the products are here all the same; orders can be matched by hand."""
        if not references:
            return
        try:
            await self._catalogue.put_references(connection, references)
        except Refused as error:
            logger.warning("connection %s: orders may not find products: %s", connection, error)

    async def _sell_out(self, skus: Iterable[str]) -> None:
        for sku in skus:
            await self._catalogue.set_stock(sku, 0)


def _is_news(product: ShopProduct, known: SyncedProduct | None) -> bool:
    """What a shop has put away is brought in only to say so; what is older than known is not."""
    if known is None:
        return product.entry.status != "archived"
    return not 0 < product.changed_at < known.changed_at


def _wanted(product: ShopProduct, dealt: Mapping[str, Money], round: int) -> _Wanted:
    entry = product.entry
    if entry.status == "archived":
        entry = replace(entry, variants=tuple(replace(one, stock=0) for one in entry.variants))
    prices = [dealt.get(one.sku, one.price) for one in entry.variants]
    held = prices != [one.price for one in entry.variants]
    if held:
        priced = zip(entry.variants, prices, strict=True)
        entry = replace(entry, variants=tuple(replace(one, price=price) for one, price in priced))
    synced = SyncedProduct(
        id=product.id,
        skus=tuple(one.sku for one in entry.variants),
        changed_at=product.changed_at,
        round=round,
        held=held,
    )
    return _Wanted(product, entry, synced)


def _given_up(written: Sequence[_Wanted], known: Mapping[str, SyncedProduct]) -> list[str]:
    """SKUs that a product had and has no more."""
    now = {sku for one in written for sku in one.synced.skus}
    before = (known[one.synced.id] for one in written if one.synced.id in known)
    return [sku for product in before for sku in product.skus if sku not in now]
