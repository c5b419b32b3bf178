"""What is wrong with the head of a request, before anybody is asked to answer it."""

from __future__ import annotations

from typing import Final

Headers = list[tuple[bytes, bytes]]

HEAD_BYTES: Final = 64 * 1024
MOST_BODY_BYTES: Final = 68 * 1024 * 1024
"""More than anything that is taken here."""


class BadRequest(Exception):
    """The status of the answer; the message says what was expected."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def check_head(
    method: bytes, target: bytes, version: str, headers: Headers, *, upgrade: bool
) -> None:
    """Raises BadRequest: RFC 9112 3.2 for `Host`, RFC 9110 7.8 for upgrades, and our own limits."""
    hosts = sum(name == b"host" for name, _ in headers)
    if hosts > 1 or (hosts == 0 and version == "1.1"):
        raise BadRequest(400, f"Expected one Host header, got {hosts}.")
    if upgrade and version != "1.1":
        raise BadRequest(400, f"Expected an upgrade in HTTP/1.1, got HTTP/{version}.")
    length = body_bytes(headers)
    if upgrade and length != 0:
        raise BadRequest(400, "Expected an upgrade without a body.")
    if length is not None and length > MOST_BODY_BYTES:
        raise BadRequest(413, f"Expected a body of at most {MOST_BODY_BYTES >> 20} MiB.")
    if head_bytes(method, target, headers) > HEAD_BYTES:
        raise BadRequest(431, f"Expected a head of at most {HEAD_BYTES >> 10} KiB.")


def body_bytes(headers: Headers) -> int | None:
    """How long the body is said to be; None where it comes in chunks."""
    length = 0
    for name, value in headers:
        if name == b"transfer-encoding":
            return None
        if name == b"content-length":
            length = int(value)  # the parser has seen that it is a number
    return length


def head_bytes(method: bytes, target: bytes, headers: Headers) -> int:
    """How long a head was on the wire, at least."""
    first = len(method) + len(target) + len(b"  HTTP/1.1\r\n")
    return first + sum(len(name) + len(value) + 4 for name, value in headers) + 2
