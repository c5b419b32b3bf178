"""HTTP calls from within the swarm's loop, over connections that stay open."""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle
from typing import Any, Final

import orjson

from loadtests.swarm.event_loop import EventLoop
from loadtests.swarm.protocols import now_ns


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, and the moments of its request and of its last byte."""

    status: int
    body: bytes
    sent_ns: int
    answered_ns: int

    def json(self) -> Any:
        """The body."""
        return orjson.loads(self.body)


AGAIN_S: Final = 0.1
OnAnswer = Callable[[Answered], None]


class CallFailed(Exception):
    """The server did not answer as it should; the message has its words."""


class HttpClient:
    """One keep-alive connection; requests on it are answered in order."""

    def __init__(self, loop: EventLoop, host: str, port: int, key: str) -> None:
        self._loop = loop
        self._where = (host, port)
        self._key = key
        self._sock: socket.socket | None = None
        self._buffer = b""
        self._waiting: deque[tuple[int, OnAnswer, bytes]] = deque()
        self._retried = False

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return bool(self._waiting)

    def post(self, path: str, body: bytes, on_answer: OnAnswer, idempotency_key: str = "") -> None:
        """Send a request; the answer is handed over by the loop."""
        host, port = self._where
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Bearer {self._key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        )
        if idempotency_key:
            head += f"Idempotency-Key: {idempotency_key}\r\n"
        request = head.encode() + b"\r\n" + body
        self._waiting.append((now_ns(), on_answer, request))
        self._send(request)

    def _send(self, request: bytes) -> None:
        try:
            self._connection().sendall(request)
        except OSError:
            self._resend()

    def ready(self, *, writing: bool) -> None:
        """A part of an answer came."""
        try:
            data = self._connection().recv(256 * 1024)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._resend()
            return
        self._buffer += data
        while (found := _answer(self._buffer)) is not None:
            status, body, end = found
            self._buffer = self._buffer[end:]
            sent_ns, on_answer, _ = self._waiting.popleft()
            self._retried = False
            on_answer(Answered(status, body, sent_ns, now_ns()))

    def close(self) -> None:
        """Close."""
        self._waiting.clear()
        self._close()

    def _connection(self) -> socket.socket:
        """The open connection, or a new one."""
        if self._sock is None:
            self._sock = socket.create_connection(self._where)
            self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sock.setblocking(False)
            self._loop.watch(self, self._sock, writing=False)
        return self._sock

    def _close(self) -> None:
        if self._sock is not None:
            self._loop.ignore(self._sock)
            self._sock.close()
            self._sock, self._buffer = None, b""

    def _resend(self) -> None:
        """Servers close idle connections. Requests of that moment are sent once more."""
        self._close()
        if not self._waiting:
            return
        if self._retried:
            raise CallFailed("the server hung up in the middle of a call, twice")
        self._retried = True
        self._connection().sendall(b"".join(request for *_, request in self._waiting))


class PatientClient(HttpClient):
    """Comes back to a server that was killed, and sends again what has no answer."""

    _away = False

    def _send(self, request: bytes) -> None:
        if not self._away:
            super()._send(request)

    def _resend(self) -> None:
        self._close()
        if self._waiting and not self._away:
            self._away = True
            self._loop.later(AGAIN_S, self._come_back)

    def _come_back(self) -> None:
        self._away = False
        if self._waiting:
            self._send(b"".join(request for *_, request in self._waiting))


class HttpClients:
    """Several connections side by side, for calls that shall not wait for each other."""

    def __init__(
        self, loop: EventLoop, host: str, port: int, key: str, connections: int = 20
    ) -> None:
        self._clients = [HttpClient(loop, host, port, key) for _ in range(connections)]
        self._next_client = cycle(self._clients)

    def post(self, path: str, body: Any, on_answer: OnAnswer | None = None) -> None:
        """Send a request on the next one. An answer that is no success raises in the loop."""
        next(self._next_client).post(path, orjson.dumps(body), on_answer or _expect_success)

    @property
    def busy(self) -> bool:
        """Whether any answer is still to come."""
        return any(client.busy for client in self._clients)

    def close(self) -> None:
        """Close."""
        for client in self._clients:
            client.close()


def _expect_success(answered: Answered) -> None:
    if answered.status >= 300:
        raise CallFailed(f"HTTP {answered.status}: {answered.body[:300].decode(errors='replace')}")


def _answer(buffer: bytes) -> tuple[int, bytes, int] | None:
    """Status, body and end of the first whole answer. Only answers with a length are understood."""
    head, found, rest = buffer.partition(b"\r\n\r\n")
    if not found:
        return None
    fields = head.lower().split(b"\r\n")
    lengths = [int(field.partition(b":")[2]) for field in fields if b"content-length:" in field]
    if not lengths:
        raise CallFailed(f"expected an answer with a content-length, got {head[:200]!r}")
    if len(rest) < lengths[0]:
        return None
    return int(head.split(b" ", 2)[1]), rest[: lengths[0]], len(head) + 4 + lengths[0]
