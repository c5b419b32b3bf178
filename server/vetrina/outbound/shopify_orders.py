"""Shopify as a source of orders: its Admin interface, with a token that may read."""

from __future__ import annotations

from typing import Final

from vetrina.clock import Clock
from vetrina.connectors.polling import Access, Cursor, Page
from vetrina.connectors.port import Opaque
from vetrina.connectors.shopify import admin, polling
from vetrina.outbound.http_client import HttpClient
from vetrina.outbound.shopify_admin import ShopifyAdmin

ORDERS_A_PAGE: Final = 20


class ShopifySource:
    """The orders of a shop. Attempts that fail are the poll's affair, which waits by itself."""

    def __init__(self, http_client: HttpClient, clock: Clock) -> None:
        self._admin = ShopifyAdmin(http_client, clock)
        self._sizes: dict[str, int] = {}

    def checked(self, access: Access) -> Access:
        """Raises InvalidValue."""
        return admin.checked_access(access)

    async def page(self, access: Access, cursor: Cursor, opaque: Opaque, now_ms: int) -> Page:
        """The next page; of half as many orders where that asks for too much. Raises PollFailed."""
        while True:
            size = self._sizes.get(access.address, ORDERS_A_PAGE)
            wanted = polling.question(cursor, size)
            try:
                told = await self._admin.once(access, polling.ORDERS, wanted, now_ms)
                return polling.answer(told.data, cursor, opaque, now_ms)
            except admin.TooCostly:
                if size == 1:
                    raise
                self._sizes[access.address] = size // 2
