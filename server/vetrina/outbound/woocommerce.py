"""WooCommerce as a source of orders: its REST interface, with a key that may read."""

from __future__ import annotations

import base64

from vetrina.connectors.polling import Access, Cursor, Page
from vetrina.connectors.port import Opaque
from vetrina.connectors.woocommerce import polling as woo
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
        return woo.answer(reply.body, known, cursor, opaque, now_ms)
