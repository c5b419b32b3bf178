"""Deliveries to addresses of the seller: a signed body goes out, a status comes back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from vetrina import __version__
from vetrina.outbound.destinations import NoDestination
from vetrina.outbound.http_client import HttpClient, retry_after_ms

logger = logging.getLogger(__name__)
WAIT_S: Final = 15.0
"""Whoever answers later is tried again later."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came back: a status and how long to wait, or why there was no answer."""

    status: int | None
    retry_after_ms: int | None = None
    problem: Literal["unreachable", "too_slow"] | None = None


class HookClient(HttpClient):
    """An HTTP client that reads nothing of an answer but its status."""

    def __init__(self, wait_s: float = WAIT_S, *, private_addresses: bool = False) -> None:
        super().__init__(wait_s, private_addresses=private_addresses)

    async def deliver(
        self, url: str, headers: Mapping[str, str], body: bytes, now_ms: int
    ) -> Delivered:
        """The status of the answer, whatever it is. A redirect is not followed."""
        import httpx

        sent = {"user-agent": f"Vetrina/{__version__}", **headers}
        try:
            async with asyncio.timeout(self._wait_s):
                client = await self._opened()
                request = client.build_request("POST", url, headers=sent, content=body)
                response = await self._answer(client, request)
                await response.aclose()
        except TimeoutError:
            return Delivered(None, problem="too_slow")
        except (NoDestination, httpx.HTTPError, httpx.InvalidURL) as error:
            logger.info("an address was not delivered to: %s", type(error).__name__)
            return Delivered(None, problem="unreachable")
        advice = response.headers.get("retry-after", "")
        return Delivered(response.status_code, retry_after_ms(advice, now_ms))
