"""Slow consumer policy: one client of a room, and what happens when it reads too slowly.

    current → lagging      more than `soft_bytes` wait: nothing is queued any more
    lagging → current      all of it was read: one fresh snapshot stands for what was missed
    lagging → closed       for longer than `lag_ms`, or more than `hard_bytes` wait

Numbered events are never dropped one by one: a client has all of them, or gets a snapshot, or is
closed and resumes. The memory that a client can hold is `soft_bytes` and one frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vetrina.domain.access import Permission, Role, may
from vetrina.protocol.close_codes import CloseCode
from vetrina.protocol.codec import Audience
from vetrina.websocket.framing import SharedFrame
from vetrina.websocket.transport import Retry, Send, Transport

SLOW_RETRY_MS: Final = (500, 3_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowConsumerLimits:
    """How much a slow client may hold, and for how long."""

    soft_bytes: int = 64 * 1024
    """Some hundred events; a healthy client has nothing waiting."""
    hard_bytes: int = 512 * 1024
    """Reached by one giant frame, or by answers to a client that asks and never reads."""
    lag_ms: int = 15_000
    """A phone that changes cells is back within seconds."""


VIEWER_LIMITS: Final = SlowConsumerLimits()
# There are few overlays, they are on air, and OBS may stall while it loads a scene.
OVERLAY_LIMITS: Final = SlowConsumerLimits(hard_bytes=4 * 1024 * 1024)
LIMITS: Final = {
    Role.VIEWER: VIEWER_LIMITS,
    Role.CONTROL: VIEWER_LIMITS,
    Role.OVERLAY: OVERLAY_LIMITS,
}


class Subscriber:
    """A connection in a room, with its role there."""

    __slots__ = (
        "_limits", "audience", "counted", "lagging_since", "packs", "role", "send", "transport",
    )  # fmt: skip

    def __init__(
        self,
        transport: Transport,
        role: Role,
        limits: SlowConsumerLimits | None = None,
        *,
        counted: bool = True,
    ) -> None:
        self.transport = transport
        self.role = role
        self.counted = counted
        self.audience: Audience = "team" if may(role, Permission.READ_SHOWS) else "public"
        self.lagging_since: int | None = None
        self.send: Send | None = None
        self.packs = False
        self._limits = limits or LIMITS[role]
        transport.bind(self)

    def deliver(self, frame: SharedFrame, now: int) -> bool:
        """Send numbered events. False: the client lags and will get a snapshot instead."""
        if self.lagging_since is not None:
            return False
        if self.transport.try_send(frame):
            return True
        if self.transport.buffered_bytes > self._limits.soft_bytes:
            self.lagging_since = now
            return False
        self.transport.send(frame)
        return True

    def signal(self, frame: SharedFrame) -> bool:
        """Send values of the moment. A slow client does without: the next ones come soon."""
        if (
            self.lagging_since is not None
            or self.transport.buffered_bytes > self._limits.soft_bytes
        ):
            return False
        self.transport.send(frame)
        return True

    def answer(self, frame: bytes) -> None:
        """Reply to what the client asked; close it when it asks and never reads."""
        if self.transport.buffered_bytes > self._limits.hard_bytes:
            self.close_slow()
        else:
            self.transport.send(frame)

    def catch_up(self, welcome: SharedFrame) -> None:
        """Send a snapshot: the client is current again."""
        self.lagging_since = None
        self.transport.send(welcome)

    @property
    def drained(self) -> bool:
        """Whether the client has read all that was queued for it."""
        return self.transport.buffered_bytes == 0

    def overdue(self, now: int) -> bool:
        """Whether a lagging client has to be closed."""
        if self.lagging_since is None:
            return False
        too_long = now - self.lagging_since > self._limits.lag_ms
        return too_long or self.transport.buffered_bytes > self._limits.hard_bytes

    def close(self, code: CloseCode, retry_ms: Retry | None = None) -> None:
        """End the connection behind this subscriber."""
        self.transport.close(code, retry_ms)

    def close_slow(self) -> None:
        """End the connection of a client that does not read."""
        self.transport.close(CloseCode.SLOW, SLOW_RETRY_MS)
