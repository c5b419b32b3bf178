"""Our own JSON of a whole catalogue, written while it is read: no list is ever in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator

from vetrina.domain.catalogue.entry import CatalogueEntry, Image, Variant
from vetrina.domain.catalogue.product import Product
from vetrina.shop.imports import own_json
from vetrina.store.ports.catalogue import CatalogueStore


async def exported(store: CatalogueStore) -> AsyncIterator[bytes]:
    """The parts of the file, in order. Raises StoreError."""
    yield own_json.BEGIN
    after, separator = 0, b""
    while True:
        page = await store.product_page(after)
        for product in page.items:
            yield separator + own_json.one(entry_of(product))
            separator = own_json.SEPARATOR
        if page.next is None:
            break
        after = page.next
    yield own_json.END


def entry_of(product: Product) -> CatalogueEntry:
    """A product as the file has it: its own only variant."""
    return CatalogueEntry(
        key=product.sku,
        title=product.title,
        variants=(Variant(sku=product.sku, price=product.price, stock=product.stock),),
        images=() if product.image is None else (Image(product.image),),
        link=product.link,
        status="active",
    )
