"""Backpressure on plain HTTP: no more is read than is answered.

uvicorn takes in any number of requests and chunks at once, while everybody else waits. Here one
request is answered before more are read, a body that nobody wants is not read, and what is
malformed is answered once.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any, Final

import httptools
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from vetrina.websocket.request_head import HEAD_BYTES, MOST_BODY_BYTES, BadRequest
from vetrina.websocket.throttled_log import ThrottledLog
from vetrina.websocket.turns import Turns

PIECE_BYTES: Final = 512
"""So much is parsed before we look whether a request waits: some twenty small requests."""
BODY_PIECE_BYTES: Final = 64 * 1024
SMALL_BYTES: Final = 64 * 1024
"""Of a body that nobody wants so much is read all the same, and the connection lives on."""
FREE_CHUNKS: Final = 256
CHUNK_BYTES: Final = 16
"""Chunks, beyond the free ones, hold so much on average: a chunk costs as much as many bytes."""
DISCARDED_BYTES: Final = 256 * 1024
"""What a client may still send after the connection's last answer."""

_log = ThrottledLog(logging.getLogger(__name__))


class HeldFlow(FlowControl):
    """Does not read on while requests wait, whoever asks for it."""

    held = False

    def resume_reading(self) -> None:
        """Unless it is held."""
        if not self.held:
            super().resume_reading()


class BoundedReading(HttpToolsProtocol):
    """The part of the protocol that decides what is parsed, and when."""

    flow: HeldFlow

    def __init__(self, *args: Any, turns: Turns | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.app = self._run
        self._turns = turns or Turns()
        self._in_a_row = False
        """The next request was here before the answer to the last one was out."""
        self._head_bytes = 0
        self._in_body = False
        self._body_left: int | None = 0
        """What is still to come of the body; None where it comes in chunks."""
        self._body_bytes = 0
        self._chunks = 0
        self._unread = b""
        """What came while requests waited."""
        self._bad: BadRequest | None = None
        self._last = False
        """The answer under way is the connection's last."""
        self._discarding = 0

    def wait(self, seconds: float | None) -> None:
        """Give up on the client after this time, or stop doing so."""
        raise NotImplementedError

    def wait_last(self) -> None:
        """Give up on the client in a moment."""
        raise NotImplementedError

    def data_received(self, data: bytes) -> None:
        """Parse it piece by piece, as long as no request waits for the one before it."""
        if self._discarding:
            self._discarding = max(0, self._discarding - len(data))
            if not self._discarding:
                self.transport.abort()
        elif self._unread or self.pipeline or self._bad is not None:
            self._unread += data
            self._hold()
        else:
            self._take(data)

    def _take(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        at = 0
        while at < len(data):
            if self.pipeline:
                self._unread = data[at:]
                self._hold()
                return
            piece = data[at : at + self._piece_bytes()]
            if not self._parse(piece, data, at):
                return
            at += len(piece)

    def _piece_bytes(self) -> int:
        """Small where requests may begin; larger within a body whose length is known."""
        left = self._body_left if self._in_body else 0
        return max(PIECE_BYTES, min(left or 0, BODY_PIECE_BYTES))

    def _parse(self, piece: bytes, data: bytes, at: int) -> bool:
        """False: nothing more is to be parsed here.

        Bytes that are no body are counted, since the parser takes any number of headers; they may
        also follow a body (RFC 9112 7.1.2).
        """
        self._head_bytes += len(piece)
        if self._head_bytes > HEAD_BYTES + len(piece):
            self._refuse(BadRequest(431, f"Expected a head of at most {HEAD_BYTES >> 10} KiB."))
            return False
        try:
            self.parser.feed_data(piece)
        except httptools.HttpParserUpgrade as upgrade:
            if self._should_upgrade():
                self.handle_websocket_upgrade()
                self._deliver_early(data[at + upgrade.args[0] :])
            return False
        except httptools.HttpParserError as error:
            told = error.__context__
            expected = BadRequest(400, "Expected a request as RFC 9112 has it.")
            # Its traceback holds on to these very frames, and to what came.
            bad = told.with_traceback(None) if isinstance(told, BadRequest) else expected
            self._refuse(bad)
            return False
        return self.parser is not None

    def _deliver_early(self, data: bytes) -> None:
        """What came behind a handshake is for whoever has the connection now."""
        if data and not self.transport.is_closing():
            self.transport.get_protocol().data_received(data)  # type: ignore[attr-defined]

    def count_body(self, size: int) -> None:
        """More of a body is here. Raises BadRequest where it, or the number of chunks, is over."""
        self._head_bytes = 0
        self._chunks += 1
        self._body_bytes += size
        if self._body_left is not None:
            self._body_left -= size
        elif self._chunks > FREE_CHUNKS + self._body_bytes // CHUNK_BYTES:
            raise BadRequest(400, f"Expected chunks of {CHUNK_BYTES} bytes or more on average.")
        if self._body_bytes > MOST_BODY_BYTES:
            raise BadRequest(413, f"Expected a body of at most {MOST_BODY_BYTES >> 20} MiB.")

    # Answers

    def _refuse(self, bad: BadRequest) -> None:
        """Answer and close, after the answers that are still under way."""
        if self.pipeline and self._in_body:  # it waits itself, and its body will never come
            self.transport.abort()
            return
        if self.cycle is not None and not self.cycle.response_complete:
            if not self._in_body:
                self._bad = bad
                self._hold()
                return
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        _log.warning("A malformed request was refused: %s", bad)
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            self.transport.write(_answer(bad))
        self._linger()

    def _hold(self) -> None:
        """It is our doing that no more is read, so the client's time does not run."""
        if not self.transport.is_closing():
            self.flow.pause_reading()
        self.flow.held = True
        self.wait(None)

    def _go_on(self) -> None:
        """Nobody waits any more: take what came meanwhile."""
        self.flow.held = False
        if self._bad is not None:
            bad, self._bad = self._bad, None
            self._refuse(bad)
            return
        unread, self._unread = self._unread, b""
        if unread:
            self._take(unread)
        self.flow.resume_reading()

    def _linger(self) -> None:
        """Close, but not so that what the client still sends destroys the answer on its way."""
        self._unread = b""
        self._discarding = DISCARDED_BYTES
        if self.transport.is_closing():
            return
        if not self.transport.can_write_eof():
            self.transport.close()
            return
        self.transport.write_eof()
        self.flow.held = False
        self.flow.resume_reading()
        self.wait_last()

    async def _run(self, scope: Any, receive: Any, send: Any) -> None:
        """Run the application. Where it answers before it has read the body, the answer says so."""
        if await self._answer_known(scope, send):
            return
        if not self._in_a_row and self._turns.first(scope):
            with self._turns.ahead():
                await self._answer(scope, receive, send)
        else:
            await self._turns.next(behind=self._in_a_row)
            if not await self._answer_known(scope, send):  # it may have become so meanwhile
                await self._answer(scope, receive, send)

    async def _answer_known(self, scope: Any, send: Any) -> bool:
        """Whether the request is here whole, and its answer is known already."""
        cycle = send.__self__
        known = None if cycle.more_body else self._turns.known(scope, cycle.body)
        for message in known or ():
            await send(message)
        return known is not None

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        cycle = send.__self__

        async def say(message: Any) -> None:
            if message["type"] != "http.response.start" or not self._is_unwanted(cycle):
                await send(message)
                return
            self._last = True
            cycle.keep_alive = False
            await send(message)
            cycle.keep_alive = True  # else uvicorn would close before we linger

        await self.config.loaded_app(scope, receive, say)

    def _is_unwanted(self, cycle: Any) -> bool:
        """Whether much of a body is still to come when its answer begins."""
        small = self._body_left is not None and self._body_left <= SMALL_BYTES
        return cycle is self.cycle and self._in_body and not small

    def on_response_complete(self) -> None:
        """An answer is out: the turn of the next request, or of what came meanwhile."""
        self._in_a_row = bool(self.pipeline or self._unread)
        super().on_response_complete()
        if self.transport.is_closing():
            return
        if self._last:
            self._linger()
        elif self.flow.held and not self.pipeline:
            self._go_on()

    def _unsupported_upgrade_warning(self) -> None:
        """An upgrade to what is not spoken here is not made; the request is answered."""


def _answer(bad: BadRequest) -> bytes:
    text = f"{bad}\n"
    head = (
        f"HTTP/1.1 {bad.status} {HTTPStatus(bad.status).phrase}",
        "content-type: text/plain; charset=utf-8",
        f"content-length: {len(text)}",
        "connection: close",
    )
    return "\r\n".join((*head, "", text)).encode()
