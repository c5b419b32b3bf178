"""Catalogue port: the products of the shop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from vetrina.domain.catalogue.entry import CatalogueEntry, ProductStatus
from vetrina.domain.catalogue.product import Product
from vetrina.store.ports.pages import Page


@dataclass(frozen=True, slots=True)
class Listed:
    """A product in a list of the catalogue."""

    product: Product
    status: ProductStatus


class CatalogueStore(Protocol):
    """The shop's products. A SKU means one product, by itself or as that of a variant."""

    async def put_products(self, products: Sequence[Product], *, at: int | None = None) -> None:
        """Insert or replace the light form by SKU, all or none; what else is known stays, new ones
        are active. Prices of active products that change are in the history from `at` (ms) on,
        without it from now on. Raises SkuTaken.
        """
        ...

    async def put_entries(
        self,
        entries: Sequence[CatalogueEntry],
        *,
        at: int | None = None,
        keep_stock: bool = False,
        stock_was: Mapping[str, int | None] | None = None,
    ) -> None:
        """Insert or replace by SKU with everything, all or none. Raises SkuTaken.

        With `keep_stock` what is there already keeps the pieces that it has at this moment, however
        many were sold since the entries were made. `stock_was`, by SKU, is the stock on which the
        entries were made: what is there changes by the difference alone.
        """
        ...

    async def set_stock(self, sku: str, quantity: int | None) -> None:
        """The pieces of one variant, or of a product without options; everything else stays."""
        ...

    async def set_status(self, sku: str, status: ProductStatus, *, at: int | None = None) -> None:
        """Nothing happens where there is no such product."""
        ...

    async def delete_product(self, sku: str, *, at: int | None = None) -> None:
        """The product and its variants are gone; what they were offered for is remembered."""
        ...

    async def products(self, skus: Sequence[str] | None = None) -> list[Product]:
        """Products in order of first appearance; with `skus` only those, in that order."""
        ...

    async def entries(self, skus: Sequence[str]) -> list[CatalogueEntry]:
        """These products with everything, in this order; unknown ones are left out."""
        ...

    async def owners(self, skus: Sequence[str]) -> dict[str, str]:
        """The SKU of the product that each of these means, by itself or as that of a variant."""
        ...

    async def product_page(
        self,
        after: int = 0,
        limit: int = 100,
        text: str | None = None,
        status: ProductStatus | None = None,
    ) -> Page[Listed]:
        """Products in order of first appearance, at most `limit`, of one status or of all.

        With `text` those whose title or SKU holds it, whatever its case. A page looks at so many
        products only, so it may be short, or empty, and have a `next` nevertheless.
        """
        ...

    async def skus(self) -> list[str]:
        """The SKUs of all products and variants, in no order."""
        ...

    async def skus_mark(self) -> tuple[int, int, str]:
        """Another one whenever a SKU came or went: how many there are, and which one came last."""
        ...
