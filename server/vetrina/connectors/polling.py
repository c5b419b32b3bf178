"""Asking a shop for what no delivery brought: the words of it, without any I/O.

A poll goes over the changes since a time, page by page. Every page leads to the next cursor, and
the cursor is kept, so that a round may end anywhere and go on after a restart.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from vetrina.connectors.port import Delivery, Opaque
from vetrina.domain.errors import InvalidValue

# What a shop writes becomes visible a little later than it says, and no clock is exact.
OVERLAP_MS = 5 * 60 * 1000
MOST_ITEMS = 100
MOST_PAGES = 1000


class PollFailed(Exception):
    """A shop could not be asked. The message is for the seller and holds no key.

    `restart`: the page to go on from is gone, and the round has to begin again. `passing`: the same
    question may well be answered a little later.
    """

    def __init__(
        self,
        why: str,
        *,
        retry_after_ms: int | None = None,
        restart: bool = False,
        passing: bool = False,
    ) -> None:
        super().__init__(why)
        self.retry_after_ms = retry_after_ms
        self.restart = restart
        self.passing = passing


@dataclass(frozen=True, slots=True)
class Access:
    """Where a shop answers, and the key that it gave for reading."""

    address: str
    key: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the asking stands, in the shop's own time (ms).

    All that changed before `since` is known. `page` is where a round that is not over goes on, and
    `reached` the newest change that it has seen.
    """

    since: int
    reached: int = 0
    page: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """What one answer held, in normal form, and the cursor after it: over when it has no page.

    `unread` says in words which orders could not be understood.
    """

    deliveries: tuple[Delivery, ...]
    cursor: Cursor
    unread: tuple[str, ...] = ()


class Source(Protocol):
    """A kind of shop that can be asked."""

    def checked(self, access: Access) -> Access:
        """The access as it is to be used. Raises InvalidValue."""
        ...

    async def page(self, access: Access, cursor: Cursor, opaque: Opaque, now_ms: int) -> Page:
        """The next page. Raises PollFailed."""
        ...


def checked_address(address: str) -> str:
    """An address that a key may be sent to. Raises InvalidValue."""
    address = address.strip().rstrip("/")
    parts = urlsplit(address)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise InvalidValue("address", "expected the address alone: no name, password, ? or #")
    if not parts.hostname or parts.scheme not in ("http", "https"):
        raise InvalidValue("address", "expected an address such as https://shop.example")
    if parts.scheme == "http" and not _is_here(parts.hostname):
        raise InvalidValue("address", "expected https: the key must not travel in the open")
    return address


def checked_key(field: str, value: str | None, prefix: str) -> str:
    """A key that begins as the shop's keys do. Raises InvalidValue, without the key in it."""
    value = (value or "").strip()
    if not value.startswith(prefix) or not value.isascii() or not value.isprintable():
        raise InvalidValue(field, f"expected a text that begins with {prefix}")
    return value


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
