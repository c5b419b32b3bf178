"""One epoll, one heap of timers. No callbacks are lost between them and none is awaited."""

from __future__ import annotations

import heapq
import itertools
import select
import socket
import time
from collections.abc import Callable
from typing import Any, Final, Protocol

BATCH: Final = 256
"""Sockets served before timers and callers have their turn: under a millisecond."""
LONGEST_WAIT_S: Final = 0.05


class Peer(Protocol):
    """Whoever owns a socket."""

    def ready(self, *, writing: bool) -> None:
        """The socket is readable, or writable."""
        ...


class EventLoop:
    """Runs until a condition holds."""

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._peers: dict[int, Peer] = {}
        self._timers: list[tuple[float, int, Callable[..., object], tuple[Any, ...]]] = []
        self._numbers = itertools.count()

    def watch(self, peer: Peer, sock: socket.socket, *, writing: bool) -> None:
        """Call `peer` when its socket is readable, or else writable."""
        number = sock.fileno()
        mask = select.EPOLLOUT if writing else select.EPOLLIN
        if number in self._peers:
            self._epoll.modify(number, mask)
        else:
            self._epoll.register(number, mask)
        self._peers[number] = peer

    def ignore(self, sock: socket.socket) -> None:
        """Call nobody for this socket any more. Before it is closed."""
        if self._peers.pop(sock.fileno(), None) is not None:
            self._epoll.unregister(sock.fileno())

    def later(self, delay_s: float, callback: Callable[..., object], *args: Any) -> None:
        """Call back once, not before `delay_s`."""
        due = time.monotonic() + delay_s
        heapq.heappush(self._timers, (due, next(self._numbers), callback, args))

    def run(self, until: Callable[[], bool], timeout_s: float) -> bool:
        """Serve until the condition holds; False when it did not within the time."""
        deadline = time.monotonic() + timeout_s
        while not until():
            now = time.monotonic()
            if now > deadline:
                return False
            self._turn(now)
        return True

    def rest(self, seconds: float) -> None:
        """Serve for a while."""
        self.run(lambda: False, seconds)

    def close(self) -> None:
        """Forget all."""
        self._timers.clear()
        self._peers.clear()
        self._epoll.close()

    def _turn(self, now: float) -> None:
        timers = self._timers
        while timers and timers[0][0] <= now:
            _, _, callback, args = heapq.heappop(timers)
            callback(*args)
        wait_s = min(LONGEST_WAIT_S, max(0.0, timers[0][0] - now)) if timers else LONGEST_WAIT_S
        for number, mask in self._epoll.poll(wait_s, BATCH):
            peer = self._peers.get(number)
            if peer is not None:
                peer.ready(writing=bool(mask & select.EPOLLOUT))
