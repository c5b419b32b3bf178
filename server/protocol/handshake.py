"""The opening handshake (RFC 6455 section 4.2), cheap for the many that are right.

What is wrong with the others, and how to tell them, the library knows.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from websockets.exceptions import InvalidHeaderFormat
from websockets.headers import parse_extension
from websockets.server import ServerProtocol
from websockets.utils import accept_key

Headers = list[tuple[bytes, bytes]]

_NO_CONTEXT: Final = b"permessage-deflate; server_no_context_takeover; client_no_context_takeover"
_WINDOWS: Final = ("server_max_window_bits", "client_max_window_bits")
_TAKEOVER: Final = ("server_no_context_takeover", "client_no_context_takeover")


@dataclass(frozen=True, slots=True)
class Opening:
    """A request to open a socket. Header names are in lower case."""

    target: bytes
    headers: Headers
    key: str
    deflate: bool
    """Whether the client takes frames that were compressed one by one."""

    @property
    def acceptance(self) -> bytes:
        """The answer that opens the socket."""
        extension = b"sec-websocket-extensions: %b\r\n" % _NO_CONTEXT if self.deflate else b""
        return (
            b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
            b"sec-websocket-accept: %b\r\n%b\r\n" % (accept_key(self.key).encode(), extension)
        )


def read_opening(request: bytes, *, deflate: bool) -> Opening | None:
    """Read a request's head; None when it is not a right one, see `refusal`.

    `deflate`: whether compression is offered at all.
    """
    first, *lines = request.split(b"\r\n")
    method, _, rest = first.partition(b" ")
    target, _, version = rest.partition(b" ")
    headers = [_pair(line) for line in lines if line]
    by_name = dict(headers)
    key = _key(by_name)
    if (method, version) != (b"GET", b"HTTP/1.1") or key is None or len(by_name) > len(headers):
        return None
    if not _wants_socket(by_name):
        return None
    offers = by_name.get(b"sec-websocket-extensions", b"") if deflate else b""
    return Opening(target, headers, key, deflate=_takes_deflate(offers))


def refusal(request: bytes) -> bytes:
    """The answer to a request that is not right, with what was expected."""
    if b"\r\nsec-websocket-version: 13\r\n" not in request.lower():
        versions = [(b"upgrade", b"websocket"), (b"sec-websocket-version", b"13")]
        text = b"Expected Sec-WebSocket-Version: 13.\n"
        return plain_answer(426, b"Upgrade Required", text, versions)
    protocol = ServerProtocol()
    protocol.receive_data(request)
    for event in protocol.events_received():
        protocol.send_response(protocol.accept(event))  # type: ignore[arg-type]
    if protocol.handshake_exc is None:
        return plain_answer(400, b"Bad Request", b"This is no WebSocket handshake.\n")
    return b"".join(protocol.data_to_send())


def plain_answer(status: int, phrase: bytes, text: bytes, headers: Headers | None = None) -> bytes:
    """A whole HTTP answer after which the connection ends."""
    head = [b"HTTP/1.1 %d %b" % (status, phrase), b"connection: close"]
    head += [b"%b: %b" % pair for pair in headers or [(b"content-type", b"text/plain")]]
    head.append(b"content-length: %d" % len(text))
    return b"\r\n".join(head) + b"\r\n\r\n" + text


def _pair(line: bytes) -> tuple[bytes, bytes]:
    name, _, value = line.partition(b":")
    return name.lower(), value.strip(b" \t")


def _wants_socket(headers: Mapping[bytes, bytes]) -> bool:
    tokens = headers.get(b"connection", b"").lower().replace(b" ", b"").split(b",")
    return (
        b"upgrade" in tokens
        and headers.get(b"upgrade", b"").lower() == b"websocket"
        and headers.get(b"sec-websocket-version") == b"13"
        and b"host" in headers
    )


def _key(headers: Mapping[bytes, bytes]) -> str | None:
    """The nonce: 16 bytes in base64."""
    key = headers.get(b"sec-websocket-key", b"")
    try:
        return key.decode() if len(base64.b64decode(key, validate=True)) == 16 else None
    except (binascii.Error, UnicodeDecodeError):
        return None


def _takes_deflate(offers: bytes) -> bool:
    """Whether one of the offers fits: the client must take a window of 32 KiB from us."""
    if b"permessage-deflate" not in offers:
        return False
    try:
        parsed = parse_extension(offers.decode("latin-1"))
    except InvalidHeaderFormat:
        return False
    return any(
        name == "permessage-deflate" and all(_fits(*parameter) for parameter in parameters)
        for name, parameters in parsed
    )


def _fits(name: str, value: str | None) -> bool:
    if name == "server_max_window_bits":
        return value == "15"
    return name in _TAKEOVER or name in _WINDOWS
