"""What arrives on a socket, from bytes to messages (RFC 6455 sections 5 and 7).

The library's parser reads the frames. One is made when bytes arrive and dropped when they end a
message, so a connection that is silent holds nothing:

    inbound = inbound or FrameParser(...)
    for item in inbound.feed(data): ...
    inbound = None if inbound.idle else inbound

Most of what comes is one small frame, which needs no parser: `small_text`.
"""

from __future__ import annotations

import codecs
from collections.abc import Generator, Iterator
from typing import Final

from websockets.exceptions import PayloadTooBig, ProtocolError
from websockets.frames import CloseCode, Frame, Opcode
from websockets.streams import StreamReader

from vetrina.websocket.framing import standalone

try:
    from websockets.speedups import apply_mask
except ImportError:
    from websockets.utils import apply_mask

MOST_FRAMES: Final = 1_000
"""In one read. The network delivers some 40,000 empty ones at once if somebody wants that."""
MOST_FRAGMENTS: Final = 1_000
CONTROL_BYTES: Final = 125

_CONTROL: Final = (Opcode.PING, Opcode.PONG, Opcode.CLOSE)
_UTF8: Final = codecs.getincrementaldecoder("utf-8")


_SMALL_BYTES: Final = 125
_WHOLE_TEXT: Final = 0x81
_MASKED: Final = 0x80


def small_text(data: bytes) -> bytes | None:
    """The text, if these bytes are one small text frame and nothing else; None: use the parser.

    It is what clients send: hello, their heartbeats and taps. Whole, masked, without extensions, in
    UTF-8, with the length in one byte.
    """
    length = len(data) - 6
    if not 0 <= length <= _SMALL_BYTES or data[0] != _WHOLE_TEXT or data[1] != _MASKED | length:
        return None
    text: bytes = apply_mask(data[6:], data[2:6])
    return text if text.isascii() else None


class FrameError(Exception):
    """The client broke the rules of the protocol: close with `code` and `reason`."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code = code
        self.reason = reason


class Flood(Exception):
    """The client keeps the rules and sends too much."""


class FrameParser:
    """One client's bytes, in pieces of any size.

    A message is bounded twice: by its bytes as they came, and by what they unpack to.
    """

    __slots__ = (
        "_came", "_deflate", "_fragments", "_max_bytes", "_parser", "_reader", "_text", "_unpacked",
    )  # fmt: skip

    def __init__(self, max_bytes: int, *, deflate: bool = False) -> None:
        self._max_bytes = max_bytes
        self._reader = StreamReader()
        self._parser: Generator[None, None, Frame] | None = None
        self._deflate = [standalone()] if deflate else []
        self._fragments: list[Frame] = []
        self._text: codecs.IncrementalDecoder | None = None
        self._came = 0
        self._unpacked = 0

    @property
    def idle(self) -> bool:
        """Whether nothing is half here."""
        return self._parser is None and not self._reader.buffer and not self._fragments

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Whole messages and control frames, in order. Raises FrameError and Flood.

        A message comes as one frame, text or binary, its fragments joined. Text is valid UTF-8.
        """
        self._reader.feed_data(data)
        for _ in range(MOST_FRAMES):
            frame = self._next()
            if frame is None:
                return
            if frame.opcode in _CONTROL:
                yield frame
            elif (message := self._joined(frame)) is not None:
                yield message
        if self._reader.buffer:
            raise Flood("too many frames at once")

    def _next(self) -> Frame | None:
        """The next whole frame, None when more bytes are needed."""
        if self._parser is None:
            if not self._head_came():
                return None
            self._parser = self._parse()
        try:
            next(self._parser)
        except StopIteration as parsed:
            self._parser = None
            frame: Frame = parsed.value
            return frame
        except PayloadTooBig as error:
            raise self._too_big() from error
        except ProtocolError as error:
            raise FrameError(CloseCode.PROTOCOL_ERROR, str(error)) from error
        return None

    def _head_came(self) -> bool:
        """Whether a frame's length is known. An error in it is reported before the rest comes.

        The parser takes lengths that could be written shorter, which RFC 6455 5.2 forbids.
        """
        head = self._reader.buffer
        if len(head) < 2:
            return False
        control, length = head[0] & 0x08, head[1] & 0x7F
        if control and length > CONTROL_BYTES:
            raise FrameError(CloseCode.PROTOCOL_ERROR, "control frame too long")
        if length > CONTROL_BYTES:
            end, least = (4, 126) if length == 126 else (10, 65_536)
            if len(head) < end:
                return False
            length = int.from_bytes(head[2:end], "big")
            if not least <= length < 1 << 63:
                raise FrameError(CloseCode.PROTOCOL_ERROR, "wrong length")
        if not control:
            self._came += length
            if self._came > self._max_bytes:
                raise self._too_big()
        return True

    def _parse(self) -> Generator[None, None, Frame]:
        return Frame.parse(
            self._reader.read_exact,
            mask=True,
            # A control frame may come in the middle of a message that has no room left.
            max_size=max(CONTROL_BYTES, self._max_bytes - self._unpacked),
            extensions=self._deflate,
        )

    def _joined(self, frame: Frame) -> Frame | None:
        """The message that this frame completes, None when more fragments must follow."""
        first = not self._fragments
        if first != (frame.opcode is not Opcode.CONT):
            reason = "unexpected continuation frame" if first else "expected a continuation frame"
            raise FrameError(CloseCode.PROTOCOL_ERROR, reason)
        self._unpacked += len(frame.data)
        if self._unpacked > self._max_bytes:
            raise self._too_big()
        self._check_text(frame, first=first)
        if first and frame.fin:
            self._came = self._unpacked = 0
            return frame
        self._fragments.append(frame)
        if not frame.fin:
            if len(self._fragments) >= MOST_FRAGMENTS:
                raise Flood("too many fragments")
            return None
        joined = b"".join(fragment.data for fragment in self._fragments)
        frame = Frame(self._fragments[0].opcode, joined)
        self._fragments = []
        self._came = self._unpacked = 0
        return frame

    def _check_text(self, frame: Frame, *, first: bool) -> None:
        """Bad UTF-8 is reported with the fragment that has it, not at the end of the message."""
        if first:
            self._text = _UTF8() if frame.opcode is Opcode.TEXT else None
        if self._text is not None:
            try:
                self._text.decode(bytes(frame.data), frame.fin)
            except UnicodeDecodeError as error:
                raise FrameError(CloseCode.INVALID_DATA, "expected UTF-8") from error

    def _too_big(self) -> FrameError:
        return FrameError(CloseCode.MESSAGE_TOO_BIG, f"expected at most {self._max_bytes} bytes")
