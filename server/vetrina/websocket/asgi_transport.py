"""ASGI transport, for servers that are not uvicorn: a bounded outbox and one writing task.

Slower and larger than `detached_transport.py`, and a client that does not read is closed only when
the server below gives it up. The bound is kept by the subscriber, which checks `buffered_bytes`
before it sends; see `realtime/subscriber.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from vetrina.metrics import Metrics
from vetrina.protocol import messages
from vetrina.protocol.close_codes import CloseCode
from vetrina.websocket.framing import SharedFrame
from vetrina.websocket.transport import DirectSubscriber, Retry

GRACE_S: Final = 2.0
"""From `close` until the client must have taken what was being sent, and `bye`."""

AsgiSend = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Connection:
    """A `Transport` whose frames leave through ASGI, and the only one who sends there."""

    def __init__(
        self,
        send: AsgiSend,
        metrics: Metrics,
        *,
        grace_s: float = GRACE_S,
    ) -> None:
        self._send = send
        self._metrics = metrics
        self._grace_s = grace_s
        # Two stacks make a queue: `_outbox` is filled, then turned over into `_leaving`.
        self._outbox: list[bytes] = []
        self._leaving: list[bytes] = []
        self._bytes = 0
        self._wake = asyncio.Event()
        self._timeout: asyncio.Timeout | None = None
        self._closing: CloseCode | None = None
        self._lost = False

    @property
    def buffered_bytes(self) -> int:
        """Bytes in the outbox and in the frame that ASGI has not taken yet."""
        return 0 if self.closed else self._bytes

    @property
    def closed(self) -> bool:
        """Whether nothing more can be sent, by our choice or the client's."""
        return self._lost or self._closing is not None

    def bind(self, subscriber: DirectSubscriber) -> None:
        """There is no way past ASGI."""

    def write_rest(self, data: bytes, sent: int, error: OSError | None) -> None:
        """Never called, for `subscriber.send` is None."""

    def try_send(self, frame: SharedFrame) -> bool:
        """Queue a frame of many if nothing waits before it."""
        if self.closed or self._bytes:
            return False
        self.send(frame)
        return True

    def send(self, frame: bytes | SharedFrame) -> None:
        """Queue one frame."""
        if not self.closed:
            text = frame.text if isinstance(frame, SharedFrame) else frame
            self._outbox.append(text)
            self._bytes += len(text)
            self._wake.set()

    def close(
        self, code: CloseCode, retry_ms: Retry | None = None, message: str | None = None
    ) -> None:
        """Drop what is queued, say bye, close; tear down a client that does not take it in time."""
        if self.closed:
            return
        self._closing = code
        self._metrics.closes.labels(code.label).inc()
        self._drop()
        self._outbox.append(messages.bye(code, retry_ms, message))
        self._wake.set()
        self._set_timeout()

    def lost(self) -> None:
        """The client is gone: nobody reads any more, also what is being sent."""
        self._end()
        self._wake.set()
        self._set_timeout()

    def abort(self) -> None:
        """Send nothing more; the server below tears it down."""
        if not self._lost:
            self._metrics.aborts.inc()
            self.lost()

    async def run(self) -> None:
        """Write until the connection is closed or lost. Raises nothing for a client that left."""
        try:
            async with asyncio.timeout(None) as self._timeout:
                if self._closing is not None:
                    self._set_timeout()
                await self._write()
        except TimeoutError:
            self._abort()
            return
        except OSError:
            self._end()
        finally:
            self._timeout = None

    async def _write(self) -> None:
        while not self._lost:
            frame = self._next()
            if frame is not None:
                await self._send({"type": "websocket.send", "text": frame.decode()})
                self._bytes -= len(frame)
            elif self._closing is not None:
                code = self._closing
                close = {"type": "websocket.close", "code": code.value, "reason": code.reason}
                await self._send(close)
                return
            else:
                self._wake.clear()
                await self._wake.wait()

    def _next(self) -> bytes | None:
        if not self._leaving:
            self._leaving, self._outbox = self._outbox[::-1], []
        return self._leaving.pop() if self._leaving else None

    def _end(self) -> None:
        self._lost = True
        self._drop()

    def _drop(self) -> None:
        self._outbox.clear()
        self._leaving.clear()

    def _set_timeout(self) -> None:
        if self._timeout is not None:
            self._timeout.reschedule(asyncio.get_running_loop().time() + self._grace_s)

    def _abort(self) -> None:
        self._metrics.aborts.inc()
        self._end()
