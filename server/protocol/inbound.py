"""What arrives on a socket, from bytes to messages (RFC 6455 sections 5 and 7).

The library's parser reads the frames. One is made when bytes arrive and dropped when they end a
message, so a connection that is silent holds nothing:

    inbound = inbound or Inbound(...)
    for item in inbound.feed(data): ...
    inbound = None if inbound.idle else inbound
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Final

from websockets.exceptions import PayloadTooBig, ProtocolError
from websockets.frames import CloseCode, Frame, Opcode
from websockets.streams import StreamReader

from server.protocol.framing import standalone

MOST_FRAMES: Final = 1_000
"""In one read. The network delivers some 40,000 empty ones at once if somebody wishes so."""
MOST_FRAGMENTS: Final = 1_000

_CONTROL: Final = (Opcode.PING, Opcode.PONG, Opcode.CLOSE)


class WireFault(Exception):
    """The client broke the rules of the protocol: close with `code` and `reason`."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code = code
        self.reason = reason


class Inbound:
    """One client's bytes, in pieces of any size."""

    __slots__ = ("_deflate", "_fragments", "_max_bytes", "_parser", "_reader")

    def __init__(self, max_bytes: int, *, deflate: bool = False) -> None:
        self._max_bytes = max_bytes
        self._reader = StreamReader()
        self._parser: Generator[None, None, Frame] | None = None
        self._fragments: list[Frame] = []
        self._deflate = [standalone()] if deflate else []

    @property
    def idle(self) -> bool:
        """Whether nothing is half here."""
        return self._parser is None and not self._fragments

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Whole messages and control frames, in order. Raises WireFault where the rules break.

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
        raise WireFault(CloseCode.POLICY_VIOLATION, "too many frames at once")

    def _next(self) -> Frame | None:
        """The next whole frame, None when more bytes are needed."""
        if self._parser is None:
            if not self._reader.buffer:
                return None
            self._parser = self._parse()
        try:
            next(self._parser)
        except StopIteration as parsed:
            self._parser = None
            frame: Frame = parsed.value
            return frame
        except PayloadTooBig as error:
            reason = f"expected at most {self._max_bytes} bytes"
            raise WireFault(CloseCode.MESSAGE_TOO_BIG, reason) from error
        except ProtocolError as error:
            raise WireFault(CloseCode.PROTOCOL_ERROR, str(error)) from error
        return None

    def _parse(self) -> Generator[None, None, Frame]:
        taken = sum(len(frame.data) for frame in self._fragments)
        return Frame.parse(
            self._reader.read_exact,
            mask=True,
            max_size=max(0, self._max_bytes - taken),
            extensions=self._deflate,
        )

    def _joined(self, frame: Frame) -> Frame | None:
        """The message that this frame completes, None when more fragments must follow."""
        first = not self._fragments
        if first != (frame.opcode is not Opcode.CONT):
            reason = "unexpected continuation frame" if first else "expected a continuation frame"
            raise WireFault(CloseCode.PROTOCOL_ERROR, reason)
        if not first or not frame.fin:
            self._fragments.append(frame)
            if len(self._fragments) > MOST_FRAGMENTS:
                raise WireFault(CloseCode.POLICY_VIOLATION, "too many fragments")
            if not frame.fin:
                return None
            joined = b"".join(fragment.data for fragment in self._fragments)
            frame = Frame(self._fragments[0].opcode, joined)
            self._fragments = []
        _check_text(frame)
        return frame


def _check_text(frame: Frame) -> None:
    if frame.opcode is Opcode.TEXT:
        try:
            str(frame.data, "utf-8")
        except UnicodeDecodeError as error:
            raise WireFault(CloseCode.INVALID_DATA, "expected UTF-8") from error
