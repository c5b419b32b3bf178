"""Detached transport: a WebSocket without a task, whose write buffer is its queue.

After the handshake nothing of ASGI is left of a connection. What arrives is handed to its
`TransportListener`; what leaves is written to the socket at once while the kernel takes it, and
the transport keeps the rest. So a connection that waits costs this object, its transport and
nothing else.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from websockets.exceptions import ProtocolError
from websockets.frames import CloseCode as WireCode
from websockets.frames import Frame, Opcode

from vetrina.metrics import Metrics
from vetrina.protocol import messages
from vetrina.protocol.close_codes import CloseCode
from vetrina.websocket.direct_write import DirectWrite
from vetrina.websocket.framing import SharedFrame, close_code, close_frame, text_frame
from vetrina.websocket.parsing import Flood, FrameError, FrameParser, small_text
from vetrina.websocket.pings import Pings
from vetrina.websocket.transport import Retry, TransportListener

GRACE_S: Final = 2.0
"""From the close frame until the client must have taken it; then the connection is aborted."""
FRAME_BYTES: Final = 64 * 1024
"""Above the limit of `protocol.messages`, so that the client gets our reason and not only 1009."""
HELD_BYTES: Final = 64 * 1024


class DetachedTransport(DirectWrite, asyncio.Protocol):
    """A `Transport`, and the protocol of its transport."""

    __slots__ = (
        "_connections", "_held", "_listener", "_metrics", "_over", "_parser", "_pings",
        "_sent_close", "_timer", "attachment",
    )  # fmt: skip

    def __init__(
        self,
        transport: asyncio.Transport,
        listener: TransportListener,
        metrics: Metrics,
        connections: set[Any],
        *,
        deflate: bool = False,
    ) -> None:
        self.attachment: Any = None
        """What the listener keeps of this connection."""
        super().__init__(transport, deflate=deflate)
        self._listener = listener
        self._metrics = metrics
        self._connections = connections
        self._parser: FrameParser | None = None
        self._held: list[bytes] | None = None
        self._sent_close = False
        self._over = False
        self._pings: Pings | None = None
        self._timer: asyncio.TimerHandle | None = None
        connections.add(self)

    @property
    def buffered_bytes(self) -> int:
        """Bytes that the kernel has not taken yet; 0 once closed."""
        return 0 if self._sent_close or self._over else self._transport.get_write_buffer_size()

    @property
    def closed(self) -> bool:
        """Whether nothing more can be sent."""
        return self._sent_close or self._over

    def try_send(self, frame: SharedFrame) -> bool:
        """Write a frame of many if nothing waits; False if something does, or this is closed."""
        if self._send is None:
            return False
        self.write(frame.packed if self._deflate else frame.wire)
        return True

    def send(self, frame: bytes | SharedFrame) -> None:
        """Send one text frame, behind whatever waits."""
        if self._sent_close or self._over:
            return
        if not isinstance(frame, SharedFrame):
            self.write(text_frame(frame))
        else:
            self.write(frame.packed if self._deflate else frame.wire)

    def close(
        self, code: CloseCode, retry_ms: Retry | None = None, message: str | None = None
    ) -> None:
        """Say bye and close. What waits goes before it, or is dropped after `GRACE_S`."""
        if self.closed:
            return
        self._metrics.closes.labels(code.label).inc()
        bye = text_frame(messages.bye(code, retry_ms, message))
        self._send_final(bye + close_frame(code.value, code.reason))

    def abort(self) -> None:
        """Tear it down now; what the kernel has taken may still arrive."""
        if self in self._connections:
            self._metrics.aborts.inc()
            self._transport.abort()

    def pause_reading(self) -> None:
        """Report no messages until `resume_reading`; what is here already is kept in order."""
        self._held = []
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Report messages again."""
        held, self._held = self._held or [], None
        if self._over:
            return
        self._transport.resume_reading()
        for data in held:
            if not self.closed:
                self._message_came(data)

    def shutdown(self) -> None:
        """uvicorn ends: a socket that is still open then is closed."""
        self.close(CloseCode.RESTART)

    # What the transport calls

    def data_received(self, data: bytes) -> None:
        """Bytes came. Those that come after the end are thrown away."""
        if self._over:
            return
        if self._parser is None and (text := small_text(data)) is not None:
            self._text_came(text)
            return
        parser, self._parser = self._parser, None
        parser = parser or FrameParser(FRAME_BYTES, deflate=self._deflate)
        try:
            for frame in parser.feed(data):
                self._frame_came(frame)
                if self._over:
                    return
            self._pong()
        except FrameError as fault:
            self._pong()
            self._fail(fault.code, fault.reason)
        except Flood:
            self._pong()
            self.close(CloseCode.TOO_MANY_FRAMES)
            self._linger()
        else:
            self._parser = None if parser.idle else parser

    def pause_writing(self) -> None:
        """The kernel takes no more for now."""
        self._set_direct(None)
        if not self._over:
            self._listener.writing_paused(self)

    def resume_writing(self) -> None:
        """The kernel has taken all."""
        if not self._over:
            self._listener.writing_resumed(self)
        if not self.closed:
            self._set_direct(self._direct())
            self._pong()

    def eof_received(self) -> bool:
        """The client will send nothing more: an end without the closing handshake."""
        self._end(bounded=self._transport.get_write_buffer_size() > 0)
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is over; nothing of it is kept."""
        self._release_socket()
        self._over = True
        self._parser = None
        if self._timer is not None:
            self._timer.cancel()
        self._connections.discard(self)
        self._listener.lost(self)

    # Inside

    def _frame_came(self, frame: Frame) -> None:
        match frame.opcode:
            case Opcode.PING | Opcode.PONG:
                self._ping_came(frame)
            case Opcode.TEXT | Opcode.BINARY:
                self._text_came(bytes(frame.data))
            case Opcode.CLOSE:
                self._pong()
                self._close_came(bytes(frame.data))

    def _ping_came(self, frame: Frame) -> None:
        """Raises Flood."""
        if self._pings is None:
            self._pings = Pings()
        if not self._pings.came(frame, int(asyncio.get_running_loop().time() * 1000)):
            raise Flood("too many pings")

    def _pong(self) -> None:
        """Answer what was pinged; later, if bytes wait."""
        if self._pings is None or self.closed:
            return
        if self._transport.get_write_buffer_size() > 0:
            self._pings.keep_newest()
        elif pongs := self._pings.take():
            self.write(pongs)

    def _text_came(self, data: bytes) -> None:
        self._pong()
        if not self.closed:
            self._message_came(data)

    def _message_came(self, data: bytes) -> None:
        if self._held is None:
            self._listener.received(self, data)
        elif sum(map(len, self._held)) < HELD_BYTES:
            self._held.append(data)
        else:
            self.close(CloseCode.TOO_MANY_FRAMES)

    def _close_came(self, data: bytes) -> None:
        """Answer a close with a close; the server ends the connection first (RFC 6455 7.1.1)."""
        if self._sent_close:
            self._end(bounded=False)
            return
        try:
            answer = close_frame(close_code(data))
        except ProtocolError as error:
            self._fail(WireCode.PROTOCOL_ERROR, str(error))
            return
        except UnicodeDecodeError:
            self._fail(WireCode.INVALID_DATA, "expected UTF-8")
            return
        self._send_final(answer)
        self._end(bounded=True)

    def _fail(self, code: int, reason: str) -> None:
        """The client broke the protocol: say so and end, without waiting for its answer."""
        if not self.closed:
            self._metrics.closes.labels("protocol").inc()
            final = close_frame(code, reason[:120])
            if code == WireCode.MESSAGE_TOO_BIG:
                bye = messages.bye(CloseCode.FRAME_TOO_LARGE, None, reason)
                final = text_frame(bye) + final
            self._send_final(final)
        self._linger()

    def _send_final(self, data: bytes) -> None:
        self.write(data)
        self._sent_close = True
        self._set_direct(None)
        self._abort_later()

    def _end(self, *, bounded: bool) -> None:
        """Close when what waits has left; `bounded`: soon in any case."""
        self._over = True
        self._set_direct(None)
        self._parser = None
        if bounded and not self._sent_close:
            self._abort_later()
        self._transport.close()

    def _linger(self) -> None:
        """Read on, for nothing, until the client ends too: closed with bytes unread, a connection
        is reset, and the client may lose our close frame."""
        self._over = True
        self._set_direct(None)
        self._held = self._parser = self._pings = None
        if not self._transport.can_write_eof():
            self._transport.close()
            return
        try:
            self._transport.write_eof()
            self._transport.resume_reading()
        except OSError:
            self._transport.abort()

    def _abort_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = self._timer or loop.call_later(GRACE_S, self.abort)
