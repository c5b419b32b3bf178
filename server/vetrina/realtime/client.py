"""Session of one client on the server, from its handshake to its end, over any transport."""

from __future__ import annotations

from typing import Final, assert_never

from vetrina.clock import Clock
from vetrina.domain.access import Role
from vetrina.protocol import messages
from vetrina.protocol.close_codes import CloseCode
from vetrina.protocol.messages import Hello, Painted, Ping, Tap, Visible
from vetrina.protocol.server_session import Closing, Refusal, ServerSession
from vetrina.protocol.token_bucket import TokenBucket
from vetrina.realtime.hub_config import HubConfig
from vetrina.realtime.presence import Overlay
from vetrina.realtime.room import Room
from vetrina.realtime.subscriber import Subscriber
from vetrina.websocket.transport import Retry, Transport

TAPS_PER_S: Final = 2.0
TAPS_AT_ONCE: Final = 10
"""More is a finger that plays, or a program."""


class Client:
    """Applies the frames of a client to its room. Synchronous throughout."""

    __slots__ = (
        "_clock", "_config", "_overlay", "_room", "_session", "_subscriber", "_taps", "_transport",
        "engine", "key_id", "timer_slot",
    )  # fmt: skip

    def __init__(
        self, transport: Transport, clock: Clock, config: HubConfig, engine: str | None = None
    ) -> None:
        self.key_id: str | None = None
        self.engine = engine
        self.timer_slot: int | None = None
        self._transport = transport
        self._clock = clock
        self._config = config
        self._session = ServerSession(config.limits, self._monotonic_ms())
        self._taps: TokenBucket | None = None
        self._room: Room | None = None
        self._subscriber: Subscriber | None = None
        self._overlay: Overlay | None = None

    @property
    def role(self) -> Role | None:
        """What it is; None before hello."""
        return self._session.role

    def receive(self, data: str | bytes) -> Hello | None:
        """Handle one frame. A hello is handed back: letting somebody in may take a look-up."""
        decision = self._session.receive(data, self._monotonic_ms())
        self._config.metrics.frames_received.labels(type(decision).__name__.lower()).inc()
        if self._overlay is not None:
            self._overlay.seen_at = self._clock.now_ms()
        match decision:
            case Hello():
                return decision
            case Closing(code, message):
                self.close(code, message=message)
            case Refusal(frame_id, refusal, message):
                self._answer(messages.refused(frame_id, refusal, message))
            case Ping():
                self._answer(messages.pong(self._clock.now_ms()))
            case Tap():
                self._answer(self._tapped(decision))
            case Painted():
                self._painted(decision)
            case Visible(visible, active):
                self._shown(visible, active)
            case _:
                assert_never(decision)
        return None

    def admit(self, room: Room, hello: Hello, key_id: str | None = None) -> None:
        """Join its room: from here on it misses nothing.

        A viewer with a key previews: it is served as an overlay is, also with what a draft holds,
        and is no viewer to count.
        """
        now = self._clock.now_ms()
        self.key_id = key_id
        self._room = room
        role = hello.role if key_id is None or hello.role != Role.VIEWER else Role.OVERLAY
        self._subscriber = Subscriber(self._transport, role, counted=hello.watching)
        if hello.role == Role.OVERLAY:
            self._overlay = room.overlays.connect(key_id or "", hello.label or "", self.engine, now)
        self._config.metrics.connections.labels(role).inc()
        room.join(self._subscriber, hello.last, now)
        if self._overlay is not None:
            room.counts.presence_changed()

    def close(
        self, code: CloseCode, retry_ms: Retry | None = None, message: str | None = None
    ) -> None:
        """Send bye and close. It leaves the room at once."""
        self._leave(self._clock.now_ms())
        self._transport.close(code, retry_ms, message)

    def abort(self) -> None:
        """Tear down what was closed and does not go."""
        self._transport.abort()

    @property
    def buffered_bytes(self) -> int:
        """Bytes that wait for it."""
        return self._transport.buffered_bytes

    @property
    def deadline(self) -> int:
        """Until when its next frame must come, in milliseconds of the clock that does not jump."""
        return self._session.deadline

    def check(self) -> bool:
        """Close a client that was silent for too long; whether it was."""
        closing = self._session.overdue(self._monotonic_ms())
        if closing is not None:
            self.close(closing.code, message=closing.message)
        return closing is not None

    def gone(self, now: int) -> None:
        """The connection is over. Twice does no harm."""
        self._leave(now)

    def _leave(self, now: int) -> None:
        room, subscriber, self._room = self._room, self._subscriber, None
        if room is None or subscriber is None:
            return
        room.leave(subscriber, now)
        if self._overlay is not None:
            room.overlays.disconnect(self._overlay, now)
            room.counts.presence_changed()
        self._config.metrics.connections.labels(subscriber.role).dec()

    def _answer(self, frame: bytes) -> None:
        self._config.metrics.frames_sent.labels("answer").inc()
        if self._subscriber is None:
            self._transport.send(frame)
        else:
            self._subscriber.answer(frame)

    def _tapped(self, tap: Tap) -> bytes:
        self._taps = self._taps or TokenBucket(TAPS_PER_S, TAPS_AT_ONCE)
        if not self._taps.take(self._monotonic_ms()):
            return messages.refused(tap.id, "rate_limited", "Taps come too fast; wait a moment.")
        if self._room is None or not self._room.tap(tap.sku):
            return messages.refused(tap.id, "not_in_bag", f"{tap.sku} is not in this show's bag.")
        return messages.ack(tap.id)

    def _painted(self, painted: Painted) -> None:
        room, overlay = self._room, self._overlay
        if room is not None and overlay is not None and painted.seq <= room.position.seq:
            overlay.painted(painted.seq, painted.at, room.event_at(painted.seq))
            room.counts.presence_changed()

    def _shown(self, visible: bool | None, active: bool | None) -> None:
        if self._overlay is not None and self._room is not None:
            self._overlay.visible, self._overlay.active = visible, active
            self._room.counts.presence_changed()

    def _monotonic_ms(self) -> int:
        return int(self._clock.monotonic() * 1000)
