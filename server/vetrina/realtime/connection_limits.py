"""Connection limits: how many sockets may be open, in all and from one address.

Who has shown a key has a place of the host's, everybody else one of the viewers'. Of those the
oldest that has not said hello makes room for a newcomer, so that neither viewers nor silent sockets
keep out the host.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from enum import Enum, auto
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
    """Viewers of one address, and as many with a key. A mobile network hides thousands of phones
    behind one address; a flood is more still."""
    reserved: int = 100
    """Of `most`, kept for overlays and control: viewers never lock the host out.
    At most a tenth, so that a small server has viewers too."""
    unknown_per_address: int = 20
    """Beside its viewers an address may have so many that have yet to say who they are."""


class Standing(Enum):
    """What a socket is counted as."""

    UNKNOWN = auto()
    """It has not shown a key, nor said that it is a viewer."""
    VIEWER = auto()
    KEY = auto()
    LEAVING = auto()
    """It made room and is being closed: it counts for nothing more."""


@dataclass(slots=True)
class _Address:
    """The sockets of one address: those without a key, the viewers among them, those with one."""

    group: str
    keyless: int = 0
    viewers: int = 0
    keys: int = 0
    unknown: dict[Place, None] | None = None
    """Those that can make room, the oldest first."""


class Place:
    """The place of one socket. `client` is None until its handshake is over."""

    __slots__ = ("address", "client", "limited", "standing")

    def __init__(self, address: _Address, *, limited: bool) -> None:
        self.address = address
        self.client: Client | None = None
        self.limited = limited
        self.standing = Standing.UNKNOWN


class ConnectionCounter:
    """Counts open sockets. Addresses of this machine are not limited: a proxy may stand there."""

    def __init__(self, limits: ConnectionLimits | None = None) -> None:
        self._limits = limits or ConnectionLimits()
        self._total = 0
        self._viewers = 0
        self._leaving = 0
        self._by_address: dict[str, _Address] = {}
        self._unknown: dict[Place, None] = {}

    def enter(self, address: str) -> Place | None:
        """Count one more; None when there is no room."""
        group = address_group(address)
        here = self._by_address.get(group) or _Address(group)
        limited = not _is_loopback(address)
        most_here = self._limits.most_per_address + self._limits.unknown_per_address
        if limited and here.keyless >= most_here and not self._make_room(here.unknown):
            return None
        if self._total >= self._limits.most and not self._make_room(self._unknown):
            return None
        self._by_address[group] = here
        here.keyless += 1
        self._total += 1
        return Place(here, limited=limited)

    def is_full(self, address: str) -> bool:
        """Whether an address has all sockets without a key that one may have.

        Nothing shared is counted for its newcomers.
        """
        here = self._by_address.get(address_group(address))
        full = here is not None and here.keyless >= self._limits.most_per_address
        return full and not _is_loopback(address)

    def wait(self, place: Place, client: Client) -> None:
        """A socket that was counted has yet to say who it is."""
        place.client = client
        self._unknown[place] = None
        if place.address.unknown is None:
            place.address.unknown = {}
        place.address.unknown[place] = None

    def leave(self, place: Place) -> None:
        """One that was counted is gone."""
        if place.standing is Standing.LEAVING:
            self._leaving -= 1
        else:
            self._uncount(place)
        here = place.address
        if here.keyless + here.keys == 0 and self._by_address.get(here.group) is here:
            del self._by_address[here.group]

    def admit_viewer(self, place: Place) -> bool:
        """It said hello as a viewer. False: all places of viewers are taken, here or in all."""
        here, limits = place.address, self._limits
        most = limits.most - min(limits.reserved, limits.most // 10)
        full_here = place.limited and here.viewers >= limits.most_per_address
        if place.standing is not Standing.UNKNOWN or full_here or self._viewers >= most:
            return False
        self._known(place)
        place.standing = Standing.VIEWER
        here.viewers += 1
        self._viewers += 1
        return True

    def admit_key(self, place: Place) -> bool:
        """It has shown a good key. False: its address has too many with a key, or it made room."""
        here = place.address
        full_here = place.limited and here.keys >= self._limits.most_per_address
        if place.standing is not Standing.UNKNOWN or full_here:
            return False
        self._known(place)
        place.standing = Standing.KEY
        here.keyless -= 1
        here.keys += 1
        return True

    def _known(self, place: Place) -> None:
        self._unknown.pop(place, None)
        if place.address.unknown is not None:
            place.address.unknown.pop(place, None)

    def _uncount(self, place: Place) -> None:
        self._known(place)
        self._total -= 1
        match place.standing:
            case Standing.KEY:
                place.address.keys -= 1
            case Standing.VIEWER:
                place.address.viewers -= 1
                place.address.keyless -= 1
                self._viewers -= 1
            case _:
                place.address.keyless -= 1

    def _make_room(self, unknown: dict[Place, None] | None) -> bool:
        oldest = next(iter(unknown or ()), None)
        if oldest is None or oldest.client is None:
            return False
        self._uncount(oldest)
        oldest.standing = Standing.LEAVING
        self._leaving += 1
        oldest.client.close(CloseCode.OVERLOADED, RETRY_FULL_MS)
        if self._leaving > MOST_LEAVING:
            oldest.client.abort()
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
