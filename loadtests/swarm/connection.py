"""One line to the server: it connects, upgrades, breaks and comes back."""

from __future__ import annotations

import errno
import random
import socket
import struct
from typing import TYPE_CHECKING, Final

from loadtests.swarm.framing import CLOSE, FrameReader, WireError, client_frame, upgrade_status
from loadtests.swarm.protocols import now_ns
from loadtests.swarm.retry import delay_s

if TYPE_CHECKING:
    from loadtests.swarm.swarm import Swarm

AWAY, CONNECTING, UPGRADING, GREETING, LIVE, GONE = range(6)
READ_BYTES: Final = 16 * 1024
CLOSED: Final = client_frame(CLOSE, (1000).to_bytes(2, "big"))
_IP_BIND_ADDRESS_NO_PORT: Final = 24
_RESET: Final = struct.pack("ii", 1, 0)


class Connection:
    """A connection of the swarm; it comes back under the same number."""

    __slots__ = (
        "address", "away_since", "bye", "epoch", "failures", "number", "phase", "reader",
        "replaying", "seq", "sock", "started", "swarm",
    )  # fmt: skip

    def __init__(self, swarm: Swarm, number: int, address: str) -> None:
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
        self.bye: tuple[int, int] | None = None
        self.failures = 0

    def connect(self) -> None:
        """Begin a connection from this viewer's own address."""
        swarm = self.swarm
        swarm.counts.attempts += 1
        self.phase, self.bye, self.reader = CONNECTING, None, None
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
        """Cut the line as a dead cell of the phone network would, and come back or not."""
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

    def hear(self, data: bytes) -> None:
        """Understand what came behind the upgrade. Raises WireError, ValueError."""
        raise NotImplementedError

    def sip(self, most_bytes: int) -> None:
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
                self.hear(data)
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
        if swarm.dialect.admits:
            self._live()
            return rest
        last = None if self.seq < 0 or self.epoch is None else (self.epoch, self.seq)
        hello = swarm.dialect.hello(last)
        if hello:
            self.send(hello)
        return rest

    def _live(self) -> None:
        self.phase = LIVE
        self.failures = 0
        self.swarm.came(self)

    def _failed(self, reason: str) -> None:
        """The attempt came to nothing."""
        self.swarm.counts.refused[reason] += 1
        self._close()
        self._come_back(1006)

    def _ended(self, code: int) -> None:
        """The server, or the line, ended it."""
        if self.phase in (AWAY, GONE):
            return
        self.swarm.counts.closes[code] += 1
        self._close()
        self._come_back(code)

    def _come_back(self, code: int) -> None:
        swarm = self.swarm
        wait_s = delay_s(code, self.bye, self.failures, random) if swarm.returning else None
        self.failures += 1
        if wait_s is None:
            self.phase = GONE
            swarm.counts.lost += 1
        else:
            swarm.later(wait_s, swarm.connect, self)

    def _close(self) -> None:
        sock, self.sock = self.sock, None
        if self.phase == LIVE:
            self.away_since = now_ns()
        was, self.phase, self.reader = self.phase, AWAY, None
        if sock is not None:
            self.swarm.ignore(sock)
            sock.close()
        if was not in (AWAY, GONE):
            self.swarm.left(was)


def _name(number: int) -> str:
    """ECONNREFUSED and the like."""
    return errno.errorcode.get(number, str(number))
