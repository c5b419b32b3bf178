"""What is the same for every connection of a process."""

from __future__ import annotations

from dataclasses import dataclass, field

from vetrina.clock import Clock, SystemClock
from vetrina.metrics import Metrics
from vetrina.protocol.server_session import Manners
from vetrina.realtime.fair_scheduling import NoPacing, Pacing


@dataclass(frozen=True, slots=True)
class House:
    """`assets` is the version of the browser's files: pages of another version reload.

    `pack`: whether large frames are compressed for those who take it.
    """

    metrics: Metrics = field(default_factory=Metrics)
    manners: Manners = field(default_factory=Manners)
    assets: str = ""
    pacing: Pacing = field(default_factory=NoPacing)
    clock: Clock = field(default_factory=SystemClock)
    pack: bool = True
