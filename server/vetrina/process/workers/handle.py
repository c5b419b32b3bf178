"""One worker as its parent sees it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from vetrina.process.workers.parent_link import FAILED, READY

LOOKS: Final = 10
"""A silence is so many looks in a row. Who was stopped for a while, as with the whole machine,
wakes to one look that was in vain and not to a long silence of its worker."""


class WorkerProcess:
    """A process at the other end of a tether."""

    def __init__(
        self,
        process: Process,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        ready: Callable[[], None],
    ) -> None:
        self._process = process
        self._reader = reader
        self._writer = writer
        self._ready = ready
        self.served = False
        self.complaint: str | None = None
        """The sentence of a worker that could not start."""

    @classmethod
    async def start(
        cls, command: Sequence[str], environment: Mapping[str, str], ready: Callable[[], None]
    ) -> WorkerProcess:
        """Start it; its last argument is the descriptor of its end. `ready`: it serves now.

        Raises OSError where the system has no process for it.
        """
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                process = await asyncio.create_subprocess_exec(
                    *(*command, str(theirs.fileno())),
                    env=environment,
                    stdin=DEVNULL,
                    pass_fds=[theirs.fileno()],
                    process_group=0,  # Ctrl+C is for the parent, which tells its workers
                )
        except BaseException:
            ours.close()
            raise
        reader, writer = await asyncio.open_connection(sock=ours)
        return cls(process, reader, writer, ready)

    def say(self, word: str) -> None:
        """Tell the worker something."""
        self._writer.write(f"{word}\n".encode())

    def stop(self) -> None:
        """Ask it to end, by both ways: it may not listen to signals yet."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        with contextlib.suppress(OSError):
            self._writer.write_eof()

    def kill(self) -> None:
        """End it."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def ended(self, silence_s: float) -> str:
        """Wait for its end, in words. One that is silent for so long is ended."""
        try:
            await self._listen(silence_s)
        except TimeoutError:
            self.kill()
            await self._process.wait()
            return f"has said nothing for {silence_s:g} s and was killed"
        finally:
            self._writer.close()
        return _how(await self._process.wait())

    async def _listen(self, silence_s: float) -> None:
        """Hear all that it says until its end. Raises TimeoutError for a silence."""
        quiet = 0
        while quiet < LOOKS:
            try:
                async with asyncio.timeout(silence_s / LOOKS):
                    line = await self._reader.readline()
            except TimeoutError:
                quiet += 1
                continue
            except OSError:
                return
            if not line:
                return
            quiet = 0
            self._hear(line.decode(errors="replace").strip())
        raise TimeoutError

    def _hear(self, words: str) -> None:
        word, _, rest = words.partition(" ")
        if word == READY:
            self.served = True
            self._ready()
        elif word == FAILED:
            self.complaint = rest


def _how(code: int) -> str:
    if code >= 0:
        return f"ended with code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"
