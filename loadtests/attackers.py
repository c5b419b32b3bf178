"""What strangers send: `python -m loadtests.attackers NAME PORT SECONDS`, a process of its own.

It ends by itself, goes to 127.0.0.1 only, and has the lowest priority: an attacker's processor is
not the server's. With `--tls` it speaks to a reverse proxy. Says how much it sent.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from typing import Final

SENDERS: Final = 12
TIMEOUT_S: Final = 1.0
HOST: Final = b"Host: 127.0.0.1\r\n"
HANDSHAKE: Final = (
    b"GET /ws HTTP/1.1\r\n" + HOST + b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
    b"X-Forwarded-For: 203.0.113.7\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Attack:
    """Where to, until when, and what was sent."""

    def __init__(self, port: int, until: float, *, tls: bool) -> None:
        self._port = port
        self._tls = ssl.create_default_context() if tls else None
        if self._tls is not None:
            self._tls.check_hostname, self._tls.verify_mode = False, ssl.CERT_NONE
        self.until = until
        self.bytes = self.connections = self.requests = 0

    def dial(self) -> socket.socket:
        """One more connection. Raises OSError."""
        made = socket.create_connection(("127.0.0.1", self._port), timeout=TIMEOUT_S)
        self.connections += 1
        return made if self._tls is None else self._tls.wrap_socket(made)

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self.until

    def flood(self, head: bytes, again: bytes) -> None:
        """Send for ever and never read; dial again when the server hangs up."""
        while not self.over:
            with suppress(OSError), self.dial() as made:
                made.sendall(head)
                while not self.over:
                    with suppress(TimeoutError):
                        self.bytes += made.send(again)
            time.sleep(0.01)

    def hold(self, many: int, begin: bytes) -> None:
        """Open so many connections, begin something on each, and send no more."""
        with ExitStack() as stack:
            while not self.over:
                if self.connections < many:
                    with suppress(OSError):
                        stack.enter_context(self.dial()).sendall(begin)
                        self.bytes += len(begin)
                else:
                    time.sleep(0.05)

    def ask(self, requests: Iterator[bytes]) -> None:
        """One request after the other, each answer read."""
        while not self.over:
            with suppress(OSError), self.dial() as made:
                while not self.over:
                    made.sendall(next(requests))
                    self.requests += 1
                    if not made.recv(65_536):
                        break


def _wrong_keys() -> Iterator[bytes]:
    while True:
        key = f"ctl_{secrets.token_urlsafe(24)}".encode()
        yield (
            b"GET /api/v1/shows HTTP/1.1\r\n" + HOST + b"Authorization: Bearer " + key + b"\r\n\r\n"
        )


def _unsigned() -> Iterator[bytes]:
    name = os.environ.get("ATTACKED_CONNECTION", "nobody").encode()
    body = b'{"type":"purchase.confirmed"}'
    while True:
        yield b"POST /webhooks/%b HTTP/1.1\r\n%bContent-Length: %d\r\n\r\n%b" % (
            name, HOST, len(body), body,
        )  # fmt: skip


_CHUNKED: Final = HOST + b"Transfer-Encoding: chunked\r\n\r\n"
_HALF_BODY: Final = b"POST /webhooks/nobody HTTP/1.1\r\n" + HOST + b"Content-Length: 9000\r\n\r\n{"
ATTACKS: Final[dict[str, tuple[int, Callable[[Attack], None], str]]] = {
    "pipelined requests": (
        SENDERS,
        lambda one: one.flood(b"", b"GET / HTTP/1.1\r\n%b\r\n" % HOST * 2_000),
        "12 connections that send GET without end and read no answer",
    ),
    "tiny chunks": (
        SENDERS,
        lambda one: one.flood(b"POST /nothing HTTP/1.1\r\n" + _CHUNKED, b"1\r\na\r\n" * 10_000),
        "12 connections with a body of chunks of one byte, without end",
    ),
    "unwanted body": (
        SENDERS,
        lambda one: one.flood(
            b"POST /api/v1/products HTTP/1.1\r\n" + _CHUNKED,
            b"10000\r\n" + b"x" * 65_536 + b"\r\n",
        ),
        "12 connections that go on with a body after a 401, without end",
    ),
    "half heads": (
        1,
        lambda one: one.hold(700, b"GET / HT"),
        "700 connections with half a request line",
    ),
    "half bodies": (
        1,
        lambda one: one.hold(700, _HALF_BODY),
        "700 connections with the first byte of a body",
    ),
    "silent sockets": (
        1,
        lambda one: one.hold(700, HANDSHAKE),
        "700 sockets of one address that never say hello",
    ),
    "wrong keys": (4, lambda one: one.ask(_wrong_keys()), "4 connections that try keys"),
    "unsigned deliveries": (
        4,
        lambda one: one.ask(_unsigned()),
        "4 connections that post to a webhook address without a signature",
    ),
}


def main() -> None:
    """Attack, then tell what was sent, as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=ATTACKS)
    parser.add_argument("port", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("--tls", action="store_true")
    options = parser.parse_args()
    os.nice(19)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    senders, act, _ = ATTACKS[options.name]
    attack = Attack(options.port, time.monotonic() + options.seconds, tls=options.tls)
    threads = [threading.Thread(target=act, args=(attack,), daemon=True) for _ in range(senders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(options.seconds + 5 * TIMEOUT_S)
    told = {
        "bytes": attack.bytes,
        "connections": attack.connections,
        "requests": attack.requests,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
