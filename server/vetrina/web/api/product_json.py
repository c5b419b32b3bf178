"""Products as the interface tells them."""

from __future__ import annotations

from typing import Any

from vetrina.domain.catalogue.entry import CatalogueEntry, ProductStatus
from vetrina.domain.catalogue.product import Product
from vetrina.protocol.jsonable import plain

LIGHT = frozenset({"key", "title", "variants", "options", "link", "status"})
"""What the light form of a product says already."""


def light(product: Product, status: ProductStatus) -> dict[str, Any]:
    """A product in a list: as shows carry it, and its status."""
    return {**plain(product), "status": status}


def whole(entry: CatalogueEntry) -> dict[str, Any]:
    """A product with everything that is known of it."""
    told = {name: value for name, value in plain(entry).items() if name not in LIGHT}
    return {**light(entry.product(), entry.status), **told}
