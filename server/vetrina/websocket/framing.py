"""WebSocket frames as the server sends them (RFC 6455 section 5): whole, and never masked."""

from __future__ import annotations

from typing import Final

from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Close, CloseCode, Frame, Opcode

PACK_ABOVE_BYTES: Final = 1024
"""Smaller texts hardly shrink without a context that every client would have to pay for."""


class SharedFrame:
    """A text frame for many: encoded, framed and compressed once, however many take it.

    `wire` is for every client. `packed` is for those who take permessage-deflate (RFC 7692); it is
    the same bytes where compression would not pay.
    """

    __slots__ = ("packed", "text", "wire")

    def __init__(self, text: bytes, *, pack: bool = False) -> None:
        self.text = text
        self.wire = text_frame(text)
        self.packed = self.wire
        if pack and len(text) > PACK_ABOVE_BYTES:
            packed = packed_frame(text)
            self.packed = packed if len(packed) < len(self.wire) else self.wire


def text_frame(text: bytes) -> bytes:
    """One whole text frame."""
    return Frame(Opcode.TEXT, text).serialize(mask=False)


def packed_frame(text: bytes) -> bytes:
    """One whole compressed text frame that needs no memory of earlier ones (RFC 7692 7.1.1)."""
    return Frame(Opcode.TEXT, text).serialize(mask=False, extensions=[standalone()])


def standalone() -> PerMessageDeflate:
    """The compression that we agree to: every message for itself, both ways."""
    return PerMessageDeflate(
        remote_no_context_takeover=True,
        local_no_context_takeover=True,
        remote_max_window_bits=15,
        local_max_window_bits=15,
    )


def pong_frame(data: bytes) -> bytes:
    """The answer to a ping frame; not the `pong` of our own protocol."""
    return Frame(Opcode.PONG, data).serialize(mask=False)


def close_frame(code: int | None, reason: str = "") -> bytes:
    """The close frame; without a code it is empty, as the answer to an empty one is."""
    data = b"" if code is None else Close(code, reason).serialize()
    return Frame(Opcode.CLOSE, data).serialize(mask=False)


def close_code(data: bytes) -> int | None:
    """The code in a client's close frame, None when it gives none. Raises ProtocolError."""
    code = Close.parse(data).code
    return None if code == CloseCode.NO_STATUS_RCVD else code
