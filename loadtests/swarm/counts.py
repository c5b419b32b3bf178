"""What a swarm has seen, in numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from loadtests.swarm.histogram import Histogram


@dataclass(slots=True)
class Counts:
    """Everything that is counted over all viewers. Denominators hold those that failed, too."""

    attempts: int = 0
    """TCP connections begun."""
    welcomed: int = 0
    """Viewers let in; each return counts again."""
    snapshots: int = 0
    resumed: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """Attempts that failed, by reason: an HTTP status or an error of the system."""
    closes: Counter[int] = field(default_factory=Counter)
    """Closes by the server, by code; 1006 is an end without a word."""
    kicked: int = 0
    """Connections cut by ourselves."""
    bytes_in: int = 0
    messages: int = 0
    frames: int = 0
    deliveries: int = 0
    """Events that reached a viewer, a merged one as many as it stands for."""
    by_snapshot: int = 0
    """Events that a snapshot stood for, when a viewer came back."""
    missing: int = 0
    """Events that a viewer was never told."""
    doubles: int = 0
    """Events that a viewer was told twice."""
    broken: int = 0
    """Frames that are not whole or not to be understood."""
    lost: int = 0
    """Viewers that went away for good without being asked to."""
    taps: int = 0
    acks: int = 0
    tap_refusals: Counter[str] = field(default_factory=Counter)

    @property
    def faults(self) -> int:
        """What must never happen."""
        return self.missing + self.doubles + self.broken

    def as_json(self) -> dict[str, Any]:
        """Only what is not zero."""
        told: dict[str, Any] = {}
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if value:
                told[name] = {str(k): n for k, n in value.items()} if name in _MANY else value
        return told


_MANY = ("refused", "closes", "tap_refusals")


@dataclass(slots=True)
class Times:
    """The latencies of one phase; a new phase begins with a new one."""

    delivery: Histogram = field(default_factory=Histogram)
    """From sent to received, for each event and viewer."""
    connect: Histogram = field(default_factory=Histogram)
    """From the first TCP packet to the upgrade's answer."""
    snapshot: Histogram = field(default_factory=Histogram)
    """From the first TCP packet to the welcome."""
    replay: Histogram = field(default_factory=Histogram)
    """From the first TCP packet of a return until all that was missed had come."""
    ack: Histogram = field(default_factory=Histogram)
    """From a tap to its answer."""
    first_ns: int = 0
    """When the first viewer got an event."""
    last_ns: int = 0
    """When the last viewer got one."""
