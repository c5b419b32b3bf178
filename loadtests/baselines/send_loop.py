"""The floor: after the handshake, nothing but `send()` in a loop. No library, no event loop."""

from __future__ import annotations

import selectors
import socket

from loadtests.baselines.event import FIRE, Events
from loadtests.baselines.serve import listen
from loadtests.swarm.framing import ACCEPT, CLOSE, TEXT, server_frame

ANSWER = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: " + ACCEPT + b"\r\n\r\n"
)


class Raw:
    """One thread, one selector, a list of sockets."""

    def __init__(self, listening: socket.socket) -> None:
        self._listening = listening
        self._selector = selectors.DefaultSelector()
        self._selector.register(listening, selectors.EVENT_READ)
        self._members: dict[socket.socket, None] = {}
        self._events = Events()

    def run(self) -> None:
        """Serve until killed."""
        while True:
            for key, _ in self._selector.select():
                sock = key.fileobj
                assert isinstance(sock, socket.socket)
                if sock is self._listening:
                    self._accept()
                else:
                    self._read(sock)

    def broadcast(self, text: str) -> None:
        """The loop that everything is compared with."""
        frame = server_frame(TEXT, self._events.encoded(text))
        for sock in self._members:
            sock.send(frame)

    def _accept(self) -> None:
        sock, _ = self._listening.accept()
        sock.setblocking(False)
        self._selector.register(sock, selectors.EVENT_READ)

    def _read(self, sock: socket.socket) -> None:
        try:
            data = sock.recv(65536)
        except OSError:
            data = b""
        if data.startswith(b"GET "):
            sock.send(ANSWER)
            self._members[sock] = None
        elif not data or data[0] & 0x0F == CLOSE:
            self._members.pop(sock, None)
            self._selector.unregister(sock)
            sock.close()
        else:
            self._heard(data)

    def _heard(self, data: bytes) -> None:
        """Small whole frames, masked with zeros: they come from our own swarm."""
        while data:
            size, start = data[1] & 0x7F, 6
            if size == 126:
                size, start = int.from_bytes(data[2:4], "big"), 8
            text, data = data[start : start + size].decode(), data[start + size :]
            if text.startswith(FIRE):
                self.broadcast(text.removeprefix(FIRE))


if __name__ == "__main__":
    with listen() as listening:
        listening.setblocking(False)
        Raw(listening).run()
