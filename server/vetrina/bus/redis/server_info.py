"""One Redis or Valkey server: how it is reached, what it is, and its faults as texts.

The address may hold a password, so no text here holds more of it than host and port.
"""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from redis.asyncio.connection import AbstractConnection, Connection, parse_url
from redis.exceptions import (
    AskError,
    AuthenticationError,
    BusyLoadingError,
    ClusterDownError,
    InvalidResponse,
    MovedError,
    NoPermissionError,
    RedisError,
    ResponseError,
    TryAgainError,
)
from redis.exceptions import TimeoutError as RedisTimeout

from vetrina.bus.port import BusUnusable

OLDEST: Final = (6, 0)
OLDEST_CLUSTER: Final = (7, 0)
"""The first one with sharded Pub/Sub."""
EXPECTED: Final = (
    "expected redis://host:6379, rediss://host:6379, unix:///path/to/socket "
    "or redis+sentinel://host:26379,other:26379/mymaster, "
    "with user:password@ before the host where one is needed"
)


class Unsuitable(Exception):
    """A server that answers, but does not carry our messages; the text goes after its name."""


FAULTS: Final = (RedisError, OSError, Unsuitable)
"""Whatever a connection to a server may raise; OSError is also the TimeoutError of asyncio."""


@dataclass(frozen=True, slots=True)
class Server:
    """One server: the options of its connections, and a name that may be shown.

    `find` says before each connection at which host and port it is now, where that may change.
    """

    name: str
    kind: type[AbstractConnection]
    options: dict[str, Any]
    find: Callable[[], Awaitable[tuple[str, int]]] | None = None

    @property
    def database(self) -> int:
        """The number at the end of the address."""
        return int(self.options.get("db", 0))

    def at(self, host: str, port: int) -> Server:
        """Another server of the same cluster."""
        options = {**self.options, "host": host or self.options.get("host"), "port": port}
        return Server(f"{options['host']}:{port}", self.kind, options)

    async def connect(self, within_s: float) -> AbstractConnection:
        """A connection that is logged in. Raises one of FAULTS."""
        async with asyncio.timeout(within_s):
            options = await self._options()
            # Its own time-outs would end a reader that has nothing to read.
            connection = self.kind(**options, socket_timeout=None, protocol=2)
            try:
                await connection.connect()  # type: ignore[no-untyped-call]
            except BaseException:
                await connection.disconnect(nowait=True)
                raise
            return connection

    async def _options(self) -> dict[str, Any]:
        if self.find is None:
            return self.options
        host, port = await self.find()
        return {**self.options, "host": host, "port": port}


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """What a server says of itself; what this user may not read is taken to be fine."""

    version: tuple[int, ...]
    replica: bool
    clustered: bool


def server_at(url: str) -> Server:
    """Read an address. Raises BusUnusable."""
    try:
        options: dict[str, Any] = dict(parse_url(url))
    except ValueError:
        raise BusUnusable(f"VETRINA_REDIS (or --redis): {EXPECTED}.") from None
    kind = options.pop("connection_class", Connection)
    if "path" in options:
        name = str(options["path"])
    elif issubclass(kind, Connection):
        options.setdefault("host", "localhost")
        options.setdefault("port", 6379)
        options.setdefault("socket_keepalive", True)
        name = f"{options['host']}:{options['port']}"
    else:
        raise BusUnusable(f"VETRINA_REDIS (or --redis): {EXPECTED}.")
    try:
        kind(**options)
    except Exception:  # noqa: BLE001  (it holds the address)
        unknown = "its options are not those of a Redis address"
        raise BusUnusable(f"VETRINA_REDIS (or --redis): {unknown}; {EXPECTED}.") from None
    return Server(name, kind, options)


async def execute(connection: AbstractConnection, *arguments: str | bytes | int) -> Any:
    """Run one command; its answer. Raises RedisError and OSError."""
    await connection.send_command(*arguments)
    return await connection.read_response()


async def examine(connection: AbstractConnection) -> ServerInfo:
    """What a server is. Raises RedisError and OSError."""
    answer = await _if_allowed(execute(connection, "INFO"))
    lines = answer.decode(errors="replace").splitlines() if isinstance(answer, bytes) else []
    info = dict(line.split(":", 1) for line in lines if ":" in line)
    role = await _if_allowed(execute(connection, "ROLE"))
    return ServerInfo(
        version=_version(info.get("redis_version", "")),
        replica=is_replica(role),
        clustered=info.get("cluster_enabled") == "1",
    )


def is_replica(role: Any) -> bool:
    """Whether an answer to ROLE is that of a server that only follows another."""
    return isinstance(role, list) and bool(role) and role[0] in (b"slave", b"replica")


def check(facts: ServerInfo) -> None:
    """Raises Unsuitable for a server that is too old or a replica."""
    shown = ".".join(str(part) for part in facts.version)
    if facts.version and facts.version < OLDEST:
        raise Unsuitable(f"is version {shown}; expected 6.0 or newer")
    if facts.version and facts.clustered and facts.version < OLDEST_CLUSTER:
        raise Unsuitable(f"is a cluster of version {shown}; expected 7.0 or newer")
    if facts.replica:
        raise Unsuitable("is a read-only replica; expected the primary")


def has_moved(error: BaseException) -> bool:
    """Whether an error means that another server of the cluster has the channel."""
    return isinstance(error, MovedError | AskError | ClusterDownError | TryAgainError)


def describe_fault(error: BaseException) -> str:
    """What is wrong with a server, as text that follows its name. Never what we sent to it."""
    match error:
        case Unsuitable():
            return str(error)
        case AuthenticationError():
            return "refuses the user name or password"
        case NoPermissionError():
            return "does not allow this user to use its channels"
        case BusyLoadingError():
            return "is still loading its data"
        case InvalidResponse():
            return "does not answer as a Redis server"
        case TimeoutError() | RedisTimeout():
            return "does not answer"
        case ResponseError():
            # An old server repeats the arguments that it does not understand.
            return f"refuses ({str(error).partition(', with args')[0][:80]})"
    return _lost(error)


def _lost(error: BaseException) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return "cannot be reached over TLS"
        if isinstance(cause, socket.gaierror):
            return "cannot be reached (nobody knows that name)"
        if isinstance(cause, OSError) and cause.errno:
            return f"cannot be reached ({os.strerror(cause.errno)})"
        cause = cause.__cause__ or cause.__context__
    return "cannot be reached" if "onnecting" in str(error) else "closed the connection"


def _version(text: str) -> tuple[int, ...]:
    parts = text.split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else ()


async def _if_allowed(command: Awaitable[Any]) -> Any:
    """The answer; None where this user may not run the command."""
    try:
        return await command
    except NoPermissionError:
        return None
