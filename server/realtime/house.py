"""What is the same for every connection of a process."""

from __future__ import annotations

from dataclasses import dataclass, field

from server.metrics import Metrics
from server.protocol.conversation import Manners


@dataclass(frozen=True, slots=True)
class House:
    """`assets` is the version of the browser's files: pages of another version reload."""

    metrics: Metrics = field(default_factory=Metrics)
    manners: Manners = field(default_factory=Manners)
    assets: str = ""
