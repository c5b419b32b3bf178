"""Backpressure: the clients for whom bytes wait, and who is closed when it is too much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vetrina.domain.access import Role
from vetrina.metrics import Metrics
from vetrina.protocol.close_codes import CloseCode
from vetrina.realtime.client import Client
from vetrina.realtime.subscriber import SLOW_RETRY_MS

_FIRST_TO_GO: Final = {None: 0, Role.VIEWER: 0, Role.CONTROL: 1, Role.OVERLAY: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingBytes:
    """What may wait in one process."""

    most_bytes: int = 256 * 1024 * 1024
    """For all together. One alone is bounded by its `SlowConsumerLimits`."""
    most_ms: int = 25_000
    """A client that takes nothing for so long reads no more, whatever the show sends."""


class SlowConsumers:
    """The clients whose buffers are not empty, in the order in which they stopped."""

    def __init__(self, metrics: Metrics, limits: PendingBytes | None = None) -> None:
        self._metrics = metrics
        self._limits = limits or PendingBytes()
        self._since: dict[Client, int] = {}

    def begin(self, client: Client, now: int) -> None:
        """Bytes wait for this client."""
        self._since.setdefault(client, now)

    def end(self, client: Client) -> None:
        """All of them left, or the client did. Twice does no harm."""
        self._since.pop(client, None)

    def check(self, now: int) -> None:
        """Close who takes nothing for too long; and viewers first, if all hold too much."""
        for client in [c for c, since in self._since.items() if now - since > self._limits.most_ms]:
            self._close(client)
        waiting = sum(client.buffered_bytes for client in self._since)
        self._metrics.buffered_bytes.set(waiting)
        if waiting > self._limits.most_bytes:
            self._shed(waiting)

    def _shed(self, waiting: int) -> None:
        """Down to half, so that the next check does not find the same again."""
        order = sorted(self._since, key=lambda client: _FIRST_TO_GO[client.role])
        for client in order:
            if waiting <= self._limits.most_bytes // 2:
                return
            waiting -= client.buffered_bytes
            self._close(client)

    def _close(self, client: Client) -> None:
        self.end(client)
        self._metrics.lagging.labels("shed").inc()
        client.close(CloseCode.SLOW, SLOW_RETRY_MS)
