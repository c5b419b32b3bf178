"""Stripe: its own library over our bounded HTTP client, as a source of events and for payments."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from vetrina.connectors.polling import Access, Cursor, Page, PollFailed
from vetrina.connectors.port import Opaque
from vetrina.connectors.stripe import polling
from vetrina.outbound.http_client import HttpClient

if TYPE_CHECKING:
    import stripe

# It would write a line for each request at the level at which this server talks to its operator.
logging.getLogger("stripe").setLevel(logging.WARNING)

# The library would also tell which machine it runs on, and how long the last answer took.
PASSED_ON = ("authorization", "stripe-version", "accept", "content-type", "idempotency-key")


class StripeSource:
    """The events of an account, with a restricted key."""

    def __init__(self, http_client: HttpClient) -> None:
        self._http_client = http_client

    def checked(self, access: Access) -> Access:
        """Raises InvalidValue."""
        return polling.checked_access(access)

    async def page(self, access: Access, cursor: Cursor, opaque: Opaque, now_ms: int) -> Page:
        """The next page. Raises PollFailed."""
        client = await asyncio.to_thread(_client, access, self._http_client, now_ms)
        from stripe import StripeError

        try:
            listed = await client.v1.events.list_async(polling.question(cursor))  # type: ignore[arg-type]
            answer = listed.to_dict()
            events, more = list(answer["data"]), bool(answer["has_more"])
        except (StripeError, KeyError, TypeError, AttributeError) as error:
            raise PollFailed(polling.NOT_EVENTS) from error
        return polling.answer(events, more, cursor, opaque, now_ms)


def _client(access: Access, http_client: HttpClient, now_ms: int) -> stripe.StripeClient:
    """The library is large: it is read here, in a thread, when Stripe is asked first."""
    import stripe

    class Bounded(stripe.HTTPClient):
        """Waits and tries again are the poll's affair: one request, one answer or PollFailed."""

        name = "vetrina"

        async def request_async(
            self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
        ) -> tuple[bytes, int, Mapping[str, str]]:
            reply = await http_client.get(url, _passed(headers), None, now_ms)
            return reply.body, 200, reply.headers

    return stripe.StripeClient(
        access.key,
        base_addresses={"api": access.address},
        http_client=Bounded(),
        max_network_retries=0,
    )


class StripeClients:
    """Stripe's library for one key, of one version of its interface; made when it is needed."""

    def __init__(self, http_client: HttpClient, version: str) -> None:
        self._http_client = http_client
        self._version = version

    async def client(self, key: str, address: str) -> stripe.StripeClient:
        """Requests raise StripeError, and PollFailed where no answer came."""
        return await asyncio.to_thread(self._made, key, address)

    def _made(self, key: str, address: str) -> stripe.StripeClient:
        import stripe

        http_client = self._http_client

        class Exchanging(stripe.HTTPClient):
            """Waits and tries again are the payment's affair: one request, one answer."""

            name = "vetrina"

            async def request_async(
                self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
            ) -> tuple[bytes, int, Mapping[str, str]]:
                body = post_data.encode() if isinstance(post_data, str) else post_data
                answer = await http_client.exchange(method.upper(), url, _passed(headers), body)
                return answer.body, answer.status, answer.headers

        return stripe.StripeClient(
            key,
            base_addresses={"api": address},
            http_client=Exchanging(),
            max_network_retries=0,
            stripe_version=self._version,
        )


def _passed(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in headers.items() if name.lower() in PASSED_ON}
