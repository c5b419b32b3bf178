"""WooCommerce as a source of orders: its REST interface, with a key that may read."""

from __future__ import annotations

import base64
from dataclasses import replace

from vetrina.connectors.polling import Access, Cursor, Page, PollFailed
from vetrina.connectors.port import Delivery, Opaque
from vetrina.connectors.woocommerce import polling as woo
from vetrina.connectors.woocommerce.refunds import FIELDS, refund_deliveries, refunded_orders
from vetrina.outbound.http_client import HttpClient


class WooSource:
    """The orders of a shop; consumer key and secret go in the header, never in the address."""

    def __init__(self, http_client: HttpClient) -> None:
        self._http_client = http_client

    def checked(self, access: Access) -> Access:
        """Raises InvalidValue."""
        return woo.checked_access(access)

    async def page(self, access: Access, cursor: Cursor, opaque: Opaque, now_ms: int) -> Page:
        """The next page. Raises PollFailed."""
        pair = base64.b64encode(f"{access.key}:{access.secret}".encode()).decode()
        headers = {"authorization": f"Basic {pair}", "accept": "application/json"}
        url = access.address + woo.PATH
        reply = await self._http_client.get(url, headers, woo.question(cursor), now_ms)
        pages = reply.headers.get("x-wp-totalpages", "")
        known = int(pages) if pages.isascii() and pages.isdigit() and len(pages) < 10 else None
        page = woo.answer(reply.body, known, cursor, opaque, now_ms)
        found = await self._refunds(url, headers, reply.body, opaque, now_ms)
        return replace(page, deliveries=(*page.deliveries, *found))

    async def _refunds(
        self, url: str, headers: dict[str, str], listed: bytes, opaque: Opaque, now_ms: int
    ) -> list[Delivery]:
        """What refunds were for. Where the shop does not say, their sums have to do."""
        found: list[Delivery] = []
        for order in refunded_orders(listed):
            asked = {"_fields": FIELDS, "per_page": "100"}
            try:
                reply = await self._http_client.get(
                    f"{url}/{order.id}/refunds", headers, asked, now_ms
                )
            except PollFailed:
                break
            found += refund_deliveries(order, reply.body, opaque)
        return found
