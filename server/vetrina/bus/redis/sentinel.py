"""High availability: the primary of a Redis that Sentinel looks after.

`redis+sentinel://user:password@host:26379,other:26379/mymaster/0`. Whoever connects asks the
Sentinels first, so a connection that ended with its primary is made anew to the next one.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import MasterNotFoundError, Sentinel
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from vetrina.bus.port import BusUnusable
from vetrina.bus.redis.server_info import Server, Unsuitable, describe_fault, server_at

SCHEMES: Final = ("redis+sentinel", "rediss+sentinel")
PORT: Final = 26379
OWN_OPTIONS: Final = ("sentinel_username", "sentinel_password")
ANSWER_S: Final = 1.0
"""Then the next Sentinel is asked."""
SETTING: Final = "VETRINA_REDIS (or --redis)"
EXPECTED: Final = (
    "expected redis+sentinel://host:26379,other:26379/mymaster, or rediss+sentinel:// for TLS, "
    "with user:password@ before the hosts where Redis needs one, and "
    "?sentinel_username=…&sentinel_password=… at the end where the Sentinels do"
)

logger = logging.getLogger(__name__)


def is_sentinel(url: str) -> bool:
    """Whether an address names Sentinels instead of a server."""
    return url.partition("://")[0] in SCHEMES


def primary_at(url: str) -> Server:
    """The server that the Sentinels of an address call the primary. Raises BusUnusable."""
    try:
        return _primary(url)
    except ValueError:
        raise BusUnusable(f"{SETTING}: {EXPECTED}.") from None


def _primary(url: str) -> Server:
    parts = urlsplit(url)
    user, at, hosts = parts.netloc.rpartition("@")
    addresses = [_address(host) for host in hosts.split(",")]
    name, _, database = unquote(parts.path.strip("/")).partition("/")
    if not name or (database and not database.isdigit()):
        raise ValueError("expected the name of a primary")
    query = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    login = {key.removeprefix("sentinel_"): query.pop(key) for key in OWN_OPTIONS if key in query}
    scheme = parts.scheme.removesuffix("+sentinel")
    # The host stands in until the Sentinels have named one.
    plain = f"{scheme}://{user}{at}localhost/{database}"
    server = server_at(f"{plain}?{urlencode(query)}" if query else plain)
    options = {key: value for key, value in server.options.items() if key.startswith("ssl_")}
    finder = PrimaryFinder(addresses, name, {**options, **login, "ssl": scheme == "rediss"})
    return Server(f"{hosts}/{name}", server.kind, server.options, finder)


def _address(text: str) -> tuple[str, int]:
    """Raises ValueError."""
    parts = urlsplit(f"//{text}")
    if not parts.hostname:
        raise ValueError("expected a host")
    return parts.hostname, parts.port or PORT


class PrimaryFinder:
    """Asks the Sentinels in order; no connection to them is kept."""

    def __init__(
        self, sentinels: list[tuple[str, int]], name: str, options: dict[str, Any]
    ) -> None:
        self._sentinels = sentinels
        self._name = name
        self._options = {
            **options,
            "socket_timeout": ANSWER_S,
            "socket_connect_timeout": ANSWER_S,
            "retry": Retry(NoBackoff(), 0),
        }
        self._last: tuple[str, int] | None = None

    async def __call__(self) -> tuple[str, int]:
        """Host and port of the primary now. Raises Unsuitable, and one of FAULTS."""
        asked = self.asked()
        try:
            found: tuple[str, int] = await asked.discover_master(self._name)
        except MasterNotFoundError:
            raise Unsuitable(await self._why(asked)) from None
        finally:
            await asyncio.gather(*(one.aclose() for one in asked.sentinels))
        if found != self._last:
            logger.info("Sentinel names %s:%d as the primary %s.", *found, self._name)
            self._last = found
        return found

    def asked(self) -> Sentinel:
        """The Sentinels, to be asked once."""
        return Sentinel(self._sentinels, sentinel_kwargs=self._options)  # type: ignore[no-untyped-call]

    async def _why(self, asked: Sentinel) -> str:
        """Why none has named a primary, to stand after the name of the server."""
        faults = []
        for one in asked.sentinels:
            try:
                await one.ping()
            except (RedisError, OSError) as error:
                faults.append(describe_fault(error))
            else:
                return f"has no primary {self._name!r} that its Sentinels call well"
        return f"has no Sentinel that answers: it {faults[0]}"
