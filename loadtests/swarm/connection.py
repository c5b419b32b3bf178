"""A connection of the swarm: it connects, upgrades, breaks and comes back.

When it comes back, and what a close code asks of it, is `protocol/client`. The rest of that state
machine is left out, for thousands of viewers share one core with their own cost: the heartbeat is
sent for all in turn by the swarm, and frames that many receive are parsed once.
"""

from __future__ import annotations

import errno
import random
import socket
import struct
from typing import Final

from loadtests.swarm.context import SwarmContext
from loadtests.swarm.framing import CLOSE, FrameReader, WireError, client_frame, upgrade_status
from loadtests.swarm.protocols import now_ns
from vetrina.protocol.client.backoff import Backoff, Range
from vetrina.protocol.client.session import STABLE_MS
from vetrina.protocol.close_codes import CloseCode, reaction_to

AWAY, CONNECTING, UPGRADING, GREETING, LIVE, GONE = range(6)
READ_BYTES: Final = 16 * 1024
CLOSED: Final = client_frame(CLOSE, (1000).to_bytes(2, "big"))
_IP_BIND_ADDRESS_NO_PORT: Final = 24
_RESET: Final = struct.pack("ii", 1, 0)


class Connection:
    """A connection of the swarm; it comes back under the same number."""

    __slots__ = (
        "address", "advised_ms", "away_since", "backoff", "bye_code", "epoch", "live_since",
        "number", "phase", "reader", "replaying", "resumes", "seq", "sock", "started", "swarm",
    )  # fmt: skip

    def __init__(self, swarm: SwarmContext, number: int, address: str) -> None:
        self.swarm = swarm
        self.number = number
        self.address = address
        self.phase = AWAY
        self.sock: socket.socket | None = None
        self.epoch: str | None = None
        self.seq = -1
        """Where it stands; -1 before it knows."""
        self.reader: FrameReader | None = None
        self.replaying = -1
        """After a return: the seq that it has to reach, -1 otherwise."""
        self.started = 0
        self.away_since = 0
        self.live_since = 0
        self.bye_code: int | None = None
        self.advised_ms: Range | None = None
        """When the server asked to come back."""
        self.resumes = True
        """Whether it may go on from `seq`; not after a close that asks for a new start."""
        self.backoff = Backoff("viewer", random.random)

    def connect(self) -> None:
        """Begin a connection from this viewer's own address."""
        swarm = self.swarm
        swarm.counts.attempts += 1
        self.phase, self.reader = CONNECTING, None
        self.bye_code = self.advised_ms = None
        self.started = now_ns()
        if self.seq >= 0 and self.epoch is not None:
            self.replaying = swarm.head
        try:
            self.sock = sock = socket.socket()
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.setsockopt(socket.IPPROTO_IP, _IP_BIND_ADDRESS_NO_PORT, 1)
            swarm.prepare(sock)
            sock.bind((self.address, 0))
            failed = sock.connect_ex((swarm.host, swarm.port))
        except OSError as error:
            failed = error.errno or errno.EIO
        if failed in (0, errno.EINPROGRESS):
            swarm.watch(self, sock, writing=True)
        else:
            self._failed(_name(failed))

    def ready(self, *, writing: bool) -> None:
        """The socket can be written to, or has something to say."""
        if writing and self.phase == CONNECTING:
            self._upgrade()
        elif self.sock is not None and self.phase != CONNECTING:
            self._receive(self.sock)
        elif self.sock is not None:
            failed = self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            self._failed(_name(failed))

    def send(self, frame: bytes) -> None:
        """Send a small frame; a socket that takes none is left to its end."""
        if self.sock is not None:
            try:
                self.sock.send(frame)
            except OSError:
                self.swarm.counts.refused["not taken"] += 1

    def reset(self, back_after_s: float | None = None) -> None:
        """Reset the connection as a lost phone network would, and come back or not."""
        if self.sock is not None:
            self.swarm.counts.kicked += 1
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._close()
        if back_after_s is None:
            self.phase = GONE
        else:
            self.swarm.later(back_after_s, self.swarm.connect, self)

    def leave(self) -> None:
        """Close as a browser does, and stay away."""
        self.send(CLOSED)
        self._close()
        self.phase = GONE

    def receive(self, data: bytes) -> None:
        """Handle bytes that came after the upgrade. Raises WireError, ValueError."""
        raise NotImplementedError

    def read_some(self, most_bytes: int) -> None:
        """Read a little, for a viewer whose socket the loop ignores."""
        if self.sock is not None:
            self._receive(self.sock, most_bytes)

    def _upgrade(self) -> None:
        assert self.sock is not None
        try:
            self.sock.send(self.swarm.request)
        except OSError as error:
            self._failed(_name(error.errno or errno.EIO))
            return
        self.phase = UPGRADING
        self.swarm.watch(self, self.sock, writing=False)

    def _receive(self, sock: socket.socket, most_bytes: int = READ_BYTES) -> None:
        try:
            data = sock.recv(most_bytes)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._ended(1006)
            return
        self.swarm.counts.bytes_in += len(data)
        try:
            if self.phase == UPGRADING:
                data = self._upgraded(data)
            if data:
                self.receive(data)
        except (WireError, ValueError, KeyError, TypeError):
            self.swarm.counts.broken += 1
            self._ended(1002)

    def _upgraded(self, data: bytes) -> bytes:
        """Read the answer to the upgrade; what comes behind it is returned."""
        head, _, rest = data.partition(b"\r\n\r\n")
        status = upgrade_status(head)
        if status != 101:
            self._failed(str(status))
            return b""
        swarm = self.swarm
        swarm.times.connect.add(now_ns() - self.started)
        self.phase = GREETING
        if swarm.protocol.admits:
            self._live()
            return rest
        last = None
        if self.resumes and self.epoch is not None and self.seq >= 0:
            last = self.epoch, self.seq
        hello = swarm.protocol.hello(last)
        if hello:
            self.send(hello)
        return rest

    def _live(self) -> None:
        self.phase, self.live_since = LIVE, now_ns()
        self.swarm.joined(self)

    def _failed(self, reason: str) -> None:
        """The attempt came to nothing."""
        self.swarm.counts.refused[reason] += 1
        self._close()
        self._come_back(1006)

    def _ended(self, code: int) -> None:
        """The server, or the network, ended it."""
        if self.phase in (AWAY, GONE):
            return
        self.swarm.counts.closes[code] += 1
        self._close()
        self._come_back(code)

    def _come_back(self, code: int) -> None:
        """As `Session` does: the code of `bye` counts more than that of the close."""
        swarm, code = self.swarm, code if self.bye_code is None else self.bye_code
        self.resumes = code != CloseCode.RESYNC
        if not swarm.returning or reaction_to(code) == "stop":
            self.phase = GONE
            swarm.counts.lost += 1
        else:
            swarm.later(self.backoff.next(code, self.advised_ms) / 1000, swarm.connect, self)

    def _close(self) -> None:
        sock, self.sock = self.sock, None
        if self.phase == LIVE:
            self.away_since = now_ns()
            if self.away_since - self.live_since >= STABLE_MS * 1_000_000:
                self.backoff.forgive()
        was, self.phase, self.reader = self.phase, AWAY, None
        if sock is not None:
            self.swarm.ignore(sock)
            sock.close()
        if was not in (AWAY, GONE):
            self.swarm.left(was)


def _name(number: int) -> str:
    """ECONNREFUSED and the like."""
    return errno.errorcode.get(number, str(number))
