"""Connection limits: how many sockets may be open, in all and from one address."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from vetrina.protocol.close_codes import CloseCode
from vetrina.realtime.client import Client

IPV6_PREFIX: Final = 64
"""One household or one phone has all addresses under it."""
MOST_LEAVING: Final = 100
"""Sockets that made room and are being closed. They have descriptors, too: there would be
thousands of them if a flood did not answer."""
RETRY_FULL_MS: Final = (5_000, 20_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionLimits:
    """The bounds of one process."""

    most: int = 10_000
    """Sockets in all; each costs some 4 KiB, and one descriptor."""
    most_per_address: int = 1_000
    """A mobile network hides thousands of phones behind one address; a flood is more still."""
    reserved: int = 100
    """Of `most`, kept for overlays and control: viewers never lock the host out.
    At most a tenth, so that a small server has viewers too."""


class ConnectionCounter:
    """Counts open sockets. Addresses of this machine are not limited: a proxy may stand there."""

    def __init__(self, limits: ConnectionLimits | None = None) -> None:
        self._limits = limits or ConnectionLimits()
        self._total = 0
        self._by_address: dict[str, int] = {}
        self._waiting: dict[Client, None] = {}

    def enter(self, address: str) -> bool:
        """Count one more; False when there is no room, and then `leave` must not follow.

        Where all places are taken, who has waited longest without hello makes room: sockets that
        say nothing cannot keep out the host.
        """
        if self.refuses(address):
            return False
        group = address_group(address)
        if self._total >= self._limits.most and not self._make_room():
            return False
        self._total += 1
        self._by_address[group] = self._by_address.get(group, 0) + 1
        return True

    def refuses(self, address: str) -> bool:
        """Whether an address has all that one may have. Nothing shared is counted for it."""
        here = self._by_address.get(address_group(address), 0)
        return here >= self._limits.most_per_address and not _is_loopback(address)

    def leave(self, address: str) -> None:
        """One that was counted is gone."""
        group = address_group(address)
        self._total -= 1
        self._by_address[group] -= 1
        if self._by_address[group] == 0:
            del self._by_address[group]

    def wait(self, client: Client) -> None:
        """A socket that was counted has yet to say hello."""
        self._waiting[client] = None

    def known(self, client: Client) -> None:
        """It said hello, or is gone. Twice does no harm."""
        self._waiting.pop(client, None)

    @property
    def full_for_viewers(self) -> bool:
        """Whether only the reserved places are left."""
        most = self._limits.most
        return self._total > most - min(self._limits.reserved, most // 10)

    def _make_room(self) -> bool:
        oldest = next(iter(self._waiting), None)
        if oldest is None:
            return False
        self.known(oldest)
        oldest.close(CloseCode.OVERLOADED, RETRY_FULL_MS)
        if self._total >= self._limits.most + MOST_LEAVING:
            oldest.abort()
        return True


@lru_cache(maxsize=4096)
def peer_of(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Who an address is, None for what is none.

    A listener on `::` sees an IPv4 client as `::ffff:203.0.113.7`; all of them share one /64.
    """
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return None
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped is not None:
        return known.ipv4_mapped
    return known


@lru_cache(maxsize=4096)
def address_group(address: str) -> str:
    """The address, or its network where one client has a whole one (IPv6)."""
    known = peer_of(address)
    if known is None:
        return address
    if known.version == 4:
        return str(known)
    return str(ipaddress.ip_network((known, IPV6_PREFIX), strict=False))


@lru_cache(maxsize=4096)
def _is_loopback(address: str) -> bool:
    known = peer_of(address)
    # No address at all: a Unix socket, where a proxy stands.
    return not address if known is None else known.is_loopback
