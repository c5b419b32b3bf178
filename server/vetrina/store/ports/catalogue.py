"""Catalogue port: the products of the shop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from vetrina.domain.catalogue.product import Product
from vetrina.store.ports.pages import Page


class CatalogueStore(Protocol):
    """The shop's products."""

    async def put_products(self, products: Sequence[Product], *, at: int | None = None) -> None:
        """Insert or replace by SKU, all or none; prices that change are in the history from `at`
        (ms) on, without it from now on.
        """
        ...

    async def products(self, skus: Sequence[str] | None = None) -> list[Product]:
        """Products in order of first appearance; with `skus` only those, in that order."""
        ...

    async def product_page(
        self, after: int = 0, limit: int = 100, text: str | None = None
    ) -> Page[Product]:
        """Products in order of first appearance, at most `limit`.

        With `text` those whose title or SKU holds it, whatever its case. A page looks at so many
        products only, so it may be short, or empty, and have a `next` nevertheless.
        """
        ...

    async def skus(self) -> list[str]:
        """The SKUs of all products, in no order."""
        ...

    async def skus_mark(self) -> tuple[int, int, str]:
        """Another one whenever a SKU came or went: how many there are, and which one came last."""
        ...
