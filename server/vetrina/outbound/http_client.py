"""Bounded HTTP client: one request without redirects, with limits of time and size.

The address is a seller's and what answers there may be anything, so nothing of an answer but its
status is ever shown, and a key goes to the address that was given and to no other.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from vetrina import __version__
from vetrina.connectors.polling import PollFailed
from vetrina.outbound.destinations import NoDestination, resolve

if TYPE_CHECKING:
    import httpx

logger = logging.getLogger(__name__)
# It would write a line for each request at the level at which this server talks to its operator.
logging.getLogger("httpx").setLevel(logging.WARNING)

CONNECT_S = 10.0
WAIT_S = 60.0
BODY_MAX_BYTES = 16 * 1024 * 1024
RETRY_AFTER_MAX_MS = 6 * 3_600_000
REFUSED = (401, 403)
PORTS = {"http": 80, "https": 443}
NO_SHOP = (
    "no shop was found at this address: is it right, is its certificate valid, and is it on the "
    "internet? This machine and private networks are asked with VETRINA_PRIVATE_ADDRESSES=true"
)
"""One text for what cannot be reached, is private or has no such page: it maps no network."""
BUSY = (429, 503)
Take = Callable[[bytes], object]
Check = Callable[[int, Mapping[str, str]], None]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with status 200; header names are in lower case."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Exchange:
    """An answer with any status; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpClient:
    """The HTTP client; made at the first request, since most installations never ask."""

    def __init__(
        self,
        wait_s: float = WAIT_S,
        max_bytes: int = BODY_MAX_BYTES,
        *,
        private_addresses: bool = False,
        keep_alive: int = 0,
    ) -> None:
        """`keep_alive`: connections that are kept for the next request. A shop is asked a few times
        an hour, and none is worth keeping."""
        self._keep_alive = keep_alive
        self._private = private_addresses
        self._wait_s = wait_s
        self._max_bytes = max_bytes
        self._client: httpx.AsyncClient | None = None
        self._opening = asyncio.Lock()

    async def close(self) -> None:
        """Let go of what is open."""
        if self._client is not None:
            await self._client.aclose()

    async def get(
        self,
        url: str,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None,
        now_ms: int,
    ) -> Reply:
        """The answer. Raises PollFailed, with a text for the seller, for everything but 200."""
        return await self._asked("GET", url, headers, params, None, now_ms)

    async def post(self, url: str, headers: Mapping[str, str], body: bytes, now_ms: int) -> Reply:
        """The answer to a question that does not fit into an address. Raises PollFailed."""
        return await self._asked("POST", url, headers, None, body, now_ms)

    async def exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Exchange:
        """The answer whatever its status. Raises PollFailed where there is none."""
        came = bytearray()
        status, answered = await self._sent(method, url, headers, None, body, came.extend)
        return Exchange(status, answered, bytes(came))

    async def read(
        self,
        url: str,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None,
        now_ms: int,
        take: Take,
    ) -> Mapping[str, str]:
        """The headers of an answer whose body is handed on as it comes. Raises like `get`."""
        return await self._streamed("GET", url, headers, params, None, now_ms, take)

    async def _asked(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None,
        content: bytes | None,
        now_ms: int,
    ) -> Reply:
        body = bytearray()
        take: Take = body.extend
        answered = await self._streamed(method, url, headers, params, content, now_ms, take)
        return Reply(answered, bytes(body))

    async def _streamed(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None,
        content: bytes | None,
        now_ms: int,
        take: Take,
    ) -> Mapping[str, str]:
        def check(status: int, answered: Mapping[str, str]) -> None:
            if status != 200:
                raise failure(status, answered, now_ms)

        _, answered = await self._sent(method, url, headers, params, content, take, check)
        return answered

    async def _sent(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None,
        content: bytes | None,
        take: Take,
        check: Check = lambda _status, _headers: None,
    ) -> tuple[int, Mapping[str, str]]:
        """`check` is asked before the body is read."""
        client = await self._opened()
        import httpx

        request_headers = {
            "accept-encoding": "identity",
            "user-agent": f"Vetrina/{__version__}",
            **headers,
        }
        try:
            async with asyncio.timeout(self._wait_s):
                request = client.build_request(
                    method, url, params=params, headers=request_headers, content=content
                )
                response = await self._answer(client, request)
                try:
                    check(response.status_code, response.headers)
                    await self._body(response, take)
                    return response.status_code, dict(response.headers)
                finally:
                    await response.aclose()
        except TimeoutError:
            why = f"no answer within {self._wait_s:g} seconds"
            raise PollFailed(why, passing=True) from None
        except (NoDestination, httpx.HTTPError, httpx.InvalidURL) as error:
            logger.info("a shop could not be asked: %s", _reason(error))
            raise PollFailed(NO_SHOP, passing=True) from None

    async def _answer(self, client: httpx.AsyncClient, request: httpx.Request) -> httpx.Response:
        """The answer of the first address that takes the connection; the name is asked once."""
        import httpx

        host, port = request.url.host, request.url.port or PORTS[request.url.scheme]
        addresses = await resolve(host, port, private=self._private)
        # The header and the certificate stay those of the name.
        request.extensions["sni_hostname"] = host
        for left, address in enumerate(addresses, 1 - len(addresses)):
            request.url = request.url.copy_with(host=address)
            try:
                return await client.send(request, stream=True)
            except httpx.ConnectError:
                if left == 0:
                    raise
        raise NoDestination(f"{host} has no address")

    async def _body(self, response: httpx.Response, take: Take) -> None:
        if response.headers.get("content-encoding", "identity") != "identity":
            # A small compressed answer may be a huge one.
            raise PollFailed("the answer is compressed, though that was not asked for")
        came = 0
        async for chunk in response.aiter_raw():
            came += len(chunk)
            if came > self._max_bytes:
                raise PollFailed(f"the answer is larger than {self._max_bytes // 2**20} MiB")
            take(chunk)

    async def _opened(self) -> httpx.AsyncClient:
        async with self._opening:
            if self._client is None:
                self._client = await asyncio.to_thread(_client, self._keep_alive)
            return self._client


def failure(status: int, headers: Mapping[str, str], now_ms: int) -> PollFailed:
    """What a status means for the seller."""
    advice = retry_after_ms(headers.get("retry-after", ""), now_ms)
    if status in REFUSED:
        return PollFailed(f"the key is refused ({status}): is it still good, and may it read?")
    if status in BUSY:
        return PollFailed(f"asked to come later ({status})", retry_after_ms=advice, passing=True)
    if 300 <= status < 400:
        where = urlsplit(headers.get("location", ""))
        to = f" to {where.scheme}://{where.hostname}" if where.hostname else ""
        return PollFailed(f"the address redirects{to}: give the one that it leads to")
    if status == 404:
        return PollFailed(NO_SHOP, restart=True)
    if 400 <= status < 500:
        return PollFailed(f"the question was not understood ({status})", restart=True)
    return PollFailed(f"answered with an error ({status})", retry_after_ms=advice, passing=True)


def retry_after_ms(text: str, now_ms: int) -> int | None:
    """What `Retry-After` says, in seconds or as a date; no longer than a few hours."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]) * 1000, RETRY_AFTER_MAX_MS)
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0, min(int(when.timestamp() * 1000) - now_ms, RETRY_AFTER_MAX_MS))


def _client(keep_alive: int) -> httpx.AsyncClient:
    """Reading the library and the certificates takes a moment: not in the event loop."""
    import httpx

    timeout = httpx.Timeout(None, connect=CONNECT_S)
    limits = httpx.Limits(max_keepalive_connections=keep_alive)
    return httpx.AsyncClient(follow_redirects=False, timeout=timeout, limits=limits)


def _reason(error: Any) -> str:
    """The kind of error, with the system's own words where it is one of the system's."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        cause = cause.__cause__ or cause.__context__
    return str(error) if isinstance(error, NoDestination) else type(error).__name__
