"""How many sockets may be open, in all and from one address."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CrowdLimits:
    """The bounds of one process."""

    most: int = 10_000
    """Sockets in all; each costs some 30 KiB."""
    most_per_address: int = 1_000
    """A mobile network hides thousands of phones behind one address; a flood is more still."""
    reserved: int = 100
    """Of `most`, kept for overlays and control: a crowd of viewers never locks the host out.
    At most a tenth, so that a small server has viewers too."""


class Crowd:
    """Counts open sockets. Addresses of this machine are not limited: a proxy may stand there."""

    def __init__(self, limits: CrowdLimits | None = None) -> None:
        self._limits = limits or CrowdLimits()
        self._total = 0
        self._by_address: dict[str, int] = {}

    def enter(self, address: str) -> bool:
        """Count one more; False when there is no room, and then `leave` must not follow."""
        here = self._by_address.get(address, 0)
        if self._total >= self._limits.most:
            return False
        if here >= self._limits.most_per_address and not _is_loopback(address):
            return False
        self._total += 1
        self._by_address[address] = here + 1
        return True

    def leave(self, address: str) -> None:
        """One that was counted is gone."""
        self._total -= 1
        self._by_address[address] -= 1
        if self._by_address[address] == 0:
            del self._by_address[address]

    @property
    def full_for_viewers(self) -> bool:
        """Whether only the reserved places are left."""
        most = self._limits.most
        return self._total > most - min(self._limits.reserved, most // 10)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        # No address at all: a Unix socket, where a proxy stands.
        return not address
