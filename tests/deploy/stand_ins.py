"""Processes that a proxy may find instead of a server: dead, dying, or not ready."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

UNREADY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
CONTENT = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
NOTHING = b""
"""It takes the request and dies before it answers."""


class StandIn:
    """Gives every request the same answer and remembers their heads.

    `seems_well`: who asks after its health is told that all is well, and not remembered.
    """

    def __init__(self, answer: bytes, *, seems_well: bool = False) -> None:
        self.heads: list[str] = []
        self._answer = answer
        self._seems_well = seems_well
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """From now on its port refuses."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                head = b"".join(iter(stream.readline, b"\r\n")).decode()
                if self._seems_well and head.startswith(("GET /healthz ", "GET /readyz ")):
                    connection.sendall(CONTENT)
                    continue
                self.heads.append(head)
                length = next(
                    (line[15:] for line in head.lower().split("\r\n")
                     if line.startswith("content-length:")), "0",
                )  # fmt: skip
                stream.read(int(length))
                connection.sendall(self._answer)


@contextmanager
def stand_in(answer: bytes, *, seems_well: bool = False) -> Iterator[StandIn]:
    """A stand-in for the block."""
    one = StandIn(answer, seems_well=seems_well)
    try:
        yield one
    finally:
        one.close()


def dead_port() -> int:
    """A port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port
