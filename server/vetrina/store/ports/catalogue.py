"""Catalogue port: the products of the shop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from vetrina.domain.catalogue.product import Product


class CatalogueStore(Protocol):
    """The shop's products."""

    async def put_products(self, products: Sequence[Product]) -> None:
        """Insert or replace by SKU, all or none."""
        ...

    async def products(self, skus: Sequence[str] | None = None) -> list[Product]:
        """Products in order of first appearance; with `skus` only those, in that order."""
        ...
