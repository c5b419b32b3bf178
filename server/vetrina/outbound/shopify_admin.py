"""Shopify's Admin interface over our bounded HTTP client."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from vetrina.clock import Clock
from vetrina.connectors.polling import Access
from vetrina.connectors.shopify import admin
from vetrina.outbound.http_client import HttpClient
from vetrina.outbound.patience import asked_again


class ShopifyAdmin:
    """Asks; the token goes in a header, never in the address."""

    def __init__(self, http_client: HttpClient, clock: Clock) -> None:
        self._http_client = http_client
        self._clock = clock

    async def ask(self, access: Access, query: str, variables: Mapping[str, Any]) -> admin.Told:
        """An answer, after more attempts where the first one fails. Raises PollFailed."""
        return await asked_again(self._clock, partial(self.once, access, query, variables))

    async def once(
        self, access: Access, query: str, variables: Mapping[str, Any], now_ms: int
    ) -> admin.Told:
        """One attempt. Raises PollFailed."""
        headers = {
            "x-shopify-access-token": access.key,
            "content-type": "application/json",
            "accept": "application/json",
        }
        body = admin.question(query, variables)
        reply = await self._http_client.post(access.address + admin.PATH, headers, body, now_ms)
        return admin.answer(reply.body)

    async def rest(self, told: admin.Told) -> None:
        """Wait until the same question may be asked again."""
        if told.rest_ms:
            await self._clock.sleep_until(self._clock.now_ms() + told.rest_ms)
