"""Imports that a server does in the background: one at a time, a few that wait, some remembered."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import BinaryIO, Final

from vetrina.clock import Clock
from vetrina.domain.errors import Refused
from vetrina.shop.imports.findings import UnreadableFile
from vetrina.shop.imports.held_products import Holding, kept_to
from vetrina.shop.imports.importing import Import, ImportingStore, PutEntries
from vetrina.shop.imports.job import ImportJob, WantedImport
from vetrina.shop.imports.reading_process import reading
from vetrina.store.errors import StoreError

logger = logging.getLogger(__name__)
# Each one that waits keeps its file on disk.
UNDER_WAY_MOST: Final = 4
KEPT_MOST: Final = 50
KEPT_MS: Final = 3_600_000
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


class ImportJobs:
    """The imports of this process."""

    def __init__(self, store: ImportingStore, clock: Clock, holding: Holding) -> None:
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
        """One that is under way, or was over not long ago."""
        return self._jobs.get(job_id)

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
            with contextlib.suppress(OSError):
                file.close()
            job.end(self._clock.now_ms(), failure)

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
                    # A show's own work goes between two steps of an import.
                    await asyncio.sleep(0)

    async def _currency(self) -> str:
        """The one of the catalogue's first products, for files that name none; else empty."""
        page = await self._store.product_page()
        found = {one.product.price.currency for one in page.items}
        return found.pop() if len(found) == 1 else ""
