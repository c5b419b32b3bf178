"""Worker pool: a parent that starts several processes behind one port, watches and restarts them.

Each worker is a whole server with a listening socket of its own on the same port (SO_REUSEPORT).
The parent serves nobody: it holds the data directory, migrates the schema before any worker starts,
runs the Valkey server that the workers talk over where no other is given, and starts again what
dies or freezes.
"""

from __future__ import annotations

import asyncio
import logging
import random
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from vetrina.app import store_of
from vetrina.backoff import Backoff
from vetrina.process.listeners import reserved
from vetrina.process.runner import log_to_console, longest_stop_s
from vetrina.process.workers.handle import WorkerProcess
from vetrina.process.workers.local_broker import EmbeddedValkey, NoValkey, valkey_program
from vetrina.process.workers.parent_link import BANNER
from vetrina.settings import Settings, environment_of

logger = logging.getLogger(__name__)
PROGRAM: Final = (sys.executable, "-P", "-m", "vetrina.process.workers")
BACKOFF_MIN_S: Final = 0.5
BACKOFF_MAX_S: Final = 30.0
HEALTHY_S: Final = 60.0
SPARE_S: Final = 2.0
SAME_REQUEST_S: Final = 0.5
"""Signals this close are one request: from a terminal and from the program that started us."""


class CannotServe(Exception):
    """No worker can start; the message is the sentence of the first one that could not."""


def run_workers(settings: Settings) -> None:
    """Serve with several workers until a signal comes. Raises CannotServe and what a start raises.

    Also StoreUnusable and CannotListen, before any worker is started.
    """
    log_to_console(settings)
    if not hasattr(socket, "SO_REUSEPORT"):
        raise CannotServe("This system cannot share a port between processes: leave --workers out.")
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    signals = Signals()
    async with prepared(settings) as (shared, folder):
        others = settings.redis is not None
        await WorkerPool(shared, folder, others=others).run(signals)


@asynccontextmanager
async def prepared(settings: Settings) -> AsyncIterator[tuple[Settings, Path]]:
    """What all workers need: the data directory, a port, a folder, a broker."""
    async with AsyncExitStack() as stack:
        store = store_of(settings)
        await store.open()
        stack.push_async_callback(store.close)
        await store.encrypt_secrets()
        port = stack.enter_context(reserved(settings.host, settings.port))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vetrina-")))
        given: dict[str, object] = {"port": port}
        if settings.redis is None:
            valkey = await _broker(folder, stack)
            given["redis"] = SecretStr(valkey.url)
        yield settings.model_copy(update=given), folder


async def _broker(folder: Path, stack: AsyncExitStack) -> EmbeddedValkey:
    try:
        valkey = EmbeddedValkey(folder, valkey_program())
        stack.push_async_callback(valkey.close)
        await valkey.open()
    except NoValkey as error:
        raise CannotServe(str(error)) from error
    return valkey


class Signals:
    """SIGTERM and SIGINT: the first asks to end, the second to end at once."""

    def __init__(self) -> None:
        self.stop = asyncio.Event()
        self.forced = asyncio.Event()
        self._stop_at = 0.0
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.receive)

    def receive(self) -> None:
        """One of them was received."""
        now = asyncio.get_running_loop().time()
        if self.stop.is_set() and now - self._stop_at > SAME_REQUEST_S:
            self.forced.set()
        elif not self.stop.is_set():
            self._stop_at = now
            self.stop.set()


class WorkerPool:
    """The workers of one server."""

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        *,
        others: bool,
        silence_s: float = 30.0,
        program: Sequence[str] = PROGRAM,
    ) -> None:
        self._program = program
        self._settings = settings
        self._folder = folder
        self._others = others
        self._silence_s = silence_s
        self._running: dict[int, WorkerProcess] = {}
        self._all_ready = asyncio.Event()
        self._stopping = False

    async def run(self, signals: Signals) -> None:
        """Until a signal comes. Raises CannotServe."""
        supervisors = [
            asyncio.create_task(self._supervise(number), name=f"worker {number}")
            for number in range(self._settings.workers)
        ]
        stop = asyncio.create_task(signals.stop.wait())
        try:
            done, _ = await asyncio.wait({stop, *supervisors}, return_when=asyncio.FIRST_COMPLETED)
            for supervisor in done - {stop}:
                supervisor.result()
        finally:
            stop.cancel()
            await self._stop(supervisors, signals)

    async def _supervise(self, number: int) -> None:
        """Start one worker again and again."""
        backoff = Backoff(BACKOFF_MIN_S, BACKOFF_MAX_S, random.random, healthy_s=HEALTHY_S)
        while not self._stopping:
            worker = await self._start_with_retries(number, backoff)
            began = asyncio.get_running_loop().time()
            how = await worker.wait(self._silence_s)
            del self._running[number]
            if self._stopping:
                return
            if not worker.served and not self._any_serves():
                raise CannotServe(worker.failure or f"Worker {number} {how} before it served.")
            pause_s = backoff.next_s(asyncio.get_running_loop().time() - began)
            why = f" ({worker.failure})" if worker.failure else ""
            logger.error(
                "Worker %d %s%s. It is started again in %.1f s.", number, how, why, pause_s
            )
            await asyncio.sleep(pause_s)

    async def _start_with_retries(self, number: int, backoff: Backoff) -> WorkerProcess:
        """Where the system has no process to give, the others serve on."""
        while True:
            try:
                return await self._start(number)
            except OSError as error:
                if not self._any_serves():
                    raise CannotServe(f"Worker {number} cannot be started: {error}.") from error
                pause_s = backoff.next_s()
                logger.error(
                    "Worker %d cannot be started (%s). Trying again in %.1f s.",
                    *(number, error, pause_s),
                )
                await asyncio.sleep(pause_s)

    async def _start(self, number: int) -> WorkerProcess:
        others = "others" if self._others else "alone"
        worker = await WorkerProcess.start(
            [*self._program, str(number), str(self._folder), others],
            environment_of(self._settings),
            self._on_ready,
        )
        self._running[number] = worker
        if self._stopping:
            worker.stop()
        return worker

    def _on_ready(self) -> None:
        served = [worker.served for worker in self._running.values()]
        if self._all_ready.is_set() or served.count(True) < self._settings.workers:
            return
        self._all_ready.set()
        self._running[0].send(BANNER)

    def _any_serves(self) -> bool:
        """A start that fails at the very beginning is everybody's failure."""
        serving = any(worker.served for worker in self._running.values())
        return serving and self._all_ready.is_set()

    async def _stop(self, supervisors: list[asyncio.Task[None]], signals: Signals) -> None:
        """Ask all to end, and end what has not ended in time or when a second signal comes."""
        self._stopping = True
        for worker in self._running.values():
            worker.stop()
        for supervisor, number in zip(supervisors, range(len(supervisors)), strict=True):
            if number not in self._running:
                supervisor.cancel()
        forced = asyncio.create_task(signals.forced.wait())
        ended = asyncio.ensure_future(asyncio.wait(supervisors))
        await asyncio.wait(
            {forced, ended},
            timeout=longest_stop_s(self._settings) + SPARE_S,
            return_when=asyncio.FIRST_COMPLETED,
        )
        for number, worker in self._running.items():
            if not signals.forced.is_set():
                logger.warning("Worker %d has not ended in time and is killed.", number)
            worker.kill()
        forced.cancel()
        await ended
