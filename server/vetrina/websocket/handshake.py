"""The opening handshake (RFC 6455 section 4.2), cheap for the many that are right.

What is wrong with the others, and how to answer them, the library knows.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from websockets.exceptions import InvalidHeaderFormat, NegotiationError
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.headers import build_extension, parse_extension
from websockets.server import ServerProtocol
from websockets.typing import ExtensionParameter
from websockets.utils import accept_key

Headers = list[tuple[bytes, bytes]]

DEFLATE: Final = "permessage-deflate"
WINDOW_BITS: Final = 15
"""What frames for many are compressed with; a client that wants less gets them plain."""

_ONCE: Final = (b"host", b"upgrade", b"sec-websocket-key", b"sec-websocket-version")
_STANDALONE: Final = ServerPerMessageDeflateFactory(
    server_no_context_takeover=True, client_no_context_takeover=True
)


@dataclass(frozen=True, slots=True)
class Opening:
    """A request to open a socket. Header names are in lower case."""

    target: bytes
    headers: Headers
    key: str
    extension: bytes = b""
    """The compression that was agreed, as the answer says it; empty for none."""

    @property
    def deflate(self) -> bool:
        """Whether the client takes frames that were compressed one by one."""
        return self.extension != b""

    @property
    def acceptance(self) -> bytes:
        """The answer that opens the socket."""
        extension = b"sec-websocket-extensions: %b\r\n" % self.extension if self.deflate else b""
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
    if (method, version) != (b"GET", b"HTTP/1.1"):
        return None
    return opening_of(target, [_pair(line) for line in lines if line], deflate=deflate)


def opening_of(target: bytes, headers: Headers, *, deflate: bool) -> Opening | None:
    """The same of a GET that is parsed already, with header names in lower case."""
    by_name = dict(headers)
    key = _key(by_name)
    if key is None or not _wants_socket(by_name):
        return None
    if len(by_name) < len(headers) and any(_times(name, headers) > 1 for name in _ONCE):
        return None
    return Opening(target, headers, key, _agreed(headers) if deflate else b"")


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
    answer = b"" if protocol.handshake_exc is None else b"".join(protocol.data_to_send())
    return answer or plain_answer(400, b"Bad Request", b"This is no WebSocket handshake.\n")


def plain_answer(status: int, phrase: bytes, text: bytes, headers: Headers | None = None) -> bytes:
    """A whole HTTP answer after which the connection ends."""
    head = [b"HTTP/1.1 %d %b" % (status, phrase), b"connection: close"]
    head += [b"%b: %b" % pair for pair in headers or [(b"content-type", b"text/plain")]]
    head.append(b"content-length: %d" % len(text))
    return b"\r\n".join(head) + b"\r\n\r\n" + text


def _pair(line: bytes) -> tuple[bytes, bytes]:
    name, _, value = line.partition(b":")
    return name.lower(), value.strip(b" \t")


def _times(name: bytes, headers: Headers) -> int:
    return sum(name == known for known, _ in headers)


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


def _agreed(headers: Headers) -> bytes:
    """The first offer that fits. The header may come more than once (RFC 6455 9.1)."""
    offers = [value for name, value in headers if name == b"sec-websocket-extensions"]
    return _first_that_fits(b", ".join(offers)) if offers else b""


@lru_cache(maxsize=64)
def _first_that_fits(offers: bytes) -> bytes:
    try:
        parsed = parse_extension(offers.decode("latin-1"))
    except InvalidHeaderFormat:
        return b""
    for name, parameters in parsed:
        if name == DEFLATE and (answer := _fitting(parameters)):
            return answer
    return b""


def _fitting(parameters: Sequence[ExtensionParameter]) -> bytes:
    """Our side of an offer; empty when it is wrong, or wants a smaller window (RFC 7692 7.1)."""
    try:
        answer, agreed = _STANDALONE.process_request_params(parameters, [])
    except NegotiationError:
        return b""
    if agreed.local_max_window_bits != WINDOW_BITS:
        return b""
    return build_extension([(_STANDALONE.name, answer)]).encode()
