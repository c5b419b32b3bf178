"""A client that can say anything, right or wrong, byte by byte; and reads what comes strictly."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from tests.waiting import PATIENCE_S

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
MASK = b"\x37\xfa\x21\x3d"

HANDSHAKE = (
    b"GET /ws HTTP/1.1\r\nHost: localhost\r\n"
    b"Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Frame(NamedTuple):
    """A frame from the server."""

    opcode: int
    data: bytes
    packed: bool = False


@dataclass(slots=True)
class Ending:
    """How the server ended it: its last frames, and whether TCP ended in peace."""

    frames: list[Frame] = field(default_factory=list)
    reset: bool = False

    @property
    def code(self) -> int | None:
        """The code of the close frame; None when it has none, 0 when there was no close frame."""
        closes = [frame for frame in self.frames if frame.opcode == CLOSE]
        if not closes:
            return 0
        assert len(closes) == 1, "closed twice"
        assert self.frames[-1] is closes[0], "something follows the close frame"
        return struct.unpack("!H", closes[0].data[:2])[0] if closes[0].data else None

    @property
    def bye(self) -> str | None:
        """The code in `bye`."""
        texts = [orjson.loads(frame.data) for frame in self.frames if frame.opcode == TEXT]
        return next((text["code"] for text in texts if text.get("type") == "bye"), None)


def frame(
    opcode: int,
    data: bytes = b"",
    *,
    fin: bool = True,
    rsv: int = 0,
    mask: bytes | None = MASK,
    length: bytes | None = None,
) -> bytes:
    """One frame of a client. `length` replaces the length bytes; `rsv` 4 is RSV1."""
    flag = 0x80 if mask is not None else 0
    head = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
    if length is None:
        length = _length(len(data))
    head += bytes([length[0] | flag]) + length[1:]
    return head + data if mask is None else head + mask + _masked(data, mask)


def close(code: int | None = 1000, reason: bytes = b"") -> bytes:
    """A close frame."""
    return frame(CLOSE, b"" if code is None else struct.pack("!H", code) + reason)


def fragments(opcode: int, *parts: bytes) -> list[bytes]:
    """A message in this many frames."""
    last = len(parts) - 1
    return [
        frame(CONT if number else opcode, part, fin=number == last)
        for number, part in enumerate(parts)
    ]


def _length(size: int) -> bytes:
    if size < 126:
        return bytes([size])
    return b"\x7e" + struct.pack("!H", size) if size < 65536 else b"\x7f" + struct.pack("!Q", size)


def _masked(data: bytes, mask: bytes) -> bytes:
    repeated = mask * (len(data) // 4 + 1)
    size = len(data)
    return (int.from_bytes(data, "big") ^ int.from_bytes(repeated[:size], "big")).to_bytes(
        size, "big"
    )


class RawSocket:
    """The client's end, after the handshake."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: bytes
    ) -> None:
        self.reader = reader
        self.writer = writer
        self.answer = answer

    @property
    def extension(self) -> str | None:
        """The compression that the server agreed to."""
        for line in self.answer.decode().split("\r\n"):
            name, _, value = line.partition(": ")
            if name.lower() == "sec-websocket-extensions":
                return value
        return None

    async def say(self, *data: bytes) -> None:
        """Send all of it at once."""
        with contextlib.suppress(ConnectionError):
            self.writer.write(b"".join(data))
            await self.writer.drain()

    async def drip(self, data: bytes, size: int = 1) -> None:
        """Send it in pieces; the server has a turn after each."""
        for start in range(0, len(data), size):
            self.writer.write(data[start : start + size])
            await asyncio.sleep(0)

    async def say_in(self, size: int, *data: bytes) -> None:
        """Send it in pieces of this size; 0: all at once."""
        whole = b"".join(data)
        await (self.drip(whole, size) if size else self.say(whole))

    async def read_frame(self) -> Frame:
        """The next frame of the server."""
        async with asyncio.timeout(PATIENCE_S):
            first, second = await self.reader.readexactly(2)
            assert first & 0xB0 == 0x80, "not final, or bits that nobody agreed on"
            assert second < 0x80, "a server does not mask"
            size = second
            if second == 126:
                size = int.from_bytes(await self.reader.readexactly(2), "big")
                assert size > 125
            elif second == 127:
                size = int.from_bytes(await self.reader.readexactly(8), "big")
                assert size > 65535
            return Frame(first & 15, await self.reader.readexactly(size), bool(first & 0x40))

    async def read_all(self, count: int) -> list[Frame]:
        """So many frames."""
        return [await self.read_frame() for _ in range(count)]

    async def end(self, within_s: float = 1.5) -> Ending:
        """Everything until the server ends the connection; its close frame is answered.

        That takes less time than a server waits for a client that does not answer.
        """
        ending = Ending()
        try:
            async with asyncio.timeout(within_s):
                while True:
                    ending.frames.append(await self.read_frame())
                    if ending.frames[-1].opcode == CLOSE:
                        await self.say(frame(CLOSE, ending.frames[-1].data[:2]))
        except asyncio.IncompleteReadError as error:
            assert not error.partial, "half a frame"
        except ConnectionError:
            ending.reset = True
        return ending


@asynccontextmanager
async def raw_socket(address: str, *headers: bytes, **options: Any) -> AsyncIterator[RawSocket]:
    """Open a connection and take it through the handshake; reset it in the end."""
    async with tcp(address, **options) as (reader, writer):
        writer.write(HANDSHAKE[:-2] + b"".join(line + b"\r\n" for line in headers) + b"\r\n")
        answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE_S)
        assert answer.startswith(b"HTTP/1.1 101 "), answer
        yield RawSocket(reader, writer, answer)


@asynccontextmanager
async def tcp(
    address: str, **options: Any
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection and nothing more, to a host and port, or to the path of a Unix socket."""
    host, _, port = address.rpartition(":")
    if host:
        reader, writer = await asyncio.open_connection(host, int(port), **options)
    else:
        reader, writer = await asyncio.open_unix_connection(address, **options)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def assert_fault(client: RawSocket, code: int, before: Sequence[Frame] = ()) -> None:
    """The server says these frames and why it ends, and nothing else; then TCP ends in peace.

    What is too large has a word of ours, too; what is no WebSocket has none.
    """
    ending = await client.end()
    assert (ending.code, ending.reset) == (code, False)
    assert ending.bye == ("frame_too_large" if code == 1009 else None)
    own = 2 if code == 1009 else 1
    assert ending.frames[:-own] == [*before]


async def reset(writer: asyncio.StreamWriter) -> None:
    """End with RST: what a crash, or malice, looks like."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
    await asyncio.sleep(0)
