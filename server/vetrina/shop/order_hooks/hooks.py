"""The seller's addresses: made, listed, forgotten, and their deliveries sent again."""

from __future__ import annotations

import base64
import ipaddress
import secrets
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

from vetrina.clock import Clock
from vetrina.domain.errors import InvalidValue
from vetrina.store.ports.order_hooks import (
    HookDelivery,
    HookEvent,
    HookHealth,
    HookTarget,
    OrderHookStore,
)
from vetrina.store.ports.pages import Page

MOST_TARGETS: Final = 10
SECRET_BYTES: Final = 32
URL_CHARS: Final = 2_000


class TooManyHooks(Exception):
    """There are as many addresses as there may be."""


class OrderHooks:
    """The use case of the panel and the API."""

    def __init__(self, store: OrderHookStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def add(self, url: str, events: Sequence[HookEvent]) -> HookTarget:
        """With a secret of its own. Raises InvalidValue, TooManyHooks."""
        target = HookTarget(
            id=f"oh_{secrets.token_hex(8)}",
            url=checked_url(url),
            secret="whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode(),
            events=tuple(dict.fromkeys(events)),
            created_at=self._clock.now_ms(),
        )
        if len(await self._store.hook_targets()) >= MOST_TARGETS:
            raise TooManyHooks
        await self._store.add_hook_target(target)
        return target

    async def all(self) -> tuple[Sequence[HookTarget], Mapping[str, HookHealth]]:
        """The addresses, and how deliveries to them fare."""
        return await self._store.hook_targets(), await self._store.hook_health()

    async def known(self, id: str) -> bool:
        """Whether there is such an address."""
        return any(target.id == id for target in await self._store.hook_targets())

    async def remove(self, id: str) -> bool:
        """Nothing is told to it any more. False when unknown."""
        return await self._store.remove_hook_target(id)

    async def deliveries(self, id: str, after: int | None, limit: int) -> Page[HookDelivery]:
        """What it was told, the newest first."""
        return await self._store.hook_deliveries(id, after, limit)

    async def send_again(self, id: str, delivery: str) -> bool:
        """At once, and then as often as a new one. False when unknown."""
        return await self._store.send_again(id, delivery, self._clock.now_ms())


def checked_url(url: str) -> str:
    """An address that orders may be told to. Raises InvalidValue."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or port == 0 or parts.scheme not in ("http", "https") or len(url) > URL_CHARS:
        raise InvalidValue("url", "expected an address such as https://erp.example/orders")
    if parts.username or parts.password or parts.fragment:
        raise InvalidValue("url", "expected the address without a name, a password or a #")
    if not url.isascii() or not url.isprintable() or " " in url:
        raise InvalidValue("url", "expected an address without spaces and special letters")
    if parts.scheme == "http" and not _is_here(host):
        raise InvalidValue("url", "expected https: orders must not travel in the open")
    return url


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
