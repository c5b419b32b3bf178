"""Parent-death detection: a worker's end of the socket pair that it shares with its parent.

The worker reports that it serves and that it is alive; the parent asks it to print the banner.
However the parent dies, the system closes its end of the socket, and the worker ends too.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from typing import Final

READY: Final = "ready"
HEARTBEAT: Final = "beat"
FAILED: Final = "failed"
"""What the worker reports; a sentence follows the last one."""
BANNER: Final = "banner"
"""What the parent asks for: print the links."""
HEARTBEAT_S: Final = 1.0
MESSAGE_MAX_BYTES: Final = 4096


class ParentLink:
    """Never blocks: a parent that does not read must not stop its workers."""

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self._connection = connection
        self._on_banner: Callable[[], None] = lambda: None
        self._on_end: Callable[[], None] = lambda: None
        self._heartbeat: asyncio.TimerHandle | None = None

    def send(self, *words: str) -> None:
        """Report something to the parent; dropped where it does not read."""
        line = " ".join(" ".join(words).split())
        with contextlib.suppress(OSError):
            self._connection.send(line.encode()[: MESSAGE_MAX_BYTES - 1] + b"\n")

    def open(self, on_end: Callable[[], None]) -> None:
        """Send heartbeats from now on; `on_end` is called when the parent ends or closes."""
        self._on_end = on_end
        asyncio.get_running_loop().add_reader(self._connection.fileno(), self._receive)
        self._beat()

    def on_banner(self, asked: Callable[[], None]) -> None:
        """Call this when the parent asks for the links."""
        self._on_banner = asked

    def close(self) -> None:
        """Neither send nor receive any more."""
        if self._heartbeat is not None:
            self._heartbeat.cancel()
        asyncio.get_running_loop().remove_reader(self._connection.fileno())

    def _receive(self) -> None:
        try:
            data = self._connection.recv(MESSAGE_MAX_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if BANNER.encode() in data:
            self._on_banner()
        if not data:
            asyncio.get_running_loop().remove_reader(self._connection.fileno())
            self._on_end()

    def _beat(self) -> None:
        self.send(HEARTBEAT)
        self._heartbeat = asyncio.get_running_loop().call_later(HEARTBEAT_S, self._beat)
