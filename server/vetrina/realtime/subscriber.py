"""A place in a room, and the rule for a client that reads too slowly.

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


VIEWER_PATIENCE: Final = SlowConsumerLimits()
# There are few overlays, they are on air, and OBS may stall while it loads a scene.
OVERLAY_PATIENCE: Final = SlowConsumerLimits(hard_bytes=4 * 1024 * 1024)
PATIENCE: Final = {
    Role.VIEWER: VIEWER_PATIENCE,
    Role.CONTROL: VIEWER_PATIENCE,
    Role.OVERLAY: OVERLAY_PATIENCE,
}


class Subscriber:
    """A member in a room, with the role it plays there."""

    __slots__ = ("_patience", "audience", "lagging_since", "member", "packs", "role", "send")

    def __init__(
        self, member: Transport, role: Role, patience: SlowConsumerLimits | None = None
    ) -> None:
        self.member = member
        self.role = role
        self.audience: Audience = "team" if may(role, Permission.READ_SHOWS) else "public"
        self.lagging_since: int | None = None
        self.send: Send | None = None
        self.packs = False
        self._patience = patience or PATIENCE[role]
        member.sit(self)

    def deliver(self, frame: SharedFrame, now: int) -> bool:
        """Hand over numbered events. False: the client lags and will get a snapshot instead."""
        if self.lagging_since is not None:
            return False
        if self.member.take(frame):
            return True
        if self.member.buffered_bytes > self._patience.soft_bytes:
            self.lagging_since = now
            return False
        self.member.send(frame)
        return True

    def signal(self, frame: SharedFrame) -> bool:
        """Hand over values of the moment. A slow client does without: the next ones come soon."""
        if self.lagging_since is not None or self.member.buffered_bytes > self._patience.soft_bytes:
            return False
        self.member.send(frame)
        return True

    def answer(self, frame: bytes) -> None:
        """Reply to what the client asked; close it when it asks and never reads."""
        if self.member.buffered_bytes > self._patience.hard_bytes:
            self.close_slow()
        else:
            self.member.send(frame)

    def catch_up(self, welcome: SharedFrame) -> None:
        """Send a snapshot: the client is current again."""
        self.lagging_since = None
        self.member.send(welcome)

    @property
    def drained(self) -> bool:
        """Whether the client has read all that was queued for it."""
        return self.member.buffered_bytes == 0

    def lost_patience(self, now: int) -> bool:
        """Whether a lagging client must go."""
        if self.lagging_since is None:
            return False
        too_long = now - self.lagging_since > self._patience.lag_ms
        return too_long or self.member.buffered_bytes > self._patience.hard_bytes

    def close(self, code: CloseCode, retry_ms: Retry | None = None) -> None:
        """End the connection behind this seat."""
        self.member.close(code, retry_ms)

    def close_slow(self) -> None:
        """End the connection of a client that does not read."""
        self.member.close(CloseCode.SLOW, SLOW_RETRY_MS)
