"""Start guard: a signal that comes before the server handles signals still ends it."""

from __future__ import annotations

import asyncio
import contextlib
import signal

import uvicorn

from vetrina.process.shutdown import HARD_EXIT_S, end_within


class StartGuard:
    """Until uvicorn handles signals, one of them, or the parent's end, cancels the start.

    After that a signal only repeats that the server ends: uvicorn raises them again when it is
    done, and what is open must still be closed then.
    """

    def __init__(self) -> None:
        self._task = asyncio.current_task()
        self._loop = asyncio.get_running_loop()
        self._server: uvicorn.Server | None = None
        signal.signal(signal.SIGTERM, self._signal)

    def done(self, server: uvicorn.Server) -> None:
        """The start is over: from now on it is the server that ends."""
        self._server = server

    def cancel(self) -> None:
        """End: the start where it is still under way, else the server."""
        if self._server is not None:
            self._server.should_exit = True
        elif self._task is not None:
            end_within(HARD_EXIT_S)
            self._task.cancel()

    def _signal(self, *_: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nothing is left to end
            self._loop.call_soon_threadsafe(self.cancel)
