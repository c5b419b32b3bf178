"""Session state machine of the server: which frames may come, how often and by when. Pure.

    session = ServerSession(limits, now)
    match session.receive(data, now):
        case Closing(code, message): ...     # send bye, close
        case Refusal(id, code, message): ... # send refused, go on
        case Hello() as hello: ...           # exactly once, and first
        case Ping(): ...                     # send pong
        case Tap() | Painted() | Visible(): ...

and once in a while, at the latest at `session.deadline`:

    closing = session.overdue(now)      # Closing or None

Times are milliseconds of one clock that does not jump.
"""

from __future__ import annotations

from dataclasses import dataclass

from vetrina.domain.access import SOCKET_ROLES, Permission, Role, may
from vetrina.protocol.close_codes import CloseCode
from vetrina.protocol.messages import (
    FrameError,
    Hello,
    Painted,
    Ping,
    Tap,
    Unknown,
    Visible,
    parse_client_frame,
)
from vetrina.protocol.token_bucket import TokenBucket

DEAD_INTERVALS = 2.5


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLimits:
    """The limits of a session; one object for all connections."""

    hello_ms: int = 10_000
    """From the handshake to hello."""
    heartbeat_ms: int = 25_000
    """How often clients ping, as `welcome` tells them."""
    frames_per_s: float = 20.0
    burst: int = 40
    """Frames that may come at once before `frames_per_s` holds."""

    @property
    def silence_ms(self) -> int:
        """Longest time without any frame."""
        return int(DEAD_INTERVALS * self.heartbeat_ms)


@dataclass(frozen=True, slots=True)
class Closing:
    """End the connection: send bye with this code, then close."""

    code: CloseCode
    message: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Answer `refused`; the connection goes on."""

    id: str | None
    code: str
    message: str


Decision = Hello | Ping | Tap | Painted | Visible | Refusal | Closing

_NEEDS: dict[type[Tap | Painted | Visible], Permission] = {
    Tap: Permission.TAP,
    Painted: Permission.PAINT,
    Visible: Permission.PAINT,
}


class ServerSession:
    """One connection's limits. After a Closing nothing more may be fed in."""

    __slots__ = ("_frames", "_limits", "_received_at", "_role")

    def __init__(self, limits: SessionLimits, now: int) -> None:
        self._limits = limits
        self._role: Role | None = None
        self._received_at = now
        self._frames = TokenBucket(limits.frames_per_s, limits.burst)

    @property
    def role(self) -> Role | None:
        """The role of the client; None before hello."""
        return self._role

    @property
    def received_at(self) -> int:
        """When the last frame came; the handshake before the first one."""
        return self._received_at

    @property
    def deadline(self) -> int:
        """When the connection ends unless a frame comes before."""
        limits = self._limits
        silence_ms = limits.hello_ms if self._role is None else limits.silence_ms
        return self._received_at + silence_ms

    def overdue(self, now: int) -> Closing | None:
        """Whether the client was silent for too long."""
        if now < self.deadline:
            return None
        code = CloseCode.HELLO_TIMEOUT if self._role is None else CloseCode.SILENT
        return Closing(code, code.reason)

    def receive(self, data: str | bytes, now: int) -> Decision:
        """What one frame leads to."""
        if not self._frames.take(now):
            code = CloseCode.TOO_MANY_FRAMES
            return Closing(code, code.reason)
        try:
            frame = parse_client_frame(data)
        except FrameError as error:
            return Closing(error.code, error.message)
        if isinstance(frame, Hello) != (self._role is None):
            code = CloseCode.HELLO_EXPECTED
            return Closing(code, code.reason)
        self._received_at = now
        return self._judge(frame)

    def _judge(self, frame: Hello | Ping | Tap | Painted | Visible | Unknown) -> Decision:
        match frame:
            case Hello(role=role):
                self._role = role
                return frame
            case Ping():
                return frame
            case Unknown(type=kind, id=frame_id):
                message = f"This server knows no frame of type {kind!r}."
                return Refusal(frame_id, "unknown_type", message)
        needed = _NEEDS[type(frame)]
        if self._role is not None and may(self._role, needed):
            return frame
        frame_id = frame.id if isinstance(frame, Tap) else None
        kind = type(frame).__name__.lower()
        allowed = " or ".join(role for role in SOCKET_ROLES if may(role, needed))
        return Refusal(frame_id, "not_allowed", f"Only the role {allowed} may send {kind}.")
