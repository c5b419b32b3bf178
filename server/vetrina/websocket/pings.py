"""Ping frames of one client: answered together, and rate limited (RFC 6455 5.5.2)."""

from __future__ import annotations

from typing import Final

from websockets.frames import Frame, Opcode

from vetrina.protocol.token_bucket import TokenBucket
from vetrina.websocket.framing import pong_frame

PINGS_PER_S: Final = 20.0
PINGS_AT_ONCE: Final = 1_000
"""No program needs more than one in a few seconds; each costs as much as a short message."""


class Pings:
    """Made with the first ping, which browsers never send."""

    __slots__ = ("_answers", "_bucket")

    def __init__(self) -> None:
        self._bucket = TokenBucket(PINGS_PER_S, PINGS_AT_ONCE)
        self._answers: list[bytes] = []

    def came(self, frame: Frame, now_ms: int) -> bool:
        """Take a ping, or a pong that nobody asked for; False when it is one too many."""
        if not self._bucket.take(now_ms):
            return False
        if frame.opcode is Opcode.PING:
            self._answers.append(pong_frame(bytes(frame.data)))
        return True

    def keep_newest(self) -> None:
        """Bytes wait before the answers: one will do, for the newest ping (RFC 6455 5.5.3)."""
        del self._answers[:-1]

    def take(self) -> bytes:
        """All answers, to be written at once."""
        answers, self._answers = self._answers, []
        return b"".join(answers)
