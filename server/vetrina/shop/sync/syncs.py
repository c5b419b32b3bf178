"""Reading all products of a connected shop: begin, progress, result, and again every few hours.

Every page is kept before the next one is asked for, so that a reading goes on after a restart. What
the shop has no more is asked for by name before it is archived: a page may have skipped it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from vetrina.clock import Clock
from vetrina.connectors.catalogues.port import Catalogue, CataloguePage, LeftOut, Place
from vetrina.connectors.polling import Access, PollFailed
from vetrina.domain.errors import InvalidValue
from vetrina.shop.sync.following import Following
from vetrina.shop.sync.ports import SyncingStore
from vetrina.shop.sync.taking_in import TakingIn
from vetrina.store.ports.connections import Connection
from vetrina.store.ports.syncs import Sync

logger = logging.getLogger(__name__)
AGAIN_MS: Final = 6 * 3_600_000
"""A delivery may be lost, and a shop switches an address off that does not answer."""
RETRY_MS: Final = 10 * 60_000
LOOK_EVERY_MS: Final = 10_000
STALE_MS: Final = 120_000
"""Whoever read has stopped: no page takes so long."""
PROBLEMS_KEPT: Final = 20
ASKED_AT_ONCE: Final = 100
OWN_FAULT: Final = "this server could not keep what it read; its log says more"


class NoKey(LookupError):
    """The connection has no key to ask its shop with."""


class Syncs:
    """The syncs of this installation."""

    def __init__(
        self,
        store: SyncingStore,
        clock: Clock,
        catalogues: Mapping[str, Catalogue],
        taking_in: TakingIn,
    ) -> None:
        self._store = store
        self._clock = clock
        self._catalogues = catalogues
        self._taking_in = taking_in
        self._readings: dict[str, asyncio.Task[None]] = {}
        self.following = Following(store, clock, catalogues, taking_in)

    async def begin(self, connection: Connection, *, keep: bool) -> Sync:
        """Read all products; the answer comes at once. Raises NoKey, InvalidValue.

        One that is under way goes on.
        """
        if connection.kind not in self._catalogues:
            kinds = " and ".join(sorted(self._catalogues))
            raise InvalidValue("", f"only {kinds} connections have products that can be read")
        if await self._access(connection.id) is None:
            raise NoKey(connection.id)
        known, now = await self._store.sync(connection.id), self._clock.now_ms()
        if known is not None and known.status == "running" and now - known.moved_at < STALE_MS:
            sync = replace(known, keep=keep)
            await self._store.put_sync(sync)
            return sync
        sync = _new_round(known, connection.id, now, keep=keep)
        await self._store.put_sync(sync)
        self._start(connection, sync)
        return sync

    async def of(self, connection_id: str) -> Sync | None:
        """How the sync of a connection stands; None where there is none."""
        return await self._store.sync(connection_id)

    async def all(self) -> dict[str, Sync]:
        """All syncs by connection."""
        return {sync.connection: sync for sync in await self._store.syncs()}

    async def stop(self, connection_id: str) -> bool:
        """Read and follow no more; what was brought in stays. False where there is no sync."""
        await self._cancel(connection_id)
        return await self._store.remove_sync(connection_id)

    async def settled(self, connection_id: str) -> None:
        """Return when nothing of this connection is being read in this process."""
        if connection_id in self._readings:
            await asyncio.wait({self._readings[connection_id]})
        await self.following.settled(connection_id)

    async def run(self) -> None:
        """Go on with what was interrupted, and read again every few hours, until cancelled."""
        try:
            while True:
                await self._begin_due()
                await self._clock.sleep_until(self._clock.now_ms() + LOOK_EVERY_MS)
        finally:
            await self.close()

    async def close(self) -> None:
        """End the readings under way; they go on where they were after the next start."""
        for connection_id in list(self._readings):
            await self._cancel(connection_id)
        await self.following.close()

    async def _begin_due(self) -> None:
        now = self._clock.now_ms()
        for sync in await self._store.syncs():
            connection = await self._store.connection(sync.connection)
            if connection is None or connection.id in self._readings:
                continue
            if sync.status == "running" and now - sync.moved_at >= STALE_MS:
                self._start(connection, sync)
            elif sync.keep and now >= _due_at(sync):
                again = _new_round(sync, connection.id, now, keep=True)
                await self._store.put_sync(again)
                self._start(connection, again)
            elif sync.keep:
                await self.following.look_after_deals(connection)

    def _start(self, connection: Connection, sync: Sync) -> None:
        reading = asyncio.create_task(self._read(connection, sync), name=f"sync {connection.id}")
        self._readings[connection.id] = reading
        reading.add_done_callback(partial(self._ended, connection.id))

    def _ended(self, connection_id: str, reading: asyncio.Task[None]) -> None:
        if self._readings.get(connection_id) is reading:
            del self._readings[connection_id]
        if not reading.cancelled() and (error := reading.exception()) is not None:
            logger.error("the sync of %s: %s", connection_id, type(error).__name__)

    async def _cancel(self, connection_id: str) -> None:
        reading = self._readings.get(connection_id)
        if reading is not None:
            reading.cancel()
            await asyncio.wait({reading})

    async def _access(self, connection_id: str) -> Access | None:
        poll = await self._store.poll(connection_id)
        return None if poll is None else Access(poll.address, poll.key, poll.secret)

    async def _read(self, connection: Connection, sync: Sync) -> None:
        """One reading, from where it stands to its end."""
        access = await self._access(connection.id)
        if access is None:
            await self._failed(sync, "the key was taken away")
            return
        try:
            sync = await self._pages(connection, access, sync)
            sync = await self._archive_gone(connection, access, sync)
        except PollFailed as error:
            await self._failed(sync, str(error))
        except Exception:
            logger.exception("the sync of %s failed", connection.id)
            await self._failed(sync, OWN_FAULT)
        else:
            now = self._clock.now_ms()
            done = replace(sync, status="done", page=None, moved_at=now, last_success_at=now)
            await self._store.note_sync(done)

    async def _pages(self, connection: Connection, access: Access, sync: Sync) -> Sync:
        catalogue = self._catalogues[connection.kind]
        place: Place | None = Place(sync.page, sync.currency, sync.total)
        while place is not None:
            page = await catalogue.page(access, place, self._clock.now_ms())
            refused = await self._taking_in.take(connection.id, page.products, sync.round)
            sync = await self._noted(_moved_on(sync, page, refused))
            place = page.following
        return sync

    async def _archive_gone(self, connection: Connection, access: Access, sync: Sync) -> Sync:
        catalogue = self._catalogues[connection.kind]
        while unmet := await self._store.not_in_round(connection.id, sync.round, ASKED_AT_ONCE):
            page = await catalogue.some(access, unmet, sync.currency, self._clock.now_ms())
            there = {one.id for one in page.products} | {one.id for one in page.left_out}
            await self._taking_in.take(connection.id, page.products, sync.round)
            left = [one.id for one in page.left_out]
            await self._taking_in.keep(connection.id, left, sync.round)
            gone = [id for id in unmet if id not in there]
            archived = await self._taking_in.archive(connection.id, gone)
            sync = await self._noted(replace(sync, archived=sync.archived + archived))
        return sync

    async def _noted(self, sync: Sync) -> Sync:
        sync = replace(sync, moved_at=self._clock.now_ms())
        if not await self._store.note_sync(sync):
            raise PollFailed("another reading has begun")
        return sync

    async def _failed(self, began: Sync, why: str) -> None:
        """What was read stays, and the next reading begins anew."""
        sync = await self._store.sync(began.connection)
        if sync is not None and sync.round == began.round:
            now = self._clock.now_ms()
            failed = replace(sync, status="failed", page=None, failure=why, moved_at=now)
            await self._store.note_sync(failed)


def _new_round(known: Sync | None, connection: str, now: int, *, keep: bool) -> Sync:
    return Sync(
        connection=connection,
        keep=keep,
        status="running",
        round=known.round + 1 if known else 1,
        currency=known.currency if known else None,
        started_at=now,
        moved_at=now,
        last_success_at=known.last_success_at if known else None,
    )


def _due_at(sync: Sync) -> int:
    if sync.status == "running":
        return sync.moved_at + STALE_MS
    return sync.moved_at + (AGAIN_MS if sync.status == "done" else RETRY_MS)


def _moved_on(sync: Sync, page: CataloguePage, refused: list[LeftOut]) -> Sync:
    left_out = (*page.left_out, *refused)
    problems = (*sync.problems, *((one.title or one.id, one.why) for one in left_out))
    following = page.following or Place()
    return replace(
        sync,
        page=following.page,
        total=following.total,
        currency=page.currency or sync.currency,
        products=sync.products + len(page.products) - len(refused),
        left_out=sync.left_out + len(left_out),
        problems=problems[:PROBLEMS_KEPT],
    )
