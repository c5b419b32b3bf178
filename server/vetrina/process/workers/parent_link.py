"""The line between a worker and the process that started it, as the worker sees it.

The worker says when it serves and that it is alive; the parent asks it to welcome. The line's end
is the parent's: however it dies, the system closes the line, and the worker ends too.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from typing import Final

READY: Final = "ready"
BEAT: Final = "beat"
FAILED: Final = "failed"
"""What the worker says; after the last word stands a sentence."""
WELCOME: Final = "welcome"
"""What the parent says: print the links."""
BEAT_S: Final = 1.0
MOST_BYTES: Final = 4096


class ParentLink:
    """Never waits: a parent that does not read must not stop its workers."""

    def __init__(self, line: socket.socket) -> None:
        line.setblocking(False)
        self._line = line
        self._asked: Callable[[], None] = lambda: None
        self._ended: Callable[[], None] = lambda: None
        self._beating: asyncio.TimerHandle | None = None

    def say(self, *words: str) -> None:
        """Tell the parent something, if it listens."""
        line = " ".join(" ".join(words).split())
        with contextlib.suppress(OSError):
            self._line.send(line.encode()[: MOST_BYTES - 1] + b"\n")

    def hold(self, ended: Callable[[], None]) -> None:
        """Beat from now on, and call this at the parent's end, or when it lets go."""
        self._ended = ended
        asyncio.get_running_loop().add_reader(self._line.fileno(), self._hear)
        self._beat()

    def on_welcome(self, asked: Callable[[], None]) -> None:
        """Call this when the parent asks for the links."""
        self._asked = asked

    def let_go(self) -> None:
        """Say and hear nothing more."""
        if self._beating is not None:
            self._beating.cancel()
        asyncio.get_running_loop().remove_reader(self._line.fileno())

    def _hear(self) -> None:
        try:
            data = self._line.recv(MOST_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if WELCOME.encode() in data:
            self._asked()
        if not data:
            asyncio.get_running_loop().remove_reader(self._line.fileno())
            self._ended()

    def _beat(self) -> None:
        self.say(BEAT)
        self._beating = asyncio.get_running_loop().call_later(BEAT_S, self._beat)
