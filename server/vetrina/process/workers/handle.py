"""Worker handle: one worker process as its parent sees it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from vetrina.process.workers.parent_link import FAILED, READY

SILENT_INTERVALS: Final = 10
"""A worker is silent after so many intervals in a row without a message. A parent that was itself
stopped for a while, as with the whole machine, wakes to one such interval and not to all."""
START_S: Final = 120.0
"""A worker's first message comes when it has loaded its modules; on a busy machine that is late."""


class WorkerProcess:
    """A process at the other end of a `ParentLink`."""

    def __init__(
        self,
        process: Process,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        on_ready: Callable[[], None],
    ) -> None:
        self._process = process
        self._reader = reader
        self._writer = writer
        self._on_ready = on_ready
        self.served = False
        self.failure: str | None = None
        """Why a worker could not start, as a sentence."""

    @classmethod
    async def start(
        cls, command: Sequence[str], environment: Mapping[str, str], on_ready: Callable[[], None]
    ) -> WorkerProcess:
        """Start it; its last argument is the descriptor of its end. `on_ready`: it serves now.

        Raises OSError where the system has no process for it.
        """
        parent_end, worker_end = socket.socketpair()
        try:
            with worker_end:
                process = await asyncio.create_subprocess_exec(
                    *(*command, str(worker_end.fileno())),
                    env=environment,
                    stdin=DEVNULL,
                    pass_fds=[worker_end.fileno()],
                    process_group=0,  # Ctrl+C is for the parent, which tells its workers
                )
        except BaseException:
            parent_end.close()
            raise
        reader, writer = await asyncio.open_connection(sock=parent_end)
        return cls(process, reader, writer, on_ready)

    def send(self, word: str) -> None:
        """Ask the worker for something."""
        self._writer.write(f"{word}\n".encode())

    def stop(self) -> None:
        """Ask it to end, by signal and by socket: it may not handle signals yet."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        with contextlib.suppress(OSError):
            self._writer.write_eof()

    def kill(self) -> None:
        """End it."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def wait(self, silence_s: float) -> str:
        """Wait for its end; how it ended, as text. One that is silent for so long is killed.

        Before its first message it has START_S, or `silence_s` where that is more.
        """
        try:
            limit_s = max(silence_s, START_S)
            while (message := await self._next_message(limit_s)) is not None:
                self._handle(message)
                limit_s = silence_s
        except TimeoutError:
            self.kill()
            await self._process.wait()
            return f"has said nothing for {limit_s:g} s and was killed"
        finally:
            self._writer.close()
        return _exit_text(await self._process.wait())

    async def _next_message(self, silence_s: float) -> str | None:
        """What it reports next; None at its end. Raises TimeoutError for a silence."""
        for _ in range(SILENT_INTERVALS):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(silence_s / SILENT_INTERVALS):
                    return await self._read_line()
        raise TimeoutError

    async def _read_line(self) -> str | None:
        try:
            line = await self._reader.readline()
        except OSError:
            return None
        return line.decode(errors="replace").strip() if line else None

    def _handle(self, message: str) -> None:
        word, _, rest = message.partition(" ")
        if word == READY:
            self.served = True
            self._on_ready()
        elif word == FAILED:
            self.failure = rest


def _exit_text(code: int) -> str:
    if code >= 0:
        return f"ended with code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"
