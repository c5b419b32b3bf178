"""Imports that a server does in the background: one at a time, a few that wait, some remembered."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from typing import Any, BinaryIO, Final, Protocol

import orjson

from vetrina.clock import Clock
from vetrina.domain.errors import Refused
from vetrina.shop.imports.findings import UnreadableFile
from vetrina.shop.imports.held_products import Holding, kept_to
from vetrina.shop.imports.importing import Import, ImportingStore, PutEntries
from vetrina.shop.imports.job import ImportJob, WantedImport
from vetrina.shop.imports.outcome import imported
from vetrina.shop.imports.reading_process import reading
from vetrina.store.errors import StoreError
from vetrina.store.ports.import_jobs import ImportJobStore, ToldImport

logger = logging.getLogger(__name__)
# Each one that waits keeps its file on disk.
UNDER_WAY_MOST: Final = 4
# A show's own work goes between two steps of an import.
BREATH_S: Final = 0.002
KEPT_MOST: Final = 50
KEPT_MS: Final = 3_600_000
TELL_S: Final = 1.0
SILENT_MS: Final = 30_000
_STOPPED: Final = "The server was stopped. Import the same file again: it goes on from there."
_MISTAKE: Final = "The server made a mistake; its log says more. What was written before it stays."

Fill = Callable[[BinaryIO], Awaitable[None]]
"""Gets a file from elsewhere. Raises UnreadableFile."""


class TooManyImports(Exception):
    """So many are under way that another one has to come later."""

    def __init__(self) -> None:
        super().__init__(
            f"{UNDER_WAY_MOST} imports are under way already. Wait until one of them is done."
        )


class JobStore(ImportingStore, ImportJobStore, Protocol):
    """What imports in the background need of the store."""


class ImportJobs:
    """The imports of this process, and what others tell of theirs."""

    def __init__(self, store: JobStore, clock: Clock, holding: Holding) -> None:
        self._store = store
        self._clock = clock
        self._holding = holding
        self._turn = asyncio.Lock()
        self._jobs: dict[str, ImportJob] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def start(
        self, wanted: WantedImport, file: BinaryIO, put: PutEntries, fill: Fill | None = None
    ) -> ImportJob:
        """Import a file, which is closed in the end. Raises TooManyImports.

        With `fill` the file is empty and is got first.
        """
        if len(self._tasks) >= UNDER_WAY_MOST:
            raise TooManyImports
        job = ImportJob(secrets.token_hex(8), wanted.dry_run)
        self._forget()
        self._jobs[job.id] = job
        task = asyncio.create_task(self._run(job, wanted, file, put, fill))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return job

    def find(self, job_id: str) -> ImportJob | None:
        """One of this process that is under way, or was over not long ago."""
        return self._jobs.get(job_id)

    async def told(self, job_id: str) -> dict[str, Any] | None:
        """What is told of an import, of whichever process; None where nobody remembers it.

        One that nobody has told of for a while was ended with its process.
        """
        if job_id in self._jobs:
            return asdict(imported(self._jobs[job_id]))
        now, found = self._clock.now_ms(), await self._store.told_import(job_id)
        if found is None or found.told_at < now - KEPT_MS:
            return None
        told: dict[str, Any] = orjson.loads(found.told)
        if told["status"] == "running" and found.told_at < now - SILENT_MS:
            told.update(status="failed", detail=_STOPPED)
        return told

    async def close(self) -> None:
        """Stop what is under way, and wait until it is."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _forget(self) -> None:
        """Make room: of those that are over the oldest go first."""
        before = self._clock.now_ms() - KEPT_MS
        over = [job for job in self._jobs.values() if job.ended_at is not None]
        too_many = len(self._jobs) - KEPT_MOST
        for number, job in enumerate(over):
            if number <= too_many or (job.ended_at or 0) < before:
                del self._jobs[job.id]

    async def _run(
        self,
        job: ImportJob,
        wanted: WantedImport,
        file: BinaryIO,
        put: PutEntries,
        fill: Fill | None,
    ) -> None:
        failure: str | None = _STOPPED
        telling = asyncio.create_task(self._keep_telling(job))
        try:
            async with self._turn:
                if fill is not None:
                    await fill(file)
                await self._import(job, wanted, file, put)
            failure = None
        except UnreadableFile as error:
            failure = str(error)
        except Refused as error:
            failure = error.message
        except StoreError as error:
            failure = f"The database took no more of it: {error}"
        except Exception:
            logger.exception("An import failed")
            failure = _MISTAKE
        finally:
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)
            with contextlib.suppress(OSError):
                file.close()
            job.end(self._clock.now_ms(), failure)
            await self._tell(job)
            job.over.set()

    async def _tell(self, job: ImportJob) -> None:
        """For other processes; that the store cannot write it now is no reason to stop."""
        now = self._clock.now_ms()
        told = ToldImport(job.id, now, orjson.dumps(imported(job)))
        with contextlib.suppress(StoreError):
            await self._store.tell_import(told, now - KEPT_MS)

    async def _keep_telling(self, job: ImportJob) -> None:
        while True:
            await self._tell(job)
            await asyncio.sleep(TELL_S)

    async def _import(
        self, job: ImportJob, wanted: WantedImport, file: BinaryIO, put: PutEntries
    ) -> None:
        options = wanted.reading
        if not options.currency:
            options = replace(options, currency=await self._currency())
        work = Import(self._store, wanted.apply, None if wanted.dry_run else put, job.watch)
        job.report = work.report
        async with reading(file, options, wanted.format) as process:
            job.described = process.described
            async for some in process.findings():
                allowed = await kept_to(self._holding, some)
                job.expect(allowed)
                async for _ in work.run(iter(allowed)):
                    await asyncio.sleep(BREATH_S)

    async def _currency(self) -> str:
        """The one of the catalogue's first products, for files that name none; else empty."""
        page = await self._store.product_page()
        found = {one.product.price.currency for one in page.items}
        return found.pop() if len(found) == 1 else ""
