"""Swarm: all viewers of one server, on one thread; what they receive is counted."""

from __future__ import annotations

import resource
import socket
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from loadtests.swarm.connection import GONE, LIVE, Connection
from loadtests.swarm.counts import Counts, Times
from loadtests.swarm.event_loop import EventLoop
from loadtests.swarm.framing import TEXT, Message, client_frame, upgrade_request
from loadtests.swarm.messages import Batch, ServerMessage
from loadtests.swarm.protocols import WireProtocol, now_ns, read_messages
from loadtests.swarm.viewer import Viewer

ADDRESS_HOLDS: Final = 400
"""Viewers that share a source address; a server counts them, and ports are not endless."""
CONNECTING_MAX: Final = 64
"""Connections that may be in their handshake at once, below the backlog of any server."""
KNOWN_MAX: Final = 2048
PING_STEP_S: Final = 0.1
DEFAULT_HEARTBEAT_MS: Final = 25_000

OnBatch = Callable[[Viewer, Batch, int], None]


def address_of(number: int) -> str:
    """The source address of a viewer: 127.0.1.1 and on."""
    host = number // ADDRESS_HOLDS
    return f"127.0.{1 + host // 250}.{1 + host % 250}"


class Swarm(EventLoop):
    """Holds the viewers. Synchronous: `run` serves all of them until something is true."""

    def __init__(
        self, host: str, port: int, protocol: WireProtocol, *, returning: bool = True
    ) -> None:
        super().__init__()
        raise_file_limit()
        self.host, self.port, self.protocol = host, port, protocol
        self.returning = returning
        """Whether viewers whose connection ends come back, or count as lost."""
        self.request = upgrade_request(host, port, protocol.path)
        self.counts, self.times = Counts(), Times()
        self.viewers: list[Viewer] = []
        self.live = 0
        self.head = -1
        """The highest seq that any viewer has received."""
        self.known: dict[bytes, tuple[ServerMessage, ...]] = {}
        self.on_batch: OnBatch | None = None
        self.on_joined: Callable[[Connection], None] | None = None
        self.prepare: Callable[[socket.socket], None] = _unchanged
        """Last touch on a socket before it connects."""
        self.heartbeat_ms = DEFAULT_HEARTBEAT_MS
        self.connecting_max = CONNECTING_MAX
        self._connecting = 0
        self._waiting: deque[Viewer] = deque()
        self._ping_at = 0.0
        self._began = (time.monotonic(), time.process_time())
        if protocol.ping():
            self.later(PING_STEP_S, self._ping)

    def add(self, many: int) -> list[Viewer]:
        """Let more viewers come."""
        first = len(self.viewers)
        came = [Viewer(self, number, address_of(number)) for number in range(first, first + many)]
        self.viewers.extend(came)
        for viewer in came:
            self.connect(viewer)
        return came

    def stop_reading(self, viewer: Viewer) -> None:
        """Read no more from a viewer's socket."""
        if viewer.sock is not None:
            self.ignore(viewer.sock)

    def fill(self, many: int, timeout_s: float = 60.0) -> None:
        """Let `many` come and wait until they are all in. Raises TimeoutError, also when some are
        turned away for good."""
        self.add(many)
        wanted, lost, began = self.live_wanted, self.counts.lost, time.monotonic()
        self.run(lambda: self.live >= wanted or self.counts.lost > lost, timeout_s)
        if self.live < wanted:
            raise TimeoutError(
                f"{self.live} of {wanted} viewers came in {time.monotonic() - began:.1f} s;"
                f" refused {dict(self.counts.refused)}, closed {dict(self.counts.closes)}"
            )

    @property
    def live_wanted(self) -> int:
        """Viewers that have not gone for good."""
        return sum(viewer.phase != GONE for viewer in self.viewers)

    def connect(self, viewer: Viewer) -> None:
        """Connect as soon as few enough others are doing it."""
        if viewer.phase != GONE:
            self._waiting.append(viewer)

    def joined(self, viewer: Connection) -> None:
        """A viewer was let in."""
        self.live += 1
        self.counts.welcomed += 1
        self._connecting -= 1
        if self.on_joined is not None:
            self.on_joined(viewer)

    def left(self, phase: int) -> None:
        """A viewer's connection is closed; it was in this phase."""
        if phase == LIVE:
            self.live -= 1
        else:
            self._connecting -= 1

    def understand(self, messages: list[Message]) -> tuple[ServerMessage, ...]:
        """What messages mean. Raises ValueError."""
        return tuple(
            meant for message in messages for meant in read_messages(self.protocol, message)
        )

    def remember(self, data: bytes, messages: tuple[ServerMessage, ...]) -> None:
        """The next viewer that receives the same bytes need not parse them."""
        if len(self.known) >= KNOWN_MAX:
            self.known.clear()
        self.known[data] = messages

    def deliveries(self, many: int, timeout_s: float) -> bool:
        """Wait until events reached viewers `many` times in this phase; False if they did not."""
        return self.run(lambda: self.counts.deliveries >= many, timeout_s)

    def quiet(self, seconds: float = 1.2, timeout_s: float = 15.0) -> None:
        """Wait until nothing has come for a while: late signals belong to no measurement.

        A baseline sends none, so there is nothing to wait for.
        """
        if not self.protocol.ping():
            return
        deadline = time.monotonic() + timeout_s
        pongs = max(2000, 4 * len(self.viewers))
        while time.monotonic() < deadline:
            before = self.counts.bytes_in
            self.rest(seconds)
            if self.counts.bytes_in - before < pongs:
                return

    def begin_phase(self) -> None:
        """Count anew; what viewers know stays."""
        self.counts, self.times = Counts(), Times()
        self._began = (time.monotonic(), time.process_time())

    def tap(self, viewer: Viewer, sku: str) -> None:
        """A viewer presses a product's link."""
        tap = f'{{"type":"tap","id":"t","sku":"{sku}"}}'.encode()
        viewer.tapped = now_ns()
        self.counts.taps += 1
        viewer.send(client_frame(TEXT, tap))

    def own_cost(self) -> dict[str, float]:
        """What the swarm itself used since the phase began: busy 1.0 means it was the limit."""
        wall_s = time.monotonic() - self._began[0]
        cpu_s = time.process_time() - self._began[1]
        told = {"wall_s": round(wall_s, 3), "cpu_s": round(cpu_s, 3)}
        told["busy"] = round(cpu_s / wall_s, 3) if wall_s else 0.0
        told["most_mib"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
        if self.counts.deliveries:
            told["us_per_delivery"] = round(cpu_s * 1e6 / self.counts.deliveries, 2)
        return told

    def close(self) -> None:
        """Reset all connections."""
        self.returning = False
        self._waiting.clear()
        for viewer in self.viewers:
            viewer.reset()
        super().close()

    def _turn(self, now: float) -> None:
        while self._waiting and self._connecting < self.connecting_max:
            viewer = self._waiting.popleft()
            if viewer.phase != GONE:
                self._connecting += 1
                viewer.connect()
        super()._turn(now)

    def _ping(self) -> None:
        """Some of the viewers say that they are there; all of them within one heartbeat."""
        share = len(self.viewers) * PING_STEP_S * 1000 / self.heartbeat_ms
        begin, self._ping_at = int(self._ping_at), self._ping_at + share
        if self._ping_at >= len(self.viewers):
            self._ping_at = 0.0
        ping = self.protocol.ping()
        for viewer in self.viewers[begin : int(begin + share + 1)]:
            if viewer.phase == LIVE:
                viewer.send(ping)
        self.later(PING_STEP_S, self._ping)

    def phase_json(self) -> dict[str, Any]:
        """Counts and own cost of the phase."""
        return {"counts": self.counts.as_json(), "swarm": self.own_cost()}


def raise_file_limit() -> int:
    """Allow this process as many open files as the system lets it; how many that is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def _unchanged(_sock: socket.socket) -> None:
    """Leave a socket as the system made it."""
