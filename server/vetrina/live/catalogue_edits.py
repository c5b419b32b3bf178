"""Edits of the catalogue: one currency a show, one product a SKU, and the shows follow."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence, Set
from functools import partial
from typing import Literal

from vetrina.domain.catalogue.entry import CatalogueEntry
from vetrina.domain.catalogue.product import Product
from vetrina.domain.errors import Refused
from vetrina.domain.selling.publishing import check_publishing
from vetrina.domain.show.commands import RefreshProducts
from vetrina.domain.show.state import ShowState
from vetrina.live.purchases.product_matching import ProductMatching
from vetrina.live.shared_stock import check_currency, holds
from vetrina.live.show_writer import ShowWriter
from vetrina.store.errors import SkuTaken
from vetrina.store.ports.store import Store

Removed = Literal["deleted", "archived"]


class CatalogueEdits:
    """Every change of a product in this process goes through here.

    `ready` returns when all shows are read, so that each that holds a product follows. `written`
    hears of products after that.
    """

    def __init__(
        self,
        store: Store,
        matching: ProductMatching,
        writers: Mapping[str, ShowWriter],
        ready: Callable[[], Awaitable[None]],
        now: Callable[[], int],
        written: Callable[[Iterable[str]], None],
    ) -> None:
        self._store = store
        self._matching = matching
        self._writers = writers
        self._ready = ready
        self._now = now
        self._written = written

    async def put_products(self, products: Sequence[Product], *, by: str | None = None) -> None:
        """Insert or replace the light form; what else is known of a product stays.

        Raises Refused.
        """
        await self._put(products, partial(self._store.put_products, products, at=self._now()), by)

    async def put_entries(
        self,
        entries: Sequence[CatalogueEntry],
        *,
        by: str | None = None,
        keep_stock: bool = False,
        stock_was: Mapping[str, int | None] | None = None,
    ) -> None:
        """Insert or replace products with everything that is known of them, the pieces of those
        that are there only without `keep_stock`, or as they differ from `stock_was`. Raises
        Refused."""
        await self._check_publishing(entries)
        products = [entry.product() for entry in entries]
        write = partial(
            self._store.put_entries,
            entries,
            at=self._now(),
            keep_stock=keep_stock,
            stock_was=stock_was,
        )
        kept = {sku for product in products for sku in product.skus()} if keep_stock else stock_was
        await self._put(products, write, by, set(kept or ()))

    async def set_stock(self, sku: str, quantity: int, *, by: str | None = None) -> None:
        """The pieces of one SKU alone, whatever else was sold meanwhile."""
        await self._store.set_stock(sku, quantity)
        owners = await self._store.owners([sku])
        await self._follow(await self._store.products(list(owners.values())), by)

    async def remove(self, sku: str) -> Removed:
        """Delete a product, or archive what a show that is not over, or an order, refers to.

        Raises Refused where there is none.
        """
        found = await self._store.products([sku])
        if not found:
            raise Refused("unknown_sku", f"There is no product {sku}.")
        await self._ready()
        bags = [writer.state.bag for writer in self._writers.values()]
        if any(sku in bag for bag in bags) or await self._store.ordered(list(found[0].skus())):
            await self._store.set_status(sku, "archived", at=self._now())
            return "archived"
        await self._store.delete_product(sku, at=self._now())
        self._matching.forget_catalogue()
        return "deleted"

    async def archive(self, sku: str) -> None:
        """The product leaves the shop tab, and stays where it is."""
        await self._store.set_status(sku, "archived", at=self._now())

    async def _check_publishing(self, entries: Sequence[CatalogueEntry]) -> None:
        shop = await self._store.shop()
        if shop is None or not shop.eu:
            return
        known = await self._store.entries([entry.sku for entry in entries])
        check_publishing(entries, {one.sku: one for one in known}, shop)

    async def _put(
        self,
        products: Sequence[Product],
        write: Callable[[], Awaitable[None]],
        by: str | None,
        kept: Set[str] = frozenset(),
    ) -> None:
        """`kept`: SKUs whose pieces are what the store says, which the shows are told next."""
        await self._ready()
        check_currency((writer.state for writer in self._writers.values()), products)
        try:
            await write()
        except SkuTaken as error:
            raise Refused("sku_taken", str(error)) from error
        self._matching.forget_catalogue()
        await self._follow(products, by, kept)

    async def _follow(
        self, products: Sequence[Product], by: str | None, kept: Set[str] = frozenset()
    ) -> None:
        """The shows here; what was sold while they were told, they are told next."""
        for writer in list(self._writers.values()):
            if writer.state.status != "ended" and holds(writer.state, products):
                told = tuple(_as_shown(writer.state, product, kept) for product in products)
                await writer.handle([RefreshProducts(told)], by, None)
        self._written(product.sku for product in products)


def _as_shown(state: ShowState, product: Product, kept: Set[str]) -> Product:
    """With the pieces of these SKUs as the show has them."""
    item = state.bag.get(product.sku)
    known = item.product.stocks() if item else {}
    return product.stocked_at({sku: known[sku] for sku in kept & known.keys()})
