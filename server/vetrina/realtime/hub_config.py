"""Configuration that every connection of a process shares."""

from __future__ import annotations

from dataclasses import dataclass, field

from vetrina.clock import Clock, SystemClock
from vetrina.metrics import Metrics
from vetrina.protocol.root_path import Rewrite, unchanged
from vetrina.protocol.server_session import SessionLimits
from vetrina.realtime.fair_scheduling import ImmediateScheduler, Scheduler


@dataclass(frozen=True, slots=True)
class HubConfig:
    """`assets` is the version of the browser's files: pages of another version reload.

    `pack`: whether large frames are compressed for those who take it. `located` puts the path
    below which the server is before addresses of ours.
    """

    metrics: Metrics = field(default_factory=Metrics)
    limits: SessionLimits = field(default_factory=SessionLimits)
    assets: str = ""
    scheduler: Scheduler = field(default_factory=ImmediateScheduler)
    clock: Clock = field(default_factory=SystemClock)
    pack: bool = True
    located: Rewrite = unchanged
