"""Connection limits before the upgrade: how many connections may wait for their clients.

One whose client has yet to send its request, or to read its answer, makes room for a newcomer, the
oldest first: half a request on each of a thousand connections keeps out nobody who sends a whole
one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from vetrina.websocket.throttled_log import ThrottledLog

RESERVED_FILES: Final = 128
"""For the database, pictures and whatever else is no connection."""

logger = logging.getLogger(__name__)


class PlainConnection(Protocol):
    """A connection that may be given up while it waits."""

    def give_up(self) -> None:
        """End it at once."""
        ...


@dataclass(slots=True)
class Address:
    """What one address has open, and which of these wait, the oldest first."""

    group: str
    open: int = 0
    waiting: dict[PlainConnection, None] = field(default_factory=dict)


def _loopback(address: str) -> bool:
    return address in ("", "127.0.0.1", "::1")


class PlainConnections:
    """The plain HTTP connections of one server.

    `most`: in all, sockets included. `exempt`: whether an address is one of a proxy, behind which
    are many people. `group`: what of an address one person has.
    """

    def __init__(
        self,
        *,
        most: int = 10_000,
        most_per_address: int = 500,
        exempt: Callable[[str], bool] = _loopback,
        group: Callable[[str], str] = str,
    ) -> None:
        self._most = most
        self._most_per_address = most_per_address
        self._exempt = exempt
        self._group = group
        self._addresses: dict[str, Address] = {}
        self._waiting: dict[PlainConnection, None] = {}
        self._log = ThrottledLog(logger)

    def enter(self, address: str, open_now: int) -> Address | None:
        """Count one more of so many that are open, sockets included.

        None: there is no room. Else `leave` must follow, with what is returned here.
        """
        group = self._group(address)
        known = self._addresses.get(group) or Address(group)
        if known.open >= self._most_per_address and not self._exempt(address):
            if not self._make_room(known.waiting, f" of {address}"):
                return None
        elif open_now > self._most and not self._make_room(self._waiting, ""):
            return None
        known.open += 1
        self._addresses[group] = known
        return known

    def leave(self, connection: PlainConnection, address: Address) -> None:
        """One that was counted has ended, or is a socket now."""
        self.asks(connection, address)
        address.open -= 1
        if address.open == 0:
            del self._addresses[address.group]

    def waits(self, connection: PlainConnection, address: Address) -> None:
        """Its client has yet to send more of a request, or to read more of an answer. It is the
        newest of those again.
        """
        for waiting in (self._waiting, address.waiting):
            waiting.pop(connection, None)
            waiting[connection] = None

    def asks(self, connection: PlainConnection, address: Address) -> None:
        """Its request is there, and it is not given up while that is answered."""
        self._waiting.pop(connection, None)
        address.waiting.pop(connection, None)

    def _make_room(self, waiting: dict[PlainConnection, None], whose: str) -> bool:
        """End the one that has waited longest. False: none waits."""
        self._log.warning(
            "No room for more connections%s: of those whose client sends and reads nothing, the "
            "oldest are ended.",
            whose,
        )
        oldest = next(iter(waiting), None)
        if oldest is None:
            return False
        del waiting[oldest]
        self._waiting.pop(oldest, None)
        oldest.give_up()
        return True
