"""Destinations of outbound requests: names are resolved once, and private networks are kept out.

A seller gives the address, and this server may stand where the seller's own requests could not go
(server-side request forgery). What was checked is what is connected to: a name that is asked twice
may answer differently (DNS rebinding).
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

Address = IPv4Address | IPv6Address
MOST_ADDRESSES: Final = 4
"""A name may have many addresses, and each is tried in turn."""
_NAT64: Final = IPv6Network("64:ff9b::/96")


class NoDestination(OSError):
    """The name is unknown, or none of its addresses may be asked."""


async def resolve(host: str, port: int, *, private: bool) -> Sequence[str]:
    """The addresses to connect to, first the preferred one. Raises NoDestination.

    Without `private` those of this machine and of private and link-local networks are left out.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoDestination(f"{host} is unknown") from error
    addresses = dict.fromkeys(str(entry[4][0]) for entry in found)
    allowed = [text for text in addresses if private or is_public(text)]
    if not allowed:
        raise NoDestination(f"{host} is on a private network")
    return allowed[:MOST_ADDRESSES]


def is_public(text: str) -> bool:
    """Whether an address is one of the internet; what is no address is not."""
    try:
        address = _embedded(ip_address(text))
    except ValueError:
        return False
    return address.is_global and not address.is_multicast


def _embedded(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for: `::ffff:127.0.0.1` is this machine."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or address
