"""WebSocket as a client sees it: the upgrade, frames to the server, frames from the server.

Only what a load client needs: no extension is ever offered, and the masking key is zero, which is
valid on the wire and costs nothing (no proxy stands between this client and its server).
"""

from __future__ import annotations

import base64
import hashlib
from typing import Final

TEXT: Final = 1
BINARY: Final = 2
CLOSE: Final = 8
PING: Final = 9
PONG: Final = 10
LONGEST_BYTES: Final = 16 * 1024 * 1024

_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_KEY: Final = base64.b64encode(b"a crowd of many.")
ACCEPT: Final = base64.b64encode(hashlib.sha1(_KEY + _GUID, usedforsecurity=False).digest())
"""What a server has to answer; every connection asks with the same key."""

Message = tuple[int, bytes]


class WireError(Exception):
    """The server broke the WebSocket protocol; the message says how."""


def upgrade_request(host: str, port: int, path: str) -> bytes:
    """The request that opens a WebSocket."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUser-Agent: vetrina-swarm\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {_KEY.decode()}\r\n\r\n"
    ).encode()


def upgrade_status(head: bytes) -> int:
    """The status of an upgrade's answer. Raises WireError for a 101 that accepts another key."""
    lines = head.split(b"\r\n")
    parts = lines[0].split(b" ", 2)
    if len(parts) < 2 or not parts[0].startswith(b"HTTP/1.") or not parts[1].isdigit():
        raise WireError(f"expected an HTTP status line, got {lines[0][:80]!r}")
    status = int(parts[1])
    if status == 101:
        pairs = (line.partition(b":") for line in lines[1:])
        fields = {name.strip().lower(): value.strip() for name, _, value in pairs}
        if fields.get(b"sec-websocket-accept") != ACCEPT:
            raise WireError("the server accepted another key than ours")
        if b"sec-websocket-extensions" in fields:
            raise WireError("the server uses an extension that was not offered")
    return status


def client_frame(opcode: int, payload: bytes) -> bytes:
    """One whole frame, masked with zeros."""
    size = len(payload)
    if size < 126:
        head = bytes((0x80 | opcode, 0x80 | size))
    elif size < 65536:
        head = bytes((0x80 | opcode, 0x80 | 126)) + size.to_bytes(2, "big")
    else:
        head = bytes((0x80 | opcode, 0x80 | 127)) + size.to_bytes(8, "big")
    return head + b"\0\0\0\0" + payload


def server_frame(opcode: int, payload: bytes) -> bytes:
    """One whole frame as a server sends it; the baselines and the tests need it."""
    size = len(payload)
    if size < 126:
        return bytes((0x80 | opcode, size)) + payload
    if size < 65536:
        return bytes((0x80 | opcode, 126)) + size.to_bytes(2, "big") + payload
    return bytes((0x80 | opcode, 127)) + size.to_bytes(8, "big") + payload


def close_code(payload: bytes) -> int:
    """The code of a close frame; 1005 where it has none."""
    return int.from_bytes(payload[:2], "big") if len(payload) >= 2 else 1005


class FrameReader:
    """Turns bytes into messages, however they are cut. One exists only while one is incomplete."""

    __slots__ = ("_opcode", "_parts", "_rest")

    def __init__(self) -> None:
        self._rest = b""
        self._parts: list[bytes] = []
        self._opcode = 0

    @property
    def idle(self) -> bool:
        """Whether nothing incomplete is kept."""
        return not self._rest and not self._opcode

    def feed(self, data: bytes) -> list[Message]:
        """The messages that are complete now, control frames among them. Raises WireError."""
        buffer = self._rest + data if self._rest else data
        found: list[Message] = []
        at = 0
        while (frame := _frame(buffer, at)) is not None:
            first, payload, at = frame
            message = self._message(bool(first & 0x80), first & 0x0F, payload)
            if message is not None:
                found.append(message)
        self._rest = buffer[at:]
        return found

    def _message(self, final: bool, opcode: int, payload: bytes) -> Message | None:
        if opcode >= CLOSE:
            if not final or len(payload) > 125:
                raise WireError("a control frame is fragmented or too long")
            return opcode, payload
        if (opcode == 0) != bool(self._opcode):
            raise WireError("a continuation without a beginning, or a beginning inside a message")
        self._opcode = opcode or self._opcode
        self._parts.append(payload)
        if not final:
            return None
        whole = self._opcode, b"".join(self._parts)
        self._opcode = 0
        self._parts.clear()
        return whole


def _frame(buffer: bytes, at: int) -> tuple[int, bytes, int] | None:
    """First byte, payload and end of the frame that begins at `at`; None while incomplete."""
    if len(buffer) < at + 2:
        return None
    first, size = buffer[at], buffer[at + 1]
    if first & 0x70 or size & 0x80 or first & 0x0F not in (0, TEXT, BINARY, CLOSE, PING, PONG):
        raise WireError(f"expected a plain unmasked frame, got {buffer[at : at + 2].hex()}")
    start = at + 2
    if size >= 126:
        start += 2 if size == 126 else 8
        if len(buffer) < start:
            return None
        size = int.from_bytes(buffer[at + 2 : start], "big")
        if size > LONGEST_BYTES:
            raise WireError(f"a frame of {size} bytes")
    end = start + size
    return (first, buffer[start:end], end) if len(buffer) >= end else None
