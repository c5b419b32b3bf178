"""Our own JSON of a whole catalogue, written while it is read: no list is ever in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator

from vetrina.shop.imports import own_json
from vetrina.store.ports.catalogue import CatalogueStore


async def exported(store: CatalogueStore) -> AsyncIterator[bytes]:
    """The parts of the file, in order. Raises StoreError."""
    yield own_json.BEGIN
    after, separator = 0, b""
    while True:
        page = await store.product_page(after)
        for entry in await store.entries([one.product.sku for one in page.items]):
            yield separator + own_json.one(entry)
            separator = own_json.SEPARATOR
        if page.next is None:
            break
        after = page.next
    yield own_json.END
